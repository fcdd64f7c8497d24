"""Connect the notes: which links to which, and in what words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_

from slipbox.cards import Canvas
from slipbox.index import Index
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.resolve import resolve

_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"'\u201d\u2019\xbb)\]*_]*\s+(?=[\"'\u201c\u2018\xab(\[*_!]*[A-ZÆØÅ0-9\[])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:bl\.a|f\.eks|e\.g|i\.e|dvs|osv|ca|nr|pkt|jf|inkl|ekskl|tlf|vs|etc|cf|mr|mrs|dr|no|kap|s|p|pp|fig|al)|\b[A-ZÆØÅ])\.[\"')\]]*\s*$",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"[> \t]*(?:(?:[-+*]|\d+[.)])[ \t]+(?:\[.\][ \t]+)?|#{1,6}[ \t]+|>+[ \t]?|\|[ \t]*|\[\^[^\]]+\]:[ \t]*|(?<=>)\[!(?!\[)[^\]\n]+\][+-]?[ \t]*|(?<=> )\[!(?!\[)[^\]\n]+\][+-]?[ \t]*)*"
)
_TITLE = re.compile(r"[ \t]*>[> \t]*\[!(?!\[)[^\]\n]+\]")
"""How the line of a callout's title begins."""
_BOUNDARY = re.compile(
    r"\n[> \t]*(?=\n|\Z)|\n[> \t]*(?:[-+*][ \t]|\d+[.)][ \t]|#{1,6}[ \t]|\||`{3}|~{3}|!{3}[ \t]|\?{3}\+?[ \t]|={3}[ \t])|\n[ \t]*>[> \t]*\[!(?!\[)"
)
_HEAD = re.compile(
    r"(?:[> \t]*(?:!{3}|\?{3}\+?|={3}!?|#{1,6})[ \t]|[ \t]*>[> \t]*\[!(?!\[)[^\]\n]+\])[^\n]*\n[> \t]*"
)
"""The first line of a callout, of an admonition, of a folded block, of a tab, or a heading; and the indentation of what is below it."""

_PIPE = re.compile(r"(?<!\\)\|")

MAX_CONTEXT = 400
"""Longest context shown, in characters of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One link that leads from a note to another."""

    source: NotePath
    """The note in which it stands."""
    target: NotePath
    """The file it leads to."""
    link: Link
    """The link as written."""
    card: Note | None = None
    """The card in which it stands, of a canvas that the source embeds; None for the source's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All links of a vault that lead somewhere."""

    edges: tuple[Edge, ...]
    """By source, then in the order of the text."""
    incoming: Mapping[NotePath, tuple[Edge, ...]]
    """The links that lead to a note from other notes."""
    outgoing: Mapping[NotePath, tuple[Edge, ...]] = field(default_factory=dict, repr=False)
    """The links of each note."""

    def backlinks(self, path: NotePath) -> Mapping[NotePath, tuple[Edge, ...]]:
        """Return the links that lead to a note, by the note they stand in."""
        grouped: dict[NotePath, list[Edge]] = defaultdict(list)
        for edge in self.incoming.get(path, ()):
            grouped[edge.source].append(edge)
        return {source: tuple(edges) for source, edges in grouped.items()}


