"""One text against another, as a unified diff in which a reader sees every difference.

``difflib`` alone hides three: a missing last line break, spaces at the end of a line, and carriage returns.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

LONGEST = 10_000
"""Characters of a text that are told before it is cut: a recording may be a megabyte long."""
NO_BREAK = "\\ no line break at the end"


def unified(before: str, after: str, *, names: tuple[str, str], context: int = 3) -> list[str]:
    r"""Return the lines of a unified diff; spaces at the end of a line are shown as ``·``, carriage returns as ``\\r``."""
    rows = difflib.unified_diff(_lines(before), _lines(after), names[0], names[1], n=context, lineterm="")
    shown: list[str] = []
    for number, row in enumerate(rows):
        if number < 2 or row.startswith("@@"):
            shown.append(row.rstrip("\n"))
            continue
        text = row.removesuffix("\n")
        shown.append(
            text[0] + re.sub(r"[ \t]+$", lambda found: "·" * len(found[0]), text[1:].replace("\r", "\\r"))
        )
        if text == row:
            shown.append(NO_BREAK)
    return shown


def first_difference(rows: Sequence[str]) -> int:
    """Return the line of ``before`` at which a unified diff's first difference is, from 1; 0 if it had no line."""
    start = next((number for number, row in enumerate(rows) if row.startswith("@@")), None)
    if start is None:
        return 1
    common = next((n for n, row in enumerate(rows[start + 1 :]) if not row.startswith(" ")), 0)
    return int(re.split(r"[ ,]", rows[start].partition("-")[2])[0]) + common


def shortened(text: str) -> str:
    """Return a text, or its beginning and how much more there is."""
    left = len(text) - LONGEST
    return text if left <= 0 else f"{text[:LONGEST].rstrip()}\n… and {left} characters more\n"


def _lines(text: str) -> list[str]:
    """Split at line feeds only, each kept; ``splitlines`` also splits at form feeds and other rare characters."""
    return re.findall(r"[^\n]*\n|[^\n]+$", text)
