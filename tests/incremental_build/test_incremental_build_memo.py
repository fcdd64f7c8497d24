"""What is kept is written down before there is much of it, so that a build's memory doesn't grow with what it makes."""

from __future__ import annotations

import random
from pathlib import Path

from incremental_build.memo import ROOM, Memo

SIZE = 2**20


def value(number: int) -> str:
    """Return a value that can't be packed much."""
    return random.Random(number).randbytes(SIZE).hex()


def test_many_values_are_written_down_before_the_end(tmp_path: Path) -> None:
    memo, count = Memo(tmp_path / "kept.sqlite3"), ROOM // SIZE + 4
    for number in range(count):
        memo.put("page", f"{number}.md", "key", value(number))

    early = Memo(tmp_path / "kept.sqlite3").find("page", "0.md", "key")
    assert early == value(0), "another process finds what was made first"
    assert all(memo.find("page", f"{number}.md", "key") == value(number) for number in range(count))

    memo.save(whole=True)
    last = Memo(tmp_path / "kept.sqlite3")
    assert last.find("page", f"{count - 1}.md", "key") == value(count - 1)