def connect(
    index: Index,
    canvases: Mapping[NotePath, Canvas] | None = None,
    known: tuple[Mapping[NotePath, Note], Graph] | None = None,
) -> Graph:
    """Resolve every link of every note in the index; an embedded canvas' links are those of the note that shows it.

    `known` are the notes of an earlier index that is alike, with the same canvases, and their graph: what has not changed is taken from it.
    """
    notes, before = known or ({}, Graph(edges=(), incoming={}))
    outgoing = {
        path: before.outgoing[path]
        if notes.get(path) is note
        else tuple(edges_of(index, note, canvases or {}))
        for path, note in index.notes.items()
    }
    edges = tuple(edge for found in outgoing.values() for edge in found)
    incoming: dict[NotePath, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.source != edge.target:
            incoming[edge.target].append(edge)
    made = {path: tuple(found) for path, found in incoming.items()}
    return Graph(
        edges=edges,
        outgoing=outgoing,
        incoming={path: _same(before.incoming.get(path, ()), found) for path, found in made.items()},
    )  # fmt: skip


def _same(before: tuple[Edge, ...], now: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Return the first of two tuples, if they have the same objects in them: a link is known by being the one in its note."""
    return before if len(before) == len(now) and all(map(is_, before, now)) else now


def edges_of(index: Index, note: Note, canvases: Mapping[NotePath, Canvas]) -> Iterator[Edge]:
    """Yield the links of one note that lead to a file, and those in the canvases that it embeds."""
    for link in note.links:
        target = resolve(index, link, note.path)
        if not target:
            continue
        yield Edge(source=note.path, target=target.path, link=link)
        canvas = canvases.get(target.path) if link.embed else None
        for card in canvas.cards.values() if canvas else ():
            yield from _edges_of_card(index, note, card.note)


def _edges_of_card(index: Index, note: Note, card: Note) -> Iterator[Edge]:
    """Yield the links of a card that lead to a file, as links of the note that shows it."""
    for link in card.links:
        target = resolve(index, link, card.path)
        if target:
            yield Edge(source=note.path, target=target.path, link=link, card=card)


def context_of(note: Note, link: Link) -> tuple[int, int]:
    """Return the offsets of the sentence in which a link stands, or of the line in the properties.

    A sentence ends within its paragraph, list item, table row or heading, never past it.
    """
    text = note.shown
    if link.kind is LinkKind.PROPERTY:
        start = text.rfind("\n", 0, link.span.start) + 1
        end = text.find("\n", link.span.end)
        return start, len(text) if end < 0 else end
    start, end = _block(text, link, note.body_start)
    for stop in _SENTENCE_END.finditer(text, start, end):
        if _ABBREVIATION.search(text[max(start, stop.start() - 12) : stop.start()]):
            continue
        if text.rfind("[[", start, stop.start()) > text.rfind("]]", start, stop.start()):
            continue  # a name such as `[[What now? Nothing]]`
        if _is_in_a_link(note, stop.start()):
            continue  # an address such as `[words](Note.md#What%20now?)`
        if stop.end() <= link.span.start:
            start = stop.end()
        elif stop.start() >= link.span.end:
            end = stop.start()
            break
    return max(start, link.span.start - MAX_CONTEXT), min(end, link.span.end + MAX_CONTEXT)


def _is_in_a_link(note: Note, position: int) -> bool:
    """Return whether a link stands around an offset; links are in the order of the text."""
    number = bisect_left(note.links, position, key=lambda link: link.span.start)
    return number > 0 and position < note.links[number - 1].span.end


def _block(text: str, link: Link, floor: int) -> tuple[int, int]:
    """Return the offsets of the paragraph, list item, row or heading around a link, without its marker."""
    low = max(floor, link.span.start - 4 * MAX_CONTEXT)
    start = low
    for boundary in _BOUNDARY.finditer(text, low, link.span.start + 1):
        start = boundary.start() + 1
    blank = text.rfind("\n\n", low, link.span.start)
    start = max(start, blank + 2 if blank >= 0 else low)
    for opening in (_HEAD, _ITEM):
        marker = opening.match(text, start, link.span.start)
        start = marker.end() if marker else start
    after = _BOUNDARY.search(text, link.span.end)
    end = after.start() if after else len(text)
    line_start = text.rfind("\n", 0, link.span.start) + 1
    line_end = text.find("\n", link.span.end)
    line_end = len(text) if line_end < 0 else line_end
    marks = text[line_start : link.span.start].lstrip("> \t")
    if marks.startswith("|"):
        return _cell(text, line_start, line_end, link)
    return start, min(end, line_end) if marks.startswith("#") or _TITLE.match(text, line_start) else end


def _cell(text: str, start: int, end: int, link: Link) -> tuple[int, int]:
    """Return the offsets of the cell of a table's row in which a link stands."""
    before = [pipe.end() for pipe in _PIPE.finditer(text, start, link.span.start)]
    after = _PIPE.search(text, link.span.end, end)
    return before[-1] if before else start, after.start() if after else end
