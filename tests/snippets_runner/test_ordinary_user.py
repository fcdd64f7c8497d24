"""The guards hold for an ordinary user too: tests often run as root, whom some limits don't bind and some ways serve."""

from __future__ import annotations

import os
import re
from pathlib import Path
from textwrap import dedent

import pytest
import test_hostile_endings
import test_hostile_loops_and_bombs
import test_hostile_processes
import test_hostile_streams_and_files
from hostile import ORDINARY, Hostile
from ordinary_user import NOBODY, as_nobody
from sample import Sample

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")

MODULES = (
    test_hostile_endings,
    test_hostile_loops_and_bombs,
    test_hostile_processes,
    test_hostile_streams_and_files,
)
HOSTILE = [
    hostile for module in MODULES for hostile in module.HOSTILE if hostile.settings.get("isolation") is None
]
NO_MORE = "raised: raised BlockingIOError: [Errno 11] Resource temporarily unavailable"
WHO = f"import os\nassert os.getuid() == os.geteuid() == {NOBODY}, os.getuid()\n"


@pytest.fixture
def theirs(tmp_path: Path) -> Sample:
    """Return an empty project whose commands are run by nobody."""
    home = tmp_path / "home"
    return Sample(
        home / "project", temporary=home / "temporary", before=as_nobody(home, start=home / "project")
    )


def script(hostile: Hostile) -> str:
    """Return a hostile snippet that asks by itself for the limits its project would set."""
    limits = {key: value for key, value in hostile.settings.items() if key in ("timeout", "memory")}
    rows = "".join(f"# {key} = {value}\n" for key, value in limits.items())
    return f"# /// script\n# [tool.snippets-runner]\n{rows}# ///\n" + dedent(hostile.code).lstrip("\n")


def test_every_hostile_snippet_each_followed_by_an_ordinary_one(theirs: Sample) -> None:
    theirs.settings(jobs=1, timeout=20, processes=64)
    for number, hostile in enumerate(HOSTILE):
        folder = f"n{number:02}"
        (theirs.root / "snippets" / folder).mkdir()
        (theirs.root / "docs" / folder).mkdir()
        theirs.snippet(f"{folder}/a_hostile", script(hostile), out=hostile.out)
        theirs.snippet(f"{folder}/b_ordinary", WHO + ORDINARY, out="all is well\n")
    before = theirs.files()

    done = theirs.run("check", timeout=400)

    rows = theirs.ledger()["snippets"]
    assert len(rows) == 2 * len(HOSTILE)
    for number, hostile in enumerate(HOSTILE):
        folder = f"snippets/n{number:02}"
        said = re.findall(rf"^{folder}/a_hostile\.py:\d+:\d+: (.*)$", done.out, re.MULTILINE)
        told = tuple(line.replace(str(theirs.root / folder), "<snippets>") for line in said)
        told = tuple(re.sub(r"(_hostile\.py, line) \d+", r"\1 1", line) for line in told)
        if "bomb" in hostile.name and NO_MORE in told:
            continue  # the kernel refused one more process, and the snippet ended of it before it was looked at
        assert (hostile.name, told) == (hostile.name, hostile.says)
        assert (hostile.name, rows[f"{folder}/b_ordinary.py"]["status"]) == (hostile.name, "passed")
    guards = set(rows["snippets/n00/b_ordinary.py"]["guards"])
    assert {"session", "subreaper", "memory", "cpu", "files", "file-size", "core", "watchdog"} <= guards
    if "shared-memory" in guards:  # there are user namespaces
        assert "processes" in guards
    assert theirs.left_behind() == []
    assert theirs.files() == before
    assert not Path("/dev/shm/left-by-a-snippet").exists()


def test_services_are_started_and_ended(theirs: Sample) -> None:
    head = '# /// script\n# [tool.snippets-runner]\n# services = ["postgres", "redis"]\n# ///\n'
    theirs.snippet(
        "a", head + WHO + "print(sorted({'DATABASE_URL', 'REDIS_URL'} - set(os.environ)))\n", out="[]\n"
    )

    done = theirs.run("check")

    if "1 skipped" in done.out:
        pytest.skip(done.out)
    assert "snippets: 1 passed" in done.out, done.out + done.err
    assert theirs.left_behind(within=3) == []


def test_a_limit_that_the_kernel_keeps_before_anybody_looked_is_told_as_that(theirs: Sample) -> None:
    theirs.settings(jobs=1, timeout=20, processes=64)
    at_once = """
        import _thread
        lock = _thread.allocate_lock()
        lock.acquire()
        for _ in range(300):
            _thread.start_new_thread(lock.acquire, ())
        """
    theirs.snippet("a", WHO + dedent(at_once), out="")
    theirs.snippet("b", WHO + ORDINARY, out="all is well\n")

    done = theirs.run("check")

    if "processes" not in theirs.ledger()["snippets"]["snippets/b.py"]["guards"]:
        pytest.skip("there are no user namespaces, and the threads of others count too")
    assert "process-limit: had more than 64 processes and threads at once, and was ended" in done.out
    assert theirs.left_behind() == []
