"""What passed is not run again until something changes that could change the outcome; each such thing has a test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cached import HELLO, SCRIPT, UNCHANGED, ran
from sample import Sample

import snippets_runner
from snippets_runner.cache import key_of
from snippets_runner.config import load_config
from snippets_runner.discover import discover
from snippets_runner.model import Digest, ServiceName, Status
from snippets_runner.pipeline import Observer, run
from snippets_runner.services.pool import ServicePool
from snippets_runner.services.service import Missing


def test_nothing_changed_and_nothing_runs(passed: Sample) -> None:
    os.utime(passed.root / "snippets/a.py")

    assert not ran(passed)
    assert ran(passed, "--no-cache")


CHANGES: dict[str, Callable[[Sample], object]] = {
    "text": lambda sample: sample.write({"snippets/a.py": 'print("hello")  # changed\n'}),
    "limits": lambda sample: sample.settings(timeout=9),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_runs_it_again(change: str, passed: Sample) -> None:
    CHANGES[change](passed)

    assert ran(passed)
    assert not ran(passed)


def test_a_pass_under_one_isolation_is_none_under_another(passed: Sample) -> None:
    spawned = passed.run("--isolation", "spawn", "check")

    assert UNCHANGED not in spawned.out
    assert ran(passed), "what passed in a fresh interpreter has to pass forked"


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not on this machine")
def test_a_pass_inside_bubblewrap_is_none_outside(sample: Sample) -> None:
    sample.snippet("a", "import os\nassert os.getppid() < 9, os.getppid()\n")
    assert sample.run("--isolation", "bubblewrap", "check").status == 0

    done = sample.run("check")

    assert done.status == 1
    assert "raised AssertionError" in done.out


def test_a_changed_recording_runs_it_again(passed: Sample) -> None:
    (passed.root / "snippets/a.out").write_text("good bye\n", encoding="utf-8")

    assert passed.run("check").status == 1


def test_a_changed_local_import_runs_it_again_also_one_through_another(sample: Sample) -> None:
    sample.write(
        {
            "snippets/_help/far.py": "WORD = 'hello'\n",
            "snippets/_help/near.py": "from _help.far import WORD\n",
        }
    )
    sample.snippet("a", "from _help.near import WORD\nprint(WORD)\n", out="hello\n")
    assert ran(sample)
    assert not ran(sample)

    sample.write({"snippets/_help/far.py": "WORD = 'hel' + 'lo'\n"})

    assert ran(sample)


def test_another_version_of_a_declared_dependency_runs_it_again(sample: Sample) -> None:
    def install(version: str) -> str:
        info = sample.temporary.parent / "packages" / f"tiny-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n", encoding="utf-8"
        )
        return os.pathsep.join([str(info.parent), os.environ.get("PYTHONPATH", "")])

    sample.snippet("a", SCRIPT + HELLO, out="hello\n")
    path = install("1.0")
    assert ran(sample, PYTHONPATH=path)
    assert not ran(sample, PYTHONPATH=path)
    (sample.temporary.parent / "packages/tiny-1.0.dist-info/METADATA").unlink()
    (sample.temporary.parent / "packages/tiny-1.0.dist-info").rmdir()

    assert ran(sample, PYTHONPATH=install("1.1"))


GIT = '# /// script\n# [tool.snippets-runner]\n# services = ["git"]\n# ///\n'


def test_another_version_of_a_service_runs_it_again(sample: Sample) -> None:
    """The version is what the program says of itself: another program of the name stands in front on the PATH."""
    sample.snippet("a", GIT + HELLO, out="hello\n")
    folder = sample.temporary.parent / "newer"
    folder.mkdir()
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    if "skipped" in sample.run("check", PATH=path).out:
        pytest.skip("there is no Git here")
    assert not ran(sample, PATH=path)

    program = folder / "git"
    program.write_text("#!/bin/sh\necho git version 99.1.0\n", encoding="utf-8")
    program.chmod(0o755)

    assert ran(sample, PATH=path)
    assert sample.ledger()["snippets"]["snippets/a.py"]["versions"]["Git"] == "99.1.0"
    assert not ran(sample, PATH=path)


def test_a_service_that_is_somebody_else_s_runs_it_again(sample: Sample) -> None:
    sample.snippet(
        "a", '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\n' + HELLO, out="hello\n"
    )
    with ServicePool(cache=sample.root / ".cache/snippets_runner") as pool:
        if isinstance(pool.locate([ServiceName("redis")])[ServiceName("redis")], Missing):
            pytest.skip("there is no Valkey here")
        theirs, _ = pool.corner(ServiceName("redis"), isolation="process")
        assert ran(sample)
        assert not ran(sample)

        assert ran(sample, REDIS_URL=theirs.environment["REDIS_URL"])
        theirs.release()


def test_a_change_of_the_runner_s_own_code_runs_it_again(sample: Sample) -> None:
    """A copy of the package stands in front of the installed one, and is changed."""
    package = Path(snippets_runner.__file__).parent
    copy = sample.temporary.parent / "copy" / "snippets_runner"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    sample.snippet("a", HELLO, out="hello\n")
    path = os.pathsep.join([str(copy.parent), os.environ.get("PYTHONPATH", "")])
    assert ran(sample, PYTHONPATH=path)
    assert not ran(sample, PYTHONPATH=path)
    assert not ran(sample), "the same code in another place is the same code"

    with (copy / "services" / "probe.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")

    assert ran(sample, PYTHONPATH=path)
    assert not ran(sample, PYTHONPATH=path)


def test_another_build_of_python_is_in_the_key(passed: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(passed.root)
    (snippet,) = discover(config).snippets.values()
    first = key_of(snippet, Digest("same"), config=config, services={})
    assert key_of(snippet, Digest("same"), config=config, services={}) == first
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert key_of(snippet, Digest("same"), config=config, services={}) != first


def test_a_changed_input_runs_it_again(sample: Sample) -> None:
    sample.write({"snippets/data/a.csv": "1\n", "snippets/other.csv": "1\n"})
    reads = (
        "from pathlib import Path\nprint(Path(__file__).with_name('data').joinpath('a.csv').read_text())\n"
    )
    head = "# /// script\n# [tool.snippets-runner]\n# inputs = ['data/*.csv']\n# ///\n"
    sample.snippet("a", head + reads, out="1\n\n")
    assert ran(sample)
    assert not ran(sample)

    sample.write({"snippets/other.csv": "2\n"})
    assert not ran(sample)

    sample.write({"snippets/data/b.csv": "1\n"})
    assert ran(sample)
    assert not ran(sample)


class Meddler(Observer):
    """Does something to the project's files after the keys were made, and before anything runs."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        self.meddle = meddle

    def planned(self, jobs: int, settled: int) -> None:
        self.meddle()


