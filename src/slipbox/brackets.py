"""Look for the end of a link once a text, and not once an opening bracket.

Python-Markdown's four processors of links look from each `[` through the rest of the text for the bracket that closes it, so
that 20 KB of `[` took half a minute. What they find is the same with this; only the time is not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import LinkInlineProcessor


@lru_cache(maxsize=2)
def closings(text: str) -> dict[int, int]:
    """Return where each `[` of a text is closed, by the offset after each."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for offset, letter in enumerate(text):
        if letter == "[":
            opened.append(offset + 1)
        elif letter == "]" and opened:
            found[opened.pop()] = offset + 1
    return found


def _text(data: str, index: int) -> tuple[str, int, bool]:
    """Return what stands from `index`, just behind a `[`, to the bracket that closes it, as `getText` does."""
    end = closings(data).get(index)
    return (data[index : end - 1], end, True) if end else ("", index, False)


def look_once(md: Markdown) -> None:
    """Let the processors of links in a `Markdown` look for closing marks once."""
    for pattern in md.inlinePatterns:
        if isinstance(pattern, LinkInlineProcessor):
            pattern.getText = _text  # type: ignore[method-assign]
            pattern.getLink = _Target(pattern.getLink)  # type: ignore[method-assign]


class _Target:
    """A `getLink` that doesn't look where no parenthesis closes any more."""

    def __init__(self, look: Any) -> None:
        self.look = look

    def __call__(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        if data[index : index + 1] != "(" or data.find(")", index) < 0:
            return "", None, index, False
        found: tuple[str, str | None, int, bool] = self.look(data, index)
        return found
