"""Take comments out of raw HTML and out of a text, and leave what stood around them what it was.

Source: Obsidian's help page *Basic formatting syntax*, "Comments".
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slipbox.inline import TAG
from slipbox.model import Span
from slipbox.region import Region, RegionKind

EMPTY = "<span></span>"
"""Stands for a comment where its line would mean something else without it."""

_MARK = re.compile(r"%%|<")
_TAG = re.compile(TAG)
_RAW = re.compile(r"<(pre|code|script|style|textarea)(?=[\s>])", re.IGNORECASE)
"""What begins an element whose text is code, in which `%%` is no comment."""
_ENOUGH = 64
"""How many letters beside a comment tell what its line is."""
_OPENS = re.compile(
    r"#{1,6}(?:[ \t]|$)|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|>|[=\-*_]{2,}[ \t]*$|`{3}|~{3}|\||:[ \t]|\[\^|!{3}|\?{3}|<|[ ]{0,3}\t|[ ]{4}"
)
"""What a line begins with that is more than text."""
_JOINED = re.compile(r"%\n%|\s\n[*_~=]|[*_~=]\n\s")
"""Two letters that would mean something else side by side: half a comment's mark, a mark that ends in a space."""
_BARE = re.compile(r"[-+*=_]+|\d{1,9}[.)]")
"""A line that is only marks: an empty item, a rule, what makes a heading of the line above."""


def split_html(text: str, start: int, end: int) -> Iterator[Region]:
    """Yield a stretch of raw HTML as HTML and the comments in it; tags and the text of code hold none.

    A comment that is never closed goes on to the last closing tag.
    """
    position = start
    marks = iter(_marks(text, start, end))
    for opening in marks:
        closing = next(marks, None)
        last = max(text.rfind("</", opening, end), text.rfind("-->", opening, end))
        stop = closing + 2 if closing is not None else last if last >= 0 else end
        yield Region(kind=RegionKind.HTML, start=position, end=opening)
        yield Region(kind=RegionKind.COMMENT, start=opening, end=stop)
        position = stop
    if position < end:
        yield Region(kind=RegionKind.HTML, start=position, end=end)


def _marks(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offset of each `%%` in raw HTML that stands in no tag and in no code."""
    unclosed: set[str] = set()
    position = start
    while mark := _MARK.search(text, position, end):
        position = mark.end()
        if mark[0] == "%%":
            yield mark.start()
            continue
        raw = _RAW.match(text, mark.start(), end)
        name = raw[1].lower() if raw else ""
        close = (
            re.compile(rf"</{name}\s*>", re.I).search(text, position, end)
            if name and name not in unclosed
            else None
        )
        unclosed.update({name} if name and not close else ())
        tag = close or _TAG.match(text, mark.start(), end)
        position = tag.end() if tag else position


def shut(regions: list[Region], text: str) -> list[Region]:
    """Hide all that follows raw HTML in which a comment is never closed, if another one below isn't either.

    The marks of the two may be those of one comment, as in `<div>%% </div> both of them? %%`: nobody but the author knows.
    """
    open_ones = [
        index
        for index, region in enumerate(regions)
        if region.kind is RegionKind.COMMENT and not is_closed(region, text)
    ]
    if len(open_ones) < 2:
        return regions
    first = open_ones[0] + 1
    tail = regions[first : first + 1]
    kept = [
        region for region in tail if region.kind is RegionKind.HTML and region.start == regions[first - 1].end
    ]
    start = kept[-1].end if kept else regions[first - 1].end
    rest = Region(kind=RegionKind.COMMENT, start=start, end=len(text))
    return [*regions[:first], *kept, rest] if start < len(text) else [*regions[:first], *kept]


def is_closed(comment: Region, text: str) -> bool:
    """Return whether a comment ends in a mark of its own."""
    return text.endswith("%%", comment.start + 2, comment.end)


def stand_ins(text: str, comments: Sequence[Region]) -> Iterator[tuple[Region, str]]:
    """Yield each comment of a text, in order, with what is written for it: nothing, or an empty element.

    `- %%c%%` stays an item, and what follows a comment on its line begins no heading, list or code.
    """
    before, last = "", 0
    for comment, after in zip(comments, _rests(text, comments), strict=True):
        line = text.rfind("\n", last, comment.start) + 1
        before = (text[line : comment.start] if line else before + text[last : comment.start])[-_ENOUGH:]
        last = comment.end
        yield comment, EMPTY if _means_more(before, after) else ""


def _rests(text: str, comments: Sequence[Region]) -> list[str]:
    """Return for each comment the beginning of what is left of its line after it."""
    rests: list[str] = []
    rest, following = "", len(text)
    for comment in reversed(comments):
        end = text.find("\n", comment.end, following)
        piece = text[comment.end : end if end >= 0 else following][:_ENOUGH]
        rest = piece if end >= 0 else (piece + rest)[:_ENOUGH]
        rests.append(rest)
        following = comment.start
    return rests[::-1]


def _means_more(before: str, after: str) -> bool:
    """Return whether a line would be more than text if only these two parts were left of it."""
    whole = (before + after).lstrip("> \t").rstrip()
    begins = not before.strip("> \t") and bool(after.strip())
    joined = bool(_JOINED.search(f"{before[-1:]}\n{after[:1]}"))
    return bool(joined or _BARE.fullmatch(whole) or (begins and _OPENS.match(after)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text without its comments, which knows where everything stood."""

    text: str
    """What is left."""
    places: tuple[tuple[int, int], ...]
    """For each piece of it where that begins here, and where it began in the whole text."""

    @classmethod
    def of(cls, text: str, comments: Sequence[Region]) -> Cut:
        """Take the comments out of a text."""
        parts: list[str] = []
        places, position, length = [(0, 0)], 0, 0
        for comment, written in stand_ins(text, comments):
            parts += (text[position : comment.start], written)
            length += comment.start - position + len(written)
            position = comment.end
            places.append((length, position))
        return cls(text="".join((*parts, text[position:])), places=tuple(places))

    def span(self, span: Span) -> Span:
        """Return where a stretch of what is left stood in the whole text, with any comments in it."""
        start, last = self._place(span.start), self._place(max(span.start, span.end - 1))
        return Span(path=span.path, start=start, end=last + (span.end > span.start))

    def _place(self, offset: int) -> int:
        here, there = self.places[bisect_right(self.places, (offset, sys.maxsize)) - 1]
        return there + offset - here
