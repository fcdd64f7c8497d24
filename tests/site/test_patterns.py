"""Every pattern means the same on each Python that the project runs on."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_REPEATED_GROUP = re.compile(r"(?<![\\(])\)[*+?]\+")


def test_no_group_is_repeated_possessively() -> None:
    """Before 3.11.5, `(…)*+` finds nothing where it should; `(?>(…)*)` is the same and works (cpython#106052)."""
    sources = [path for folder in ("src", "hooks", "tools") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 100
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if _REPEATED_GROUP.search(line.partition("`")[0])
    ]
    assert wrong == []
