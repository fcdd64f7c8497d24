"""The ledger says what ran, when, and on what; it is whole or not there, and holds only what passed as passed."""

from __future__ import annotations

import json
import shutil
import stat
import sys
import threading
from pathlib import Path

import pytest
from cached import HELLO, ran
from sample import Sample

from snippets_runner.languages.programs import JAVASCRIPT, version_of
from snippets_runner.ledger import Ledger, read_ledger, write_ledger


def test_only_passes_are_kept(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="other\n")

    assert "failed snippets/a.py" in sample.run("check").err
    assert "failed snippets/a.py" in sample.run("check").err


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": 99, "snippets": {}}',
        '{"version": 1, "snippets": {"snippets/a.py": {}}}',
        "\x00\xff",
    ],
)
def test_a_broken_ledger_is_an_empty_one(content: str, passed: Sample) -> None:
    (passed.root / ".cache/snippets_runner/ledger.json").write_text(content, encoding="latin-1")

    assert ran(passed)
    assert not ran(passed)


def test_a_check_of_one_snippet_keeps_what_is_known_of_the_others_and_forgets_the_gone(
    passed: Sample,
) -> None:
    passed.snippet("b", HELLO, out="hello\n")
    passed.run("check", "snippets/b.py")
    assert sorted(passed.ledger()["snippets"]) == ["snippets/a.py", "snippets/b.py"]

    for file in ("snippets/a.py", "snippets/a.out", "docs/a.md"):
        (passed.root / file).unlink()
    passed.run("check")

    assert sorted(passed.ledger()["snippets"]) == ["snippets/b.py"]


def test_the_ledger_says_what_ran_on_what_and_when(passed: Sample) -> None:
    ledger = passed.ledger()
    row = ledger["snippets"]["snippets/a.py"]

    assert row["status"] == "passed"
    assert row["versions"] == {"Python": ".".join(map(str, sys.version_info[:3]))}
    assert row["milliseconds"] < 10_000
    assert row["time"].endswith("+00:00")
    assert len(row["digest"]) == len(row["key"]) == 64
    assert ledger["figures"]["snippets_passed"] == 1
    assert ledger["figures"]["blocks_run"] == 1


def test_a_reader_never_sees_half_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    ledgers = [Ledger(figures={f"n{i}": i for i in range(size)}, time=str(size)) for size in (1, 4000)]
    write_ledger(file, ledgers[0])
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            for each in ledgers:
                write_ledger(file, each)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            table = json.loads(file.read_text(encoding="utf-8"))
            assert len(table["figures"]) == int(table["time"])
    finally:
        over.set()
        writer.join()
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert read_ledger(file) in ledgers


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
def test_the_ledger_names_the_program_that_ran_a_snippet_and_not_python(sample: Sample) -> None:
    sample.write(
        {
            "snippets/a.sh": "echo ${BASH_VERSION%%(*}\n",
            "docs/a.md": '# A\n\n```bash\n--8<-- "a.sh"\n```\n',
        }
    )
    assert sample.run("update").status == 0
    said = (sample.root / "snippets/a.out").read_text("utf-8").strip()
    assert sample.ledger()["snippets"]["snippets/a.sh"]["versions"] == {"Bash": said}


def test_the_version_of_a_program_is_what_it_tells(tmp_path: Path) -> None:
    for version in ("20.19.1", "22.0.0"):
        program = tmp_path / version / "node"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho v{version}\n", "utf-8")
        program.chmod(0o755)
        assert version_of(JAVASCRIPT, str(program.parent)) == version
    assert version_of(JAVASCRIPT, str(tmp_path)) == ""
