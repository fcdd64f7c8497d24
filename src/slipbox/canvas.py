"""Draw a JSON Canvas as an SVG picture with its links, showing nothing that the audience may not see.

Source: JSON Canvas 1.0 (jsoncanvas.org).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import Any

from slipbox.cards import Canvas, Card
from slipbox.media import Media, media_of
from slipbox.model import Link, Note
from slipbox.pipeline import Edition, State
from slipbox.syntax import plain_text

_SIDES = {"top": (0.5, 0.0), "right": (1.0, 0.5), "bottom": (0.5, 1.0), "left": (0.0, 0.5)}
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)

Box = tuple[float, float, float, float]
"""A card's place and size."""
Point = tuple[float, float]
"""A place on the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Draws one canvas for the page that shows it."""

    canvas: Canvas
    """What is drawn."""
    edition: Edition
    """What the audience may see."""
    href: Callable[[Link], str]
    """Gives the URL of what a card's link names, as seen from the page; empty for a picture without links."""
    display: Callable[[Link, Note], str]
    """Gives the words of a card's link."""

    def svg(self, label: str, style: str = "") -> str:
        """Return the canvas as SVG with a name; a card with a hidden file, and each line to it, is left out."""
        numbers = {str(node.get("id")): number for number, node in enumerate(self.canvas.nodes)}
        boxes = {
            key: box
            for key, number in numbers.items()
            if (box := _box(self.canvas.nodes[number])) and not self._hidden(number)
        }
        if not boxes:
            return ""
        left, top = (min(box[side] for box in boxes.values()) - 20 for side in (0, 1))
        right, bottom = (max(box[side] + box[side + 2] for box in boxes.values()) + 20 for side in (0, 1))
        shown = sorted(boxes, key=lambda key: self.canvas.nodes[numbers[key]].get("type") != "group")
        drawn = "".join(self._card(numbers[key], boxes[key]) for key in shown)
        lines = "".join(_line(edge, boxes) for edge in self.canvas.edges if _ends(edge) <= set(boxes))
        view = f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="slipbox-canvas" viewBox="{view}" role="group" '
            f'aria-label="{escape(label)}">{style}{drawn}{lines}</svg>'
        )

    def seen(self) -> list[tuple[Link, Note]]:
        """Return the links in the cards that lead to what the audience may see, each with its card."""
        return [
            (link, card.note)
            for card in self.canvas.cards.values()
            for link in card.note.links
            if self.edition.meaning(link, self.canvas.path).state is State.FOUND
        ]

    def _hidden(self, number: int) -> bool:
        """Return whether a node shows a file that the audience may not see, or that isn't there."""
        if self.canvas.nodes[number].get("type") != "file":
            return False
        card = self.canvas.cards.get(number)
        links = card.note.links if card else ()
        return not links or self.edition.meaning(links[0], self.canvas.path).state is not State.FOUND

    def _card(self, number: int, box: Box) -> str:
        """Return a card: its frame, and its text, file, address or label."""
        x, y, width, height = box
        node, card = self.canvas.nodes[number], self.canvas.cards.get(number)
        kind = str(node.get("type"))
        frame = (
            f'<rect class="slipbox-{escape(kind)}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            f'rx="8"/>'
        )
        if card:
            inner = (
                self._file(card.note.links[0], card.note)
                if card.shows_file and card.note.links
                else self._words(card)
            )
        else:
            said = str(node.get("url" if kind == "link" else "label") or "")
            inner = _linked(escape(said), said if said.startswith(("https://", "http://")) else "")
        return (
            f'{frame}<foreignObject x="{x + 8:g}" y="{y + 4:g}" width="{max(width - 16, 1):g}" '
            f'height="{max(height - 8, 1):g}"><div xmlns="http://www.w3.org/1999/xhtml">{inner}</div></foreignObject>'
        )

    def _file(self, link: Link, note: Note) -> str:
        """Return the name of the file that a card shows, a note's title, as a link; a picture as itself."""
        target = self.edition.meaning(link, self.canvas.path).target
        found = self.edition.notes.get(target.path) if target else None
        name = target.path.rpartition("/")[2] if target else ""
        href = self.href(link)
        if target and href and media_of(target.path) is Media.IMAGE:
            return f'<img src="{escape(href)}" alt="{escape(name)}" loading="lazy"/>'
        return _linked(escape(found.title if found else name), href)

    def _words(self, card: Card) -> str:
        """Return a text card's words as HTML: comments gone, links by what the audience may read."""
        note, position, text = card.note, card.note.body_start, ""
        shown: list[str] = []
        for link in note.links:
            if link.span.start < position:
                continue
            text += f"{note.shown[position : link.span.start]}\ue000{len(shown)}\ue001"
            shown.append(self._link(link, note))
            position = link.span.end
        text = _HEADING.sub("", (text + note.shown[position:]).replace("\x1a", ""))
        lines = "<br/>".join(escape(line, quote=False) for line in map(plain_text, text.split("\n")) if line)
        return re.sub("\ue000(\\d+)\ue001", lambda found: shown[int(found[1])], lines)

    def _link(self, link: Link, note: Note) -> str:
        """Return a link in a text card as HTML; an embed of what is hidden is nothing."""
        state = self.edition.meaning(link, self.canvas.path).state
        if link.embed and state is State.PRIVATE:
            return ""
        words = escape(plain_text(self.display(link, note)), quote=False)
        return _linked(words, self.href(link) if state is State.FOUND else "")


