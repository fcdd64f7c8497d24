"""Read a JSON Canvas: what its cards say, and each link in them with its place in the file.

Source: JSON Canvas 1.0 (jsoncanvas.org).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slipbox.config import Options
from slipbox.model import Code, Finding, Level, Link, LinkKind, Note, NotePath, Span
from slipbox.names import stem_of
from slipbox.note import parse_note

MAX_CARDS = 500
"""How many cards of a canvas are read."""

_STRING = re.compile(r'"(?P<raw>(?>(?:[^"\\]|\\.)*))"(?P<key>\s*:)?', re.DOTALL)
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
"""What stands for one character within a string of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with words or a file, read as if it were a note of its own at the canvas' path."""

    note: Note
    """Its words; for a file no words, but the link to it."""
    places: tuple[Span, ...]
    """Where each of the note's links stands in the canvas."""

    @property
    def shows_file(self) -> bool:
        """Return whether it shows a file and has no words of its own."""
        return not self.note.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A canvas as its author saved it, read once."""

    path: NotePath
    """Its path in the vault."""
    text: str = field(repr=False)
    """The file's whole text."""
    nodes: tuple[Mapping[str, Any], ...] = ()
    """Its cards as they stand there."""
    edges: tuple[Mapping[str, Any], ...] = ()
    """The lines between them."""
    cards: Mapping[int, Card] = field(default_factory=dict)
    """What those with words, a file, or a picture behind them say, by their number among the nodes."""
    findings: tuple[Finding, ...] = ()
    """What was wrong while reading it."""

    @property
    def is_read(self) -> bool:
        """Return whether it is a canvas, and can be drawn."""
        return not any(finding.code is Code.BAD_CANVAS for finding in self.findings)


def read_canvas(path: NotePath, text: str, options: Options) -> Canvas:
    """Read a canvas; of a text that is none only a finding says what is wrong."""
    try:
        data = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        return _refused(path, text, error.pos, f"it isn't JSON: {error.msg}")
    except (ValueError, RecursionError):
        return _refused(path, text, 0, "it is nested too deeply, or holds a number too long")
    lists: list[Any] = [data.get(key, []) for key in ("nodes", "edges")] if isinstance(data, dict) else [None]
    if not all(isinstance(found, list) for found in lists):
        return _refused(path, text, 0, "it isn't an object with lists of nodes and edges")
    nodes, edges = (tuple(item for item in found if isinstance(item, dict)) for found in lists)
    places = _places(text)
    cards = {
        number: card
        for number, node in enumerate(nodes[:MAX_CARDS])
        if (card := _card(path, node, text, places, options))
    }
    findings = (_too_large(path, text, len(nodes)),) if len(nodes) > MAX_CARDS else ()
    return Canvas(path=path, text=text, nodes=nodes[:MAX_CARDS], edges=edges, cards=cards, findings=findings)


def _too_large(path: NotePath, text: str, count: int) -> Finding:
    """Return the finding for a canvas of which only the first cards are drawn."""
    return Finding.at(
        Span(path=path, start=0, end=0),
        text,
        code=Code.UNSUPPORTED,
        message=f"of its {count} cards the first {MAX_CARDS} are drawn",
        hint="make two canvases of it",
        level=Level.INFO,
    )


def _refused(path: NotePath, text: str, offset: int, why: str) -> Canvas:
    """Return a text that is no canvas, with a finding that says why."""
    finding = Finding.at(
        Span(path=path, start=offset, end=offset),
        text,
        code=Code.BAD_CANVAS,
        message=f"the canvas can't be read: {why}",
        hint="save it from Obsidian again, or mend the JSON",
    )
    return Canvas(path=path, text=text, findings=(finding,))


Places = dict[tuple[str, str], list[int]]
"""For each key and text of a canvas, the offsets at which such a text begins, within its quotes; the last one first."""


def _places(text: str) -> Places:
    """Find the texts of a canvas by their keys."""
    places: Places = defaultdict(list)
    key = ""
    for found in _STRING.finditer(text):
        if found["key"] is not None:
            key = found["raw"]
        elif key in ("text", "file", "background"):
            places[key, json.loads(f'"{found["raw"]}"', strict=False)].insert(0, found.start("raw"))
            key = ""
    return places


def _card(
    path: NotePath, node: Mapping[str, Any], text: str, places: Places, options: Options
) -> Card | None:
    """Read a node's words, its file, or the picture behind a group as a note; None for any other node."""
    kind = str(node.get("type"))
    key = {"text": "text", "file": "file", "group": "background"}.get(kind, "")
    said = node.get(key)
    if not isinstance(said, str) or (kind == "group" and not said):
        return None
    found = places.get((key, said))
    start = found.pop() if found else 0
    if kind == "text":
        note = parse_note(path, said, options)
        offsets = _offsets(text, start, said)
        spans = ((offsets[link.span.start], offsets[link.span.end]) for link in note.links)
        return Card(note=note, places=tuple(Span(path=path, start=first, end=last) for first, last in spans))
    subpath = str(node.get("subpath") or "").lstrip("#")
    name = stem_of(said.rpartition("/")[2])
    place = Span(path=path, start=start, end=start + len(said))
    empty = Span(path=path, start=0, end=0)
    link = Link(span=empty, kind=LinkKind.WIKI, target=f"/{said}", subpath=subpath, display=name)
    return Card(note=replace(parse_note(path, "", options), links=(link,)), places=(place,))


def _offsets(text: str, start: int, said: str) -> list[int]:
    """Return for each character of a card's words, line ends made one, where it stands in the canvas; and the end."""
    offsets: list[int] = []
    position = start
    for number, letter in enumerate(said):
        if not (letter == "\r" and said.startswith("\n", number + 1)):
            offsets.append(position)
        unit = _UNIT.match(text, position)
        position = unit.end() if unit else position
    return [*offsets, position]
