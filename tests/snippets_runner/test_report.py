"""``report`` tells what is known without running anything: the ledger, and the last check in any form."""

from __future__ import annotations

import json

import pytest
from sample import Sample


@pytest.fixture
def checked(sample: Sample) -> Sample:
    """Return a project whose check found something of every kind."""
    sample.snippet("fine", "print(1)", out="1\n")
    sample.snippet("wrong", "x = 1\nraise ValueError('no')")
    sample.snippet("skipped", '# /// script\n# [tool.snippets-runner]\n# skip = "not today"\n# ///\n')
    sample.write({"docs/broken.md": '# Broken\n\n```python\n--8<-- "fine.py:missing"\n```\n'})
    return sample


@pytest.mark.parametrize("kind", ["junit", "github", "sarif", "json"])
def test_the_last_check_is_told_again_word_for_word(checked: Sample, kind: str) -> None:
    told = checked.run("check", "--report", kind)
    assert told.status == 1
    again = checked.run("report", "--report", kind)
    assert again.status == 0, again.err
    assert again.out == told.out


def test_the_table_and_the_figures(checked: Sample) -> None:
    checked.run("check")
    done = checked.run("report", "--report", "json=report.json")
    rows = {
        line.split()[0]: line.split()[1] for line in done.out.splitlines() if line.startswith("snippets/")
    }
    assert rows == {
        "snippets/fine.py": "passed",
        "snippets/skipped.py": "skipped",
        "snippets/wrong.py": "failed",
    }
    assert "snippets: 1 passed, 1 failed, 1 skipped" in done.out
    assert "last check: 20" in done.out
    assert json.loads((checked.root / "report.json").read_text("utf-8"))["figures"]["snippets_passed"] == 1


def test_nothing_runs_and_nothing_is_written(checked: Sample) -> None:
    checked.run("check")
    ledger, files = checked.ledger(), checked.files()
    checked.run("report")
    assert (checked.ledger(), checked.files()) == (ledger, files)


def test_without_a_check_there_is_nothing_to_tell(sample: Sample) -> None:
    done = sample.run("report")
    assert done.status == 3
    assert done.err == "nothing has been checked here yet\n  hint: snippets-runner check\n"


def test_a_check_kept_by_another_version_is_not_guessed_at(checked: Sample) -> None:
    checked.run("check")
    (checked.root / ".cache/snippets_runner/last-check.json").write_text("{}", "utf-8")
    done = checked.run("report", "--report", "sarif")
    assert done.status == 3
    assert "the last check was not kept" in done.err
