"""Code annotations: comments ``(1)`` in a block, each explained by an item of the list right below it.

A theme ties the two together if nothing stands between them, so what is put under a block goes below such a list.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"(?m)(?:#|//|--|/\*|<!--|;)[ \t]*\(\d+\)!?[ \t]*(?:\*/|-->)?[ \t]*$")


def is_annotated(body: str) -> bool:
    """Tell whether a block of code has a comment that a list may explain."""
    return bool(_MARK.search(body))


def end_of_list(text: str, at: int, *, prefix: str) -> int:
    """Return where the ordered list ends that begins right after ``at``; ``at`` if none does.

    ``prefix`` is what stands before each line of the block that the list belongs to.
    """
    item = re.compile(rf"{re.escape(prefix)}\d+\.[ \t]")
    end, seen = at, False
    position = at
    for line in text[at:].splitlines(keepends=True):
        position += len(line)
        if not line.strip("> \t\n"):
            continue
        if not (item.match(line) or (seen and line.startswith(f"{prefix}  "))):
            break
        end, seen = position - (len(line) - len(line.rstrip("\n"))), True
    return end