def delete_and_restore(file: Path) -> None:
    text = file.read_bytes()
    file.unlink()
    file.write_bytes(text)


@pytest.mark.parametrize(
    "meddle",
    [
        lambda folder: delete_and_restore(folder / "data/a.csv"),
        lambda folder: delete_and_restore(folder / "_help/word.py"),
        lambda folder: delete_and_restore(folder / "a.py"),
        lambda folder: (folder / "data/c.csv").write_text("1\n", "utf-8"),
        lambda folder: (folder / "data/b.csv").unlink(),
        lambda folder: (folder / "a.py").write_text("print(1)\n", "utf-8"),
    ],
    ids=["input", "module", "snippet", "new input", "lost input", "edited snippet"],
)
def test_a_pass_whose_files_were_touched_while_it_ran_is_not_kept(
    meddle: Callable[[Path], object], sample: Sample
) -> None:
    head = "# /// script\n# [tool.snippets-runner]\n# inputs = ['data/*.csv']\n# ///\n"
    sample.write(
        {"snippets/data/a.csv": "1\n", "snippets/data/b.csv": "1\n", "snippets/_help/word.py": "WORD = 1\n"}
    )
    sample.snippet("a", head + "from _help.word import WORD\nprint(WORD)\n", out="1\n")
    config = load_config(sample.root)

    def cached(observer: Observer | None = None) -> bool:
        (outcome,) = run(config, observer=observer).outcomes
        assert outcome.status is Status.PASSED
        return outcome.cached

    assert not cached(Meddler(lambda: meddle(sample.root / "snippets")))
    assert sample.ledger()["snippets"]["snippets/a.py"]["digest"] == ""
    assert not cached()
    assert cached()


def test_two_imports_of_one_name_are_both_in_the_key(sample: Sample) -> None:
    sample.write({"snippets/one/__init__.py": "A = 1\n", "snippets/two/__init__.py": "B = 2\n"})
    sample.write(
        {"pyproject.toml": "[tool.snippets-runner]\nexclude = ['snippets/one/*', 'snippets/two/*']\n"}
    )
    sample.snippet("a", "from one import A\nfrom two import B\nprint(A > 0, B > 0)\n", out="True True\n")
    assert ran(sample)
    assert not ran(sample)

    for name, text in (("one", "A = 3\n"), ("two", "B = 4\n")):
        sample.write({f"snippets/{name}/__init__.py": text})
        assert ran(sample), name
        assert not ran(sample)


def test_what_is_asked_of_a_snippet_is_in_the_key(sample: Sample) -> None:
    sample.settings(inline="run", recordings=False)
    mark = "<!--pytest-codeblocks:expect-error-->\n"
    sample.write({"docs/page.md": f"{mark}```python\n1 / 0\n```\n"})
    assert ran(sample)
    assert not ran(sample)

    sample.write({"docs/page.md": "\n```python\n1 / 0\n```\n"})
    assert "ZeroDivisionError" in sample.run("check").out


def test_a_pass_without_a_recording_does_not_hold_where_one_is_asked_for(sample: Sample) -> None:
    sample.settings(recordings=False)
    sample.snippet("a", HELLO)
    assert ran(sample)
    assert not ran(sample)

    sample.settings(recordings=True)
    assert "unrecorded-output" in sample.run("check").out
