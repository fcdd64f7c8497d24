"""Write the copy of an embedded note in plain Markdown: footnotes, headings and links that are its own where it stands."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from slipbox.media import split_size
from slipbox.model import Heading, Note
from slipbox.region import mask
from slipbox.regions import find_regions

Part = tuple[int, int, str]
"""A stretch of a note's text, from one offset to another, and what is written for it."""

_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\]\[\s]+)\]")
_DEFINITION = re.compile(
    r"^[ ]{0,3}\[\^(?P<label>[^\]\[\s]+)\]:[^\n]*(?:\n(?:[ ]{4}|\t)[^\n]*|\n[ \t]*(?=\n(?:[ ]{4}|\t)))*",
    re.MULTILINE,
)
_ATTRIBUTES = re.compile(r"[ \t]*\{:?(?P<list>[^{}\n]*#[^{}\n]*)\}[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"\{:?")
_OWN_ID = re.compile(r"(?:^|(?<=\s))#[^\s#.]+\s?")
_OWN_PLACE = re.compile(r"(?<=\]\()[ \t]*<?(?P<id>#[^\s<>()]*)>?(?=[ \t]*[)\"'])")
_LEAD = re.compile(r"(?:[> \t]|(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[.\][ \t]+)?)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a part of a note on a page."""

    note: Note
    """Where it is from."""
    number: int
    """Which copy of its page it is."""
    source: str
    """The URL of the note it is from; empty on that note's own page."""
    anchors: tuple[str, ...] | None
    """The ids of the note's headings, where the engine gives them; None where none does."""

    def parts(self, start: int, end: int) -> Iterator[Part]:
        """Yield what is written otherwise between two offsets, apart from links, blocks and comments."""
        masked = mask(self.note.text, find_regions(self.note.text, self.note.body_start))
        written = {found["label"]: found.span() for found in _DEFINITION.finditer(masked)}
        idle = sorted(_idle(masked, written, start, end))
        yield from ((first, last, "") for first, last in idle)
        for found in _FOOTNOTE.finditer(masked, start, end):
            if found["label"] in written and not _within(found.start(), idle):
                yield found.start(), found.end(), f"[^{self.number}-{found['label']}]"
        for found in _OWN_PLACE.finditer(masked, start, end) if self.source else ():
            yield found.start(), found.end(), f"<{self.source}{found['id']}>"
        for number, heading in enumerate(self.note.headings):
            if start <= heading.span.start < end:
                yield from self._heading(number, heading)
        heads = [(heading.span.start, heading.span.end) for heading in self.note.headings]
        for found in _ATTRIBUTES.finditer(masked, start, end):
            if not any(first <= found.start() < last for first, last in heads):
                rest = _OWN_ID.sub("", found["list"]).strip()
                yield found.start(), found.end(), f"{{: {rest} }}" if rest else ""

    def _heading(self, number: int, heading: Heading) -> Iterator[Part]:
        """Yield what makes a heading a copy's: no title of the page, and no id that the page has."""
        text = self.note.text
        line = text.find("\n", heading.span.start, heading.span.end)
        end = line if line >= 0 else heading.span.end
        if heading.level == 1:
            mark = text.find("#", heading.span.start, end)
            if line < 0:
                yield mark, mark, "#"
            else:
                yield line, heading.span.end, "\n---"
        found = _ATTRIBUTES.search(text, heading.span.start, end)
        own = f" {{ #e{self.number}-{self.anchors[number]} }}" if self.anchors else ""
        yield (found.start() if found else end), end, own

    def footnotes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where the footnotes stand that are named between two offsets and written elsewhere, and those they name."""
        masked = mask(self.note.text, find_regions(self.note.text, self.note.body_start))
        written = {found["label"]: found.span() for found in _DEFINITION.finditer(masked)}
        waiting, seen = [(start, end)], set[str]()
        while waiting:
            first, last = waiting.pop(0)
            for label in dict.fromkeys(found["label"] for found in _FOOTNOTE.finditer(masked, first, last)):
                place = written.get(label)
                if place and label not in seen and not start <= place[0] < end:
                    seen.add(label)
                    waiting.append(place)
                    yield place


def _idle(
    masked: str, written: dict[str, tuple[int, int]], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield where the footnotes stand that are written between two offsets and that nothing there names; not one that is all there is."""
    inside = sorted(place for place in written.values() if start <= place[0] < end)
    names = [found for found in _FOOTNOTE.finditer(masked, start, end) if not _within(found.start(), inside)]
    waiting = [found["label"] for found in names]
    named: set[str] = set()
    while waiting:
        label = waiting.pop()
        if label in written and label not in named:
            named.add(label)
            waiting += (found["label"] for found in _FOOTNOTE.finditer(masked, *written[label]))
    if (start, end) not in inside:
        yield from (written[label] for label in written.keys() - named if start <= written[label][0] < end)


def _within(offset: int, places: list[tuple[int, int]]) -> bool:
    """Return whether an offset is in one of these places, which are in order."""
    index = bisect_right(places, (offset, sys.maxsize)) - 1
    return index >= 0 and offset < places[index][1]


def lead_of(text: str, position: int) -> str:
    """Return what a line must begin with to stay in the quotes and list items that `position` is in."""
    line = text.rfind("\n", 0, position) + 1
    found = _LEAD.match(text, line, position)
    return re.sub(r"[^> \t]", " ", found[0]) if found else ""


def set_in(text: str, lead: str) -> str:
    """Return a text that goes on a line with all other lines behind a lead, so that they stay in a quote or a list item."""
    if not lead:
        return text
    first, *lines = text.split("\n")
    return "\n".join(
        (
            first,
            *(f"{lead if line.strip() else lead.rstrip()}{line}" for line in lines[:-1]),
            lead + lines[-1],
        )
    )


def sized(text: str, start: int, closing: int, end: int) -> Iterator[Part]:
    """Yield what says the size of a picture as an attribute, where its alt text between two offsets ends in one."""
    alt, width, height = split_size(text[start:closing])
    if width and "|" in text[start:closing]:
        size = f"width={width}{f' height={height}' if height else ''}"
        yield start, closing, alt
        given = _LIST.match(text, end)
        yield (given.end(), given.end(), f" {size} ") if given else (end, end, f"{{ {size} }}")
