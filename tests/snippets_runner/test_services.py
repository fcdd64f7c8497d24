"""Real services: each snippet has its own corner, runs do not meet, and nothing stays when a run ends in any way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sample import Sample

from snippets_runner.services.pool import SERVICES, ServicePool

POSTGRES = '# /// script\n# [tool.snippets-runner]\n# services = ["postgres"]\n{}# ///\nimport os\nimport psycopg\n\nURL = os.environ["DATABASE_URL"]\n'
REDIS = '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n{}# ///\nimport os\nimport redis\n\nclient = redis.Redis.from_url(os.environ["REDIS_URL"])\n'
TABLE = 'with psycopg.connect(URL) as db:\n    db.execute("CREATE TABLE mine (n int)")\n    print(db.execute("SELECT count(*) FROM mine").fetchone())\n'
CACHE = Path(__file__).parents[2] / ".cache/snippets_runner"


@pytest.fixture(scope="session")
def template() -> Path:
    """Return the repository's own cache, so that the database's template is made once and not for every test."""
    with ServicePool(cache=CACHE) as pool:
        pool.prestart([SERVICES["postgres"].name])  # type: ignore[index]
        pool.corner(SERVICES["postgres"].name, isolation="database")[0].release()  # type: ignore[index]
    return CACHE / "postgres"


@pytest.fixture
def served(sample: Sample, template: Path) -> Sample:
    """Return a project whose cache has the database's template already."""
    folder = sample.root / ".cache/snippets_runner"
    folder.mkdir(parents=True)
    os.symlink(template, folder / "postgres")
    return sample


def folders() -> set[str]:
    """Return the folders of services that are there now, of this and of other runs."""
    return {str(each) for each in Path("/dev/shm").glob("snippets-*")} if Path("/dev/shm").is_dir() else set()


def assert_all_pass(sample: Sample, number: int) -> None:
    done = sample.run("check", "--no-cache")
    assert f"snippets: {number} passed in " in done.out, done.out + done.err


def test_each_snippet_has_a_database_of_its_own_in_one_server(served: Sample) -> None:
    for name in "abc":
        served.snippet(name, POSTGRES.format("") + TABLE, out="(0,)\n")
    served.snippet(
        "d",
        POSTGRES.format("")
        + "with psycopg.connect(URL) as db:\n    print(db.execute(\"SELECT count(*) FROM pg_database WHERE datname LIKE 'snippet%'\").fetchone()[0] >= 1)\n",
        out="True\n",
    )

    assert_all_pass(served, 4)


def test_a_snippet_may_have_a_whole_postgres_to_itself(served: Sample) -> None:
    alone = POSTGRES.format('# isolation = { postgres = "cluster" }\n')
    served.snippet("a", alone + 'with psycopg.connect(URL) as db:\n    db.execute("CREATE ROLE somebody")\n')
    served.snippet("b", alone + 'with psycopg.connect(URL) as db:\n    db.execute("CREATE ROLE somebody")\n')

    assert_all_pass(served, 2)


def test_each_snippet_has_a_redis_number_of_its_own_that_is_empty(sample: Sample) -> None:
    sample.settings(jobs=1)
    for name in "abc":
        sample.snippet(name, REDIS.format("") + 'print(client.dbsize())\nclient.set("key", 1)\n', out="0\n")

    assert_all_pass(sample, 3)


def test_a_snippet_may_have_a_whole_redis_to_itself(sample: Sample) -> None:
    alone = REDIS.format('# isolation = { redis = "process" }\n')
    for name in "ab":
        sample.snippet(
            name,
            alone
            + 'print(client.config_get("maxmemory")["maxmemory"])\nclient.config_set("maxmemory", "64mb")\n',
            out="0\n",
        )

    assert_all_pass(sample, 2)


def test_a_connection_left_open_does_not_keep_its_database(served: Sample) -> None:
    served.snippet("a", POSTGRES.format("") + "db = psycopg.connect(URL)\nos._exit(0)\n")
    served.snippet("b", POSTGRES.format("") + TABLE, out="(0,)\n")

    done = served.run("check")

    assert "snippets: 1 passed, 1 failed in " in done.out
    assert "early-exit" in done.out


