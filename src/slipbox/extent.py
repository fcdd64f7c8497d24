"""Say how far a section or a block of a note's text reaches, and find embeds that embed themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slipbox.model import Link, Note, NotePath
from slipbox.resolve import Index, find_block, find_heading, fold, resolve

MAX_DEPTH = 5
"""How deep notes are embedded in notes."""
MAX_EMBEDS = 300
"""How many notes one page embeds."""

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
    return heading.span.start, following.span.start if following else len(note.text)


def _paragraph(note: Note, position: int) -> tuple[int, int]:
    """Return the offsets of the paragraph around a position; of the block before it for an id on a line of its own."""
    start = note.body_start
    for blank in _BLANK.finditer(note.text, note.body_start, position):
        if note.text[blank.end() : position].strip(" \t>"):
            start = blank.end()
    after = _BLANK.search(note.text, position)
    return start, after.start() if after else len(note.text)


def embeds_in(index: Index, note: Note, subpath: str) -> Iterator[tuple[Link, NotePath, str]]:
    """Yield each embed of a note within a part of a note: the link, the note it names, and the subpath in that."""
    start, end = extent_of(note, subpath)
    for link in note.links:
        if link.embed and start <= link.span.start < end:
            target = resolve(index, link, note.path)
            if target and target.path in index.notes:
                yield link, target.path, link.subpath


def cycle_of(index: Index, note: Note, link: Link) -> list[NotePath]:
    """Return the notes through which an embed embeds itself, first and last the same; empty if it doesn't."""
    target = resolve(index, link, note.path)
    if not link.embed or target is None or target.path not in index.notes:
        return []
    first = (target.path, fold(link.subpath))
    ways: dict[tuple[NotePath, str], list[NotePath]] = {first: [target.path]}
    waiting = [(target.path, link.subpath)]
    while waiting:
        path, subpath = waiting.pop()
        way = ways[path, fold(subpath)]
        for _, inner, inner_subpath in embeds_in(index, index.notes[path], subpath):
            step = (inner, fold(inner_subpath))
            if step == first:
                return [*way, inner]
            if step not in ways:
                ways[step] = [*way, inner]
                waiting.append((inner, inner_subpath))
    return []