def _linked(words: str, href: str) -> str:
    """Return words as a link, if there is an address to link to."""
    return f'<a href="{escape(href)}">{words}</a>' if href else words


def _box(node: Mapping[str, Any]) -> Box | None:
    """Return a card's place and size, or None if they aren't numbers."""
    values = [node.get(key) for key in ("x", "y", "width", "height")]
    if not all(isinstance(value, int | float) and abs(value) < 1e7 for value in values):
        return None
    x, y, width, height = (float(value) for value in values)  # type: ignore[arg-type]
    return x, y, max(width, 1), max(height, 1)


def _ends(edge: Mapping[str, Any]) -> set[str]:
    return {str(edge.get("fromNode")), str(edge.get("toNode"))}


def _line(edge: Mapping[str, Any], boxes: Mapping[str, Box]) -> str:
    """Return the line between two cards, with the heads of its arrow and its label."""
    source, target = (boxes[str(edge.get(f"{end}Node"))] for end in ("from", "to"))
    start = _point(source, str(edge.get("fromSide")), target)
    end = _point(target, str(edge.get("toSide")), source)
    (x1, y1), (x2, y2) = start, end
    label = escape(str(edge.get("label") or ""))
    text = f'<text x="{(x1 + x2) / 2:g}" y="{(y1 + y2) / 2:g}" text-anchor="middle">{label}</text>'
    tips = _tip(end, start) if edge.get("fromEnd") == "arrow" else ""
    tips += _tip(start, end) if edge.get("toEnd", "arrow") == "arrow" else ""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>{tips}{text if label else ""}'


def _point(box: Box, side: str, other: Box) -> Point:
    """Return where a line leaves a card: at the side that is named, else at the one that faces the other card."""
    x, y, width, height = box
    right = other[0] + other[2] / 2 - x - width / 2
    down = other[1] + other[3] / 2 - y - height / 2
    across = ("right" if right > 0 else "left") if abs(right) >= abs(down) else ""
    facing = across or ("bottom" if down > 0 else "top")
    part = _SIDES.get(side) or _SIDES[facing]
    return x + width * part[0], y + height * part[1]


def _tip(start: Point, end: Point) -> str:
    """Return the head of an arrow that comes from one point to another."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    if not length:
        return ""
    along, down = 12 * (x2 - x1) / length, 12 * (y2 - y1) / length
    first = f"{x2 - along - down / 2:.1f} {y2 - down + along / 2:.1f}"
    last = f"{x2 - along + down / 2:.1f} {y2 - down - along / 2:.1f}"
    return f'<path class="slipbox-tip" d="M{first}L{x2:g} {y2:g}L{last}Z"/>'
