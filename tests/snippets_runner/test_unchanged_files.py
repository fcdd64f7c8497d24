"""When the index is written, when not, and how it tells one file from another by their looks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rechecked import INDEX, checked, unchanged
from sample import Sample

from snippets_runner.account import account_of
from snippets_runner.config import load_config
from snippets_runner.pipeline import run
from snippets_runner.snapshot import WINDOW, take
from snippets_runner.unchanged import look


def wait_until(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(0.05)


def test_a_file_that_is_written_anew_with_the_same_text_is_no_change(indexed: Sample) -> None:
    file = indexed.root / "snippets/a.py"
    file.write_bytes(file.read_bytes())
    os.utime(indexed.root / "docs/a.md", (1, 1))

    assert unchanged(indexed) is not None
    assert unchanged(indexed) is not None


@pytest.mark.parametrize(("later", "seen"), [(0, True), (2 * WINDOW, False)])
def test_a_file_of_the_same_look_is_opened_if_it_was_written_shortly_before(
    indexed: Sample, *, later: int, seen: bool
) -> None:
    file, index = indexed.root / "snippets/a.py", indexed.root / INDEX
    table = json.loads(index.read_text("utf-8"))
    file.write_text(file.read_text("utf-8").replace("hello", "HELLO").replace("WORD)", "wORD)"), "utf-8")
    stat = file.stat()
    table["files"][str(file)] = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    table["time"] = stat.st_ctime_ns + later  # as if it had been looked at in the same tick, or much later
    index.write_text(json.dumps(table), "utf-8")

    assert (unchanged(indexed) is None) == seen


@pytest.mark.parametrize("touch", [lambda file: file.write_text("print(2)\n"), os.unlink, Path.touch])
def test_there_is_no_index_if_a_file_was_touched_while_the_check_ran(
    indexed: Sample, touch: Callable[[Path], object]
) -> None:
    (indexed.root / INDEX).unlink()
    config = load_config(indexed.root)
    before = look(config)
    report = run(config)
    touch(indexed.root / "snippets/a.py")
    before.keep(report, account_of(report))

    assert not (indexed.root / INDEX).exists()


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
def test_a_broken_index_is_none(content: str, indexed: Sample) -> None:
    (indexed.root / INDEX).write_text(content, "latin-1")

    assert unchanged(indexed) is None
    checked(indexed)
    assert unchanged(indexed) is not None


def test_a_check_of_a_part_leaves_the_index_true(indexed: Sample) -> None:
    assert indexed.run("check", "docs/a.md", "--no-cache").status == 0
    assert indexed.run("check").status == 0
    indexed.write({"snippets/a.out": "good bye\n"})
    assert indexed.run("check", "docs/a.md").status == 1
    indexed.write({"snippets/a.out": "hello\n"})

    assert unchanged(indexed) is None  # the ledger says that it failed
    assert indexed.run("check").status == 0
    assert unchanged(indexed) is not None


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
