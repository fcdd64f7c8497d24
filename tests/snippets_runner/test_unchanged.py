"""The index says that nothing has changed only where nothing has; each thing that a check goes by has a test."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample import Sample

from snippets_runner import surroundings
from snippets_runner.account import Account, account_of
from snippets_runner.config import load_config
from snippets_runner.languages import infrastructure, programs
from snippets_runner.pipeline import run
from snippets_runner.reporters import ledger_json
from snippets_runner.snapshot import WINDOW, take
from snippets_runner.unchanged import look

SCRIPT = '# /// script\n# dependencies = ["tiny"]\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\n'
SKIP = '# /// script\n# [tool.snippets-runner]\n# skip = "not today"\n# ///\n'
INDEX = ".cache/snippets_runner/index.json"


def checked(sample: Sample) -> Account:
    """Check the project as the command does that finds something changed."""
    config = load_config(sample.root)
    before = look(config)
    report = run(config)
    account = account_of(report)
    before.keep(report, account)
    return account


def unchanged(sample: Sample) -> Account | None:
    return look(load_config(sample.root)).unchanged()


def plain(account: Account) -> dict[str, Any]:
    return {**ledger_json.table(account), "seconds": None}


@pytest.fixture
def passed(sample: Sample) -> Sample:
    sample.settings(timeout=20)
    sample.write(
        {
            "snippets/_help/words.py": "WORD = 'hello'\n",
            "snippets/config.yaml": "a: 1\n",
            "docs/config.md": '# C\n\n```yaml\n--8<-- "config.yaml"\n```\n',
        }
    )
    sample.snippet("a", "from _help.words import WORD\nprint(WORD)\n", out="hello\n")
    sample.snippet("skipped", SKIP)
    assert not checked(sample).failed
    assert (sample.root / INDEX).is_file()
    return sample


def test_it_tells_what_a_check_would_that_runs_nothing(passed: Sample) -> None:
    told = unchanged(passed)
    assert told is not None
    (passed.root / INDEX).unlink()
    assert unchanged(passed) is None

    again = checked(passed)

    assert plain(told) == plain(again)
    assert [row.cached for row in told.rows] == [True, False]


def test_the_command_tells_and_leaves_the_same_with_the_index_and_without(passed: Sample) -> None:
    told = []
    for _ in range(2):
        done = passed.run("check", "--report", "json")
        kept = json.loads((passed.root / ".cache/snippets_runner/last-check.json").read_text("utf-8"))
        ledger = passed.ledger()
        assert re.match(r"\d{4}-\d\d-\d\dT", ledger.pop("time"))
        del ledger["snippets"]["snippets/skipped.py"]["time"]
        told.append((done.status, {**json.loads(done.out), "seconds": 0}, {**kept, "seconds": 0}, ledger))
        (passed.root / INDEX).unlink(missing_ok=True)
    assert told[0] == told[1]
    assert passed.run("check", "--no-skips").status == 1


def wait_until(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(0.05)


def write(name: str, text: str) -> Callable[[Sample], object]:
    return lambda sample: sample.write({name: text})


def edit_ledger(sample: Sample) -> None:
    file = sample.root / ".cache/snippets_runner/ledger.json"
    file.write_text(file.read_text("utf-8").replace('"passed"', '"failed"'), "utf-8")


CHANGES: dict[str, Callable[[Sample], object]] = {
    "a-page": write("docs/a.md", '# Other\n\n```python\n--8<-- "a.py"\n```\n'),
    "a-new-page": write("docs/deep/new.md", "# New\n"),
    "a-page-that-is-gone": lambda sample: (sample.root / "docs/config.md").unlink(),
    "a-snippet": write("snippets/a.py", "from _help.words import WORD\nprint(WORD)  # once\n"),
    "a-new-snippet": write("snippets/deep/new.py", "print(1)\n"),
    "a-recording": write("snippets/a.out", "good bye\n"),
    "a-recording-that-is-gone": lambda sample: (sample.root / "snippets/a.out").unlink(),
    "a-recorded-error": write("snippets/a.err", "no\n"),
    "a-support-module": write("snippets/_help/words.py", "WORD = 'hel' + 'lo'\n"),
    "a-module-in-front-of-another": write("snippets/json.py", "x = 1\n"),
    "an-included-file-of-another-kind": write("snippets/config.yaml", "a: 2\n"),
    "a-setting": write("pyproject.toml", "[tool.snippets-runner]\ntimeout = 21\n"),
    "the-ledger": edit_ledger,
    "no-ledger": lambda sample: (sample.root / ".cache/snippets_runner/ledger.json").unlink(),
    "a-link-to-a-folder": lambda sample: (sample.root / "snippets/link").symlink_to(sample.temporary),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(change: str, passed: Sample) -> None:
    assert unchanged(passed) is not None

    CHANGES[change](passed)

    assert unchanged(passed) is None


def test_a_change_of_python_a_program_or_a_distribution_is_seen(
    passed: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = surroundings.surroundings(load_config(passed.root))

    def changed() -> bool:
        return surroundings.surroundings(load_config(passed.root)) != before

    assert not changed()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "version", "3.99.0")
        assert changed()
    bin_, packages = passed.temporary.parent / "bin", passed.temporary.parent / "packages"
    bin_.mkdir()
    (bin_ / "node").touch()
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
        assert changed()
    info = packages / "tiny-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: tiny\nVersion: 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(packages)
    assert changed()
    before = surroundings.surroundings(load_config(passed.root))
    (info / "METADATA").write_text("Name: tiny\nVersion: 1.10\n", "utf-8")
    assert changed()


def test_another_version_of_a_dependency_or_a_service_runs_it_again(sample: Sample) -> None:
    packages = sample.temporary.parent / "packages"

    def install(version: str) -> str:
        for info in packages.glob("*/METADATA"):
            info.unlink()
            info.parent.rmdir()
        info = packages / f"tiny-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n", "utf-8")
        return os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])

    def ran(**extra: str) -> bool:
        done = sample.run("check", PYTHONPATH=path, **extra)
        assert "snippets: 1 passed" in done.out, done.out + done.err
        return "unchanged" not in done.out

    sample.snippet("a", SCRIPT + "print(1)\n", out="1\n")
    path = install("1.0")
    assert ran()
    assert (sample.root / INDEX).is_file()
    assert not ran()
    path = install("1.1")
    assert ran()
    assert not ran()
    index = json.loads((sample.root / INDEX).read_text("utf-8"))
    (version,) = index["services"].values()
    index["services"] = {"redis": f"{version} of another build"}
    (sample.root / INDEX).write_text(json.dumps(index), "utf-8")
    assert look(load_config(sample.root)).unchanged() is None


def test_a_file_that_is_written_anew_with_the_same_text_is_no_change(passed: Sample) -> None:
    file = passed.root / "snippets/a.py"
    file.write_bytes(file.read_bytes())
    os.utime(passed.root / "docs/a.md", (1, 1))

    assert unchanged(passed) is not None
    assert unchanged(passed) is not None


@pytest.mark.parametrize(("later", "seen"), [(0, True), (2 * WINDOW, False)])
def test_a_file_of_the_same_look_is_opened_if_it_was_written_shortly_before(
    passed: Sample, *, later: int, seen: bool
) -> None:
    file, index = passed.root / "snippets/a.py", passed.root / INDEX
    table = json.loads(index.read_text("utf-8"))
    file.write_text(file.read_text("utf-8").replace("hello", "HELLO").replace("WORD)", "wORD)"), "utf-8")
    stat = file.stat()
    table["files"][str(file)] = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    table["time"] = stat.st_ctime_ns + later  # as if it had been looked at in the same tick, or much later
    index.write_text(json.dumps(table), "utf-8")

    assert (unchanged(passed) is None) == seen


@pytest.mark.parametrize("touch", [lambda file: file.write_text("print(2)\n"), os.unlink, Path.touch])
def test_there_is_no_index_if_a_file_was_touched_while_the_check_ran(
    passed: Sample, touch: Callable[[Path], object]
) -> None:
    (passed.root / INDEX).unlink()
    config = load_config(passed.root)
    before = look(config)
    report = run(config)
    touch(passed.root / "snippets/a.py")
    before.keep(report, account_of(report))

    assert not (passed.root / INDEX).exists()


def test_there_is_no_index_if_anything_failed_or_cannot_be_seen(sample: Sample) -> None:
    sample.snippet("a", "print(1)\n", out="2\n")
    checked(sample)
    assert not (sample.root / INDEX).exists()
    sample.snippet("a", "print(1)\n", out="1\n")
    (sample.root / "snippets/link").symlink_to(sample.temporary)
    checked(sample)
    assert not (sample.root / INDEX).exists()
    assert not take([str(sample.root / "snippets")]).whole
    (sample.root / "snippets/link").unlink()
    checked(sample)
    assert (sample.root / INDEX).exists()


def test_a_module_beside_a_file_outside_all_folders_counts(sample: Sample) -> None:
    sample.settings(inline="ignore", recordings=False)
    sample.write(
        {
            "source/tool.py": "from near import WORD\nprint(WORD)\n",
            "source/near.py": "WORD = 1\n",
            "docs/a.md": "# A\n\n```python\n{* ../source/tool.py *}\n```\n",
        }
    )
    for file in (sample.root / "snippets").iterdir():
        file.unlink()
    (sample.root / "snippets").rmdir()
    files = [sample.root / "source/tool.py", sample.root / "source/near.py"]
    newest = max(file.stat().st_ctime_ns for file in files)
    checked(sample)
    assert not (sample.root / INDEX).exists(), (
        "they were written shortly before, and nobody had looked at them"
    )
    wait_until(lambda: time.time_ns() > newest + WINDOW)
    checked(sample)
    assert unchanged(sample) is not None
    sample.write({"source/near.py": "WORD = 2\n"})
    assert unchanged(sample) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"version": 1}', '{"version": 99}', "\x00\xff"])
def test_a_broken_index_is_none(content: str, passed: Sample) -> None:
    (passed.root / INDEX).write_text(content, "latin-1")

    assert unchanged(passed) is None
    checked(passed)
    assert unchanged(passed) is not None


def test_a_check_of_a_part_leaves_the_index_true(passed: Sample) -> None:
    assert passed.run("check", "docs/a.md", "--no-cache").status == 0
    assert passed.run("check").status == 0
    passed.write({"snippets/a.out": "good bye\n"})
    assert passed.run("check", "docs/a.md").status == 1
    passed.write({"snippets/a.out": "hello\n"})

    assert unchanged(passed) is None  # the ledger says that it failed
    assert passed.run("check").status == 0
    assert unchanged(passed) is not None


def test_every_program_that_checks_blocks_counts() -> None:
    source = Path(infrastructure.__file__).read_text("utf-8")
    named = set(re.findall(r'_program\(\s*"(\w+)"', source))
    runs = {each.command[0] for each in programs.BY_SUFFIX.values() if not each.services}
    assert len(named) > 4
    assert named | runs == set(surroundings.PROGRAMS)


def test_a_snippet_with_inputs_is_known_as_unchanged_until_they_change(sample: Sample) -> None:
    head = "# /// script\n# [tool.snippets-runner]\n# inputs = ['data/*.csv', '../more.txt']\n# ///\n"
    sample.write({"snippets/data/a.csv": "1\n", "snippets/data/a.txt": "1\n", "more.txt": "1\n"})
    sample.snippet("a", head + "print(1)\n", out="1\n")

    def wait_until_told_apart() -> None:
        time.sleep(WINDOW / 1e9 + 0.1)  # a file as young as this has to be read to be known
        assert not checked(sample).failed
        assert unchanged(sample) is not None

    wait_until_told_apart()
    sample.write({"snippets/data/a.txt": "2\n"})
    assert unchanged(sample) is not None

    for name, text in (("snippets/data/a.csv", "2\n"), ("snippets/data/b.csv", "1\n"), ("more.txt", "2\n")):
        sample.write({name: text})
        assert unchanged(sample) is None, name
        wait_until_told_apart()

    (sample.root / "snippets/data/b.csv").unlink()
    assert unchanged(sample) is None


def test_a_file_of_the_inputs_that_goes_while_the_check_runs_is_missed(sample: Sample) -> None:
    head = "# /// script\n# [tool.snippets-runner]\n# inputs = ['data/*.csv']\n# ///\n"
    sample.settings(timeout=20)
    sample.write({"snippets/data/a.csv": "1\n", "snippets/data/b.csv": "1\n"})
    sample.snippet("a", head + "print(1)\n", out="1\n")
    config = load_config(sample.root)
    before = look(config)
    report = run(config)
    (sample.root / "snippets/data/b.csv").unlink()

    before.keep(report, account_of(report))

    assert unchanged(sample) is None
    assert not run(config).outcomes[0].cached
