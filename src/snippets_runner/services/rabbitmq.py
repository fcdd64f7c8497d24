"""RabbitMQ: one broker a run, one virtual host a snippet, dropped after it.

``rabbitmqctl`` takes a second and more to start, and one call of it can make and drop many virtual hosts. So they are
made a few at a time, and the next call drops those that were given back.

The broker of Debian's package runs without root when all its folders are given, and its port mapper ``epmd`` is
started first and bound to loopback: the broker would start one that listens on every interface and outlives it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import on_path, unpacked
from snippets_runner.services.ports import free_port
from snippets_runner.services.processes import AsItIs
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Server, Service

PROTOCOL = b"AMQP\x00\x00\x09\x01"
"""The header with which a client of AMQP 0-9-1 begins; the server answers with the frame ``connection.start``."""


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``AMQP_URL``, else the machine's, else Debian's package unpacked below ``cache``."""
    if url := os.environ.get("AMQP_URL"):
        return External(url=url, variable="AMQP_URL")
    for folder in Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"):
        if on_path("erl"):
            return Program(
                binary=folder / "sbin" / "rabbitmq-server",
                version=folder.name.partition("-")[2],
                origin="path",
            )
    tree = unpacked("rabbitmq-server", cache=cache)
    if isinstance(tree, Missing):
        return tree
    for folder in (tree / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"):
        erlang = tree / "usr/lib/erlang"
        for script in ("erl", "start_erl"):
            _rewrite_root(erlang / "bin" / script, erlang)
        path = f"{erlang / 'bin'}:{tree / 'usr/bin'}"
        return Program(
            binary=folder / "sbin" / "rabbitmq-server",
            version=folder.name.partition("-")[2],
            origin="debian",
            environment={"PATH": path},
        )
    return Missing(
        reason="Debian's package rabbitmq-server holds no broker", hint="install RabbitMQ, or set AMQP_URL"
    )


def _rewrite_root(script: Path, erlang: Path) -> None:
    """Make a start script of Erlang look where it was unpacked; Debian writes the installed place into it."""
    if script.is_file() and "ROOTDIR=/usr/lib/erlang" in (text := script.read_text()):
        script.write_text(text.replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}"))


def _answers(port: int, *, host: str = "127.0.0.1") -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(PROTOCOL)
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


AT_ONCE = 4
"""Virtual hosts that one call makes."""


PATIENCE = 120.0
"""Seconds that ``rabbitmqctl`` may take: it starts a virtual machine of its own, which a loaded machine may keep waiting."""


class Broker:
    """The run's broker, and the virtual hosts in it that are free."""

    def __init__(self, url: str, *, version: str, control: Path, environment: Mapping[str, str]) -> None:
        """Remember how to reach it; ``control`` is ``rabbitmqctl``."""
        self.url, self.version = url, version
        self._control, self._environment = control, environment
        self._numbers, self._lock = itertools.count(1), threading.Lock()
        self._free: list[str] = []
        self._used: list[str] = []

    def corner(self, isolation: str) -> Corner:
        """Hand out a virtual host that nobody has had."""
        with self._lock:
            if not self._free:
                self._renew()
            name = self._free.pop()
        url = urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        return Corner(environment={"AMQP_URL": url}, release=lambda: self._used.append(name))

    def _renew(self) -> None:
        """Drop the virtual hosts that were given back, and make new ones."""
        used = [self._used.pop() for _ in range(len(self._used))]
        new = [f"snippet-{next(self._numbers)}" for _ in range(AT_ONCE)]
        orders = [f'rabbit_vhost:delete(<<"{name}">>, <<"snippets">>)' for name in used]
        for name in new:
            orders.append(f'rabbit_vhost:add(<<"{name}">>, <<"snippets">>)')
            rights = f'<<"guest">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"snippets">>'
            orders.append(f"rabbit_auth_backend_internal:set_permissions({rights})")
        self._ctl("eval", ", ".join(orders) + ".")
        self._free += new

    def _ctl(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                [str(self._control), *arguments],
                env=dict(self._environment),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            told = f"rabbitmqctl {arguments[0]} did not answer in {PATIENCE:g} s"
            raise ServiceError(told, hint="the machine may have too much to do; run it again") from error
        if done.returncode:
            raise ServiceError(
                f"rabbitmqctl {arguments[0]} failed", hint=(done.stderr or done.stdout).strip()[-600:]
            )


def start(found: Program | External, keeper: Keeper) -> Server:
    """Start the run's broker, or reach the one that somebody else runs, which is used as it is."""
    if isinstance(found, External):
        parts = urlsplit(found.url)
        if parts.scheme != "amqps" and not _answers(parts.port or 5672, host=parts.hostname or "127.0.0.1"):
            raise ServiceError(f"{found.variable} does not lead to a broker that answers: {found.url}")
        return AsItIs({"AMQP_URL": found.url})
    folder, port, mapper = keeper.new_folder("rabbitmq"), free_port(), free_port()
    environment = _environment(found, folder, port=port, mapper=mapper)
    epmd = shutil.which("epmd", path=environment["PATH"])
    if epmd is None:
        raise ServiceError(
            "RabbitMQ needs Erlang's epmd, which is not beside it", hint="install the package erlang-base"
        )
    mapper_folder = keeper.new_folder("epmd")
    keeper.start(
        [epmd, "-address", "127.0.0.1", "-port", str(mapper)],
        folder=mapper_folder,
        environment=environment,
        ready=lambda: _accepts(mapper),
    )
    keeper.start(
        [found.binary],
        folder=folder,
        environment=environment,
        ready=lambda: _answers(port),
        timeout=90,
        stop_with=signal.SIGKILL,
    )
    return Broker(
        f"amqp://guest:guest@127.0.0.1:{port}/",
        version=found.version,
        control=found.binary.with_name("rabbitmqctl"),
        environment=environment,
    )


def _environment(found: Program, folder: Path, *, port: int, mapper: int) -> dict[str, str]:
    path = ":".join([found.environment.get("PATH", ""), os.environ.get("PATH", os.defpath)]).strip(":")
    return {
        "PATH": path,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"snippets{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


SERVICE = Service(
    name=ServiceName("rabbitmq"),
    title="RabbitMQ",
    variables=("AMQP_URL",),
    isolations=("virtual-host",),
    locate=locate,
    start=start,
)
