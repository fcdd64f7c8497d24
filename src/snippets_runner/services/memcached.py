"""memcached: a server of its own for each snippet, since it knows neither databases nor users.

It starts in about 15 ms and takes 2 MiB. The variable is the one that several clients read themselves, a list of
``host:port``.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import program
from snippets_runner.services.ports import free_port
from snippets_runner.services.probe import says
from snippets_runner.services.processes import AsItIs, Processes, Running
from snippets_runner.services.service import External, Keeper, Missing, Program, Server, Service


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``MEMCACHE_SERVERS``, else ``PATH``, else Debian's package; no wheel carries it."""
    if servers := os.environ.get("MEMCACHE_SERVERS"):
        return External(url=servers, variable="MEMCACHE_SERVERS")
    return program("memcached", package="memcached", cache=cache, version=("--version",))


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    return port.isdigit() and says(host, int(port), b"version\r\n", begins=b"VERSION ")


def _run(found: Program, keeper: Keeper) -> Running:
    folder, port = keeper.new_folder("memcached"), free_port()
    user = ["-u", "root"] if os.geteuid() == 0 else []  # as root it wants to be told who to be
    handle = keeper.start(
        [found.binary, "-l", "127.0.0.1", "-p", str(port), "-U", "0", *user],
        folder=folder,
        environment=found.environment,
        ready=lambda: _answers(f"127.0.0.1:{port}"),
        stop_with=signal.SIGKILL,
    )
    return Running(handle=handle, environment={"MEMCACHE_SERVERS": f"127.0.0.1:{port}"})


def start(found: Program | External, keeper: Keeper) -> Server:
    """Start the first server, or reach the one that somebody else runs, which is used as it is."""
    if isinstance(found, Program):
        return Processes(lambda: _run(found, keeper), version=found.version, keeper=keeper)
    if not all(_answers(each) for each in found.url.split(",")):
        raise ServiceError(f"{found.variable} does not lead to a memcached that answers: {found.url}")
    return AsItIs({"MEMCACHE_SERVERS": found.url})


SERVICE = Service(
    name=ServiceName("memcached"),
    title="memcached",
    variables=("MEMCACHE_SERVERS",),
    isolations=("process",),
    locate=locate,
    start=start,
)
