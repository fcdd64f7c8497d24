"""Say how far a section or a block of a note's text reaches, and which notes are embedded in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slipbox.index import Index
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.resolve import find_block, find_heading, resolve

MAX_DEPTH = 5
"""How deep notes are embedded in notes."""
MAX_EMBEDS = 300
"""How many notes one page embeds."""

_LINE = re.compile(r"[> ]*(?P<marker>(?:[-+*]|\d{1,9}[.)])[ ]+)?")
_BLANK = re.compile(r"\n[> \t]*\n")


def extent_of(note: Note, subpath: str) -> tuple[int, int]:
    """Return the offsets of the part of a note that a subpath names; of its body if it names none.

    A heading's part reaches to the next heading of the same or a higher level.
    """
    if subpath.startswith("^"):
        block = find_block(note, subpath)
        return _paragraph(note, block.span.start) if block else (note.body_start, note.body_start)
    heading = find_heading(note, subpath) if subpath else None
    if heading is None:
        return note.body_start, len(note.text)
    later = (
        other
        for other in note.headings
        if other.span.start > heading.span.start and other.level <= heading.level
    )
    following = next(later, None)
    end = following.span.start if following else len(note.text)
    return heading.span.start, _item_end(note.text, heading.span.start, end)


def _item_end(text: str, start: int, end: int) -> int:
    """Return where the item of a list ends in which the heading at `start` stands; `end` if it stands in none."""
    line = _LINE.match(text, start)
    column = line.end() - start if line else 0
    if not column or not ((line and line["marker"]) or _opens_item(text, start, column)):
        return end
    for found in re.compile(r"^[> ]*(?=[^> \n])", re.MULTILINE).finditer(
        text, text.find("\n", start) + 1 or end, end
    ):
        if found.end() - found.start() < column:
            return found.start()
    return end


def _opens_item(text: str, start: int, column: int) -> bool:
    """Return whether the nearest line above that begins further left than `column` is an item of a list."""
    while start:
        end, start = start - 1, text.rfind("\n", 0, start - 1) + 1
        line = _LINE.match(text, start)
        if line and text[start:end].strip("> \t") and (line["marker"] or line.end() - start < column):
            return bool(line["marker"])
    return False


def _paragraph(note: Note, position: int) -> tuple[int, int]:
    """Return the offsets of the paragraph around a position; of the block before it for an id on a line of its own."""
    start = note.body_start
    for blank in _BLANK.finditer(note.text, note.body_start, position):
        if note.text[blank.end() : position].strip(" \t>"):
            start = blank.end()
    after = _BLANK.search(note.text, position)
    return start, after.start() if after else len(note.text)


def embeds_in(index: Index, note: Note, subpath: str) -> Iterator[tuple[Link, NotePath, str]]:
    """Yield each embed of a note within a part of a note: the link, the note it names, and the subpath in that.

    An embed of a heading or block that isn't there is shown as a link, and embeds nothing.
    """
    start, end = extent_of(note, subpath)
    for link in note.links:
        if link.embed and link.kind is LinkKind.WIKI and start <= link.span.start < end:
            target = resolve(index, link, note.path)
            if target and target.path in index.notes and has_part(index.notes[target.path], link.subpath):
                yield link, target.path, link.subpath


def has_part(note: Note, subpath: str) -> bool:
    """Return whether a note has the heading or the block that a subpath names; the whole note is always there."""
    find = find_block if subpath.startswith("^") else find_heading
    return not subpath or find(note, subpath) is not None
