"""The index says that nothing has changed only where nothing has; each thing that a check goes by has a test."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rechecked import INDEX, SCRIPT, checked, unchanged
from sample import Sample

from snippets_runner import languages, surroundings
from snippets_runner.account import Account
from snippets_runner.config import load_config
from snippets_runner.languages import programs
from snippets_runner.reporters import ledger_json
from snippets_runner.unchanged import look


def plain(account: Account) -> dict[str, Any]:
    return {**ledger_json.table(account), "seconds": None}


def test_it_tells_what_a_check_would_that_runs_nothing(indexed: Sample) -> None:
    told = unchanged(indexed)
    assert told is not None
    (indexed.root / INDEX).unlink()
    assert unchanged(indexed) is None

    again = checked(indexed)

    assert plain(told) == plain(again)
    assert [row.cached for row in told.rows] == [True, False]


def test_the_command_tells_and_leaves_the_same_with_the_index_and_without(indexed: Sample) -> None:
    told = []
    for _ in range(2):
        done = indexed.run("check", "--report", "json")
        kept = json.loads((indexed.root / ".cache/snippets_runner/last-check.json").read_text("utf-8"))
        ledger = indexed.ledger()
        assert re.match(r"\d{4}-\d\d-\d\dT", ledger.pop("time"))
        del ledger["snippets"]["snippets/skipped.py"]["time"]
        told.append((done.status, {**json.loads(done.out), "seconds": 0}, {**kept, "seconds": 0}, ledger))
        (indexed.root / INDEX).unlink(missing_ok=True)
    assert told[0] == told[1]
    assert indexed.run("check", "--no-skips").status == 1


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
def test_a_change_is_seen(change: str, indexed: Sample) -> None:
    assert unchanged(indexed) is not None

    CHANGES[change](indexed)

    assert unchanged(indexed) is None


def test_a_change_of_python_a_program_or_a_distribution_is_seen(
    indexed: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = surroundings.surroundings(load_config(indexed.root))

    def changed() -> bool:
        return surroundings.surroundings(load_config(indexed.root)) != before

    assert not changed()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "version", "3.99.0")
        assert changed()
    bin_, packages = indexed.temporary.parent / "bin", indexed.temporary.parent / "packages"
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
    before = surroundings.surroundings(load_config(indexed.root))
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


def test_every_program_that_checks_blocks_counts() -> None:
    sources = [file.read_text("utf-8") for file in Path(languages.__file__).parent.glob("*.py")]
    named = {name for source in sources for name in re.findall(r'\bfound\("(\w+)"\)', source)}
    runs = {each.command[0] for each in programs.BY_SUFFIX.values() if not each.services}
    assert len(named) > 4
    assert named | runs == set(surroundings.PROGRAMS)