def test_versions_of_services_are_in_the_ledger(sample: Sample) -> None:
    sample.snippet("a", REDIS.format(""))

    assert_all_pass(sample, 1)
    assert sample.ledger()["snippets"]["snippets/a.py"]["versions"]["Valkey"][0].isdigit()


def test_services_that_others_run_are_used_by_their_address(served: Sample) -> None:
    served.snippet("a", POSTGRES.format("") + TABLE, out="(0,)\n")
    served.snippet("b", REDIS.format("") + 'print(client.dbsize())\nclient.set("key", 1)\n', out="0\n")
    served.snippet("c", REDIS.format('# isolation = { redis = "process" }\n'))
    with ServicePool(cache=CACHE) as pool:
        urls = {}
        for name in ("postgres", "redis"):
            corner, _ = pool.corner(SERVICES[name].name, isolation=None)  # type: ignore[index]
            urls |= corner.environment
        done = served.run("check", **urls)
    assert "snippets: 2 passed, 1 failed in " in done.out, done.out
    assert (
        "snippets/c.py:1:1: missing-service: this snippet needs a Redis of its own, and REDIS_URL names a shared one"
        in done.out
    )
    assert done.out.count("hint: unset REDIS_URL") == 1


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "postgresql://127.0.0.1:1/none"), ("REDIS_URL", "redis://127.0.0.1:1/0")],
)
def test_a_service_that_does_not_answer_is_a_finding(variable: str, url: str, sample: Sample) -> None:
    sample.snippet("a", (POSTGRES if "postgres" in url else REDIS).format(""))

    done = sample.run("check", **{variable: url})

    assert done.status == 1
    assert f"snippets/a.py:1:1: missing-service: {variable} does not lead to a " in done.out


def test_two_runs_at_once_do_not_meet(served: Sample) -> None:
    for name in "abcd":
        served.snippet(name, POSTGRES.format("") + TABLE, out="(0,)\n")
        served.snippet(
            f"r{name}", REDIS.format("") + "print(client.dbsize())\nclient.set('k', 1)\n", out="0\n"
        )

    runs = [served.start("check", "--no-cache") for _ in range(2)]

    for process in runs:
        out, err = process.communicate(timeout=60)
        assert "snippets: 8 passed in " in out, out + err


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name
)
def test_a_run_that_is_ended_leaves_no_process_and_no_folder(number: signal.Signals, served: Sample) -> None:
    busy = "import subprocess, time\nsubprocess.Popen(['setsid', 'sleep', '60'])\nopen('begun', 'w').close()\ntime.sleep(30)\n"
    served.settings(jobs=2)
    served.snippet("a", POSTGRES.format("") + busy)
    served.snippet("b", REDIS.format("") + busy)
    process = served.start("check")
    deadline = time.monotonic() + 30
    while len(list(served.temporary.glob("snippets-*/snippet-*/begun"))) < 2:
        assert time.monotonic() < deadline, process.poll()
        time.sleep(0.02)
    servers = {
        number for number, line in served.processes().items() if "postgres" in line or "valkey" in line
    }
    assert len(servers) > 2
    mine = {folder for folder in folders() if any(folder in line for line in served.processes().values())}
    assert mine

    os.killpg(process.pid, number) if number is signal.SIGINT else os.kill(process.pid, number)
    process.communicate(timeout=20)

    assert served.left_behind(within=8) == []
    assert wait_until_gone(mine) == set()
    assert {number for number in servers if Path("/proc", str(number)).exists()} == set()


def wait_until_gone(paths: set[str]) -> set[str]:
    deadline = time.monotonic() + 8
    while left := {path for path in paths if Path(path).exists()}:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.05)
    return set()


def test_a_server_that_does_not_start_says_what_it_said(sample: Sample) -> None:
    folder = sample.temporary.parent / "bin"
    folder.mkdir()
    (folder / "nginx").write_text("#!/bin/sh\necho no such luck >&2\nexit 1\n", encoding="utf-8")
    (folder / "nginx").chmod(0o755)
    sample.snippet(
        "a",
        '# /// script\n# [tool.snippets-runner]\n# services = ["nginx"]\n# ///\nimport subprocess\nprint(subprocess.run(["nginx"]).returncode)\n',
        out="1\n",
    )

    done = sample.run("check", PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")

    assert "snippets: 1 passed in " in done.out, done.out + done.err
