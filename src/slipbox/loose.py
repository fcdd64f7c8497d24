"""Find lines that look like properties and stand outside of them: above the first `---`, or below a block that ended too soon."""

from __future__ import annotations

import re
from collections.abc import Container

from slipbox.names import fold

CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
"""The line that ends a block of properties."""
_NOTHING = re.compile(r"[\s\ufeff\u200b\u2060]*")
_MEANT = re.compile(r"[-–—+;=*_]{2,}[ \t]*(?:#[^\n]*|ya?ml|toml|json)?[ \t]*\n\s*")
"""A line that may have been meant to open properties: of other dashes, with a word after them, as TOML has it."""
_LOOSE_KEY = re.compile(r"[ \t]*[{,]?[ \t]*[\"']?(?P<key>[\w-]+)[\"']?[ \t]*[:=]")
_LOOSE_LINE = re.compile(r"[ \t]+\S|-[ \t]|#|[{}][ \t]*$", re.MULTILINE)
"""A line that may stand between properties: part of a value, a comment, a bracket."""


def goes_on(text: str, block: tuple[int, int, int]) -> bool:
    """Return whether the lines below a block may have been meant to stand in it.

    That is so if the block is empty or ends in dots, if another one opens below, or if lines like properties follow at once and are closed
    as a block is.
    """
    start, stop, end = block
    if _MEANT.match(text, end) or not text[start:stop].strip() or text.startswith("...", stop):
        return True
    position = end
    while position < len(text) and (_LOOSE_KEY.match(text, position) or _LOOSE_LINE.match(text, position)):
        position = text.find("\n", position) + 1 or len(text)
    return end < position < len(text) and bool(CLOSE.match(text, position))


def loose(text: str, start: int, guarded: Container[str]) -> re.Match[str] | None:
    """Return the first guarded name, folded, among the lines at an offset that look like properties."""
    top = _NOTHING.match(text, start)
    position = top.end() if top else start
    opening = _MEANT.match(text, position)
    position = opening.end() if opening else position
    while position < len(text):
        found = _LOOSE_KEY.match(text, position)
        if found and fold(found["key"]) in guarded:
            return found
        if not found and not _LOOSE_LINE.match(text, position):
            return None
        position = text.find("\n", position) + 1 or len(text)
    return None
