"""One text against another, as a unified diff in which a reader sees every difference.

``difflib`` alone hides three: a missing last line break, spaces at the end of a line, and carriage returns.
"""

from __future__ import annotations

import difflib
import re

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


def _lines(text: str) -> list[str]:
    """Split at line feeds only, each kept; ``splitlines`` also splits at form feeds and other rare characters."""
    return re.findall(r"[^\n]*\n|[^\n]+$", text)
