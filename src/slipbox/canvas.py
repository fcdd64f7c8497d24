"""Draw a JSON Canvas as an SVG picture with its links, showing nothing that the audience may not see.

Source: JSON Canvas 1.0 (jsoncanvas.org).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from slipbox.cards import Canvas, Card
from slipbox.colours import readable
from slipbox.media import Media, media_of
from slipbox.model import Link, Note
from slipbox.pipeline import Edition, State
from slipbox.strokes import Box, cards_of, label, line
from slipbox.syntax import plain_text

_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
_LABEL = 28
"""How much room the label of a group takes above it."""
LEAST_SCALE = 0.75
"""How much smaller than its author drew it a canvas may be shown: its words then have 12 pixels."""
_FILLS = {"ratio": "center/contain no-repeat", "repeat": "0 0 repeat"}
"""How the background of a group fills it: `cover` unless it says one of these."""
_PAPER = (
    "<style>svg{background:#fff;color-scheme:light}a{color:#1a56b0}rect,path{stroke:#777;stroke-width:2}rect{fill:#fff}"
    "rect[color],path[color]{stroke:currentColor}rect[color]{fill:color-mix(in srgb,currentColor 8%,#fff)}"
    "path.slipbox-halo{stroke:#fff;stroke-width:6}.slipbox-group{stroke-dasharray:6 6}rect.slipbox-clear{fill:none}.slipbox-tip,.slipbox-tip[color]{stroke:#fff;stroke-width:4;paint-order:stroke}.slipbox-tip{fill:#777}.slipbox-tip[color]{fill:currentColor}"
    "div{font:16px/1.35 sans-serif;overflow:hidden;height:100%}.slipbox-label div{font-weight:600}"
    "img{max-width:100%;max-height:100%}text{font:14px sans-serif;paint-order:stroke;stroke:#fff;stroke-width:4px}</style>"
)
"""How a picture looks that no style sheet reaches: as on white paper, also on a dark page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Draws one canvas for the page that shows it."""

    canvas: Canvas
    """What is drawn."""
    edition: Edition
    """What the audience may see."""
    href: Callable[[Link], str]
    """Gives the URL of what a card's link names, as seen from the page; empty for what can't be linked to."""
    display: Callable[[Link, Note], str]
    """Gives the words of a card's link."""
    alone: bool = False
    """Whether it is a file of its own: on white, its links opening in the window of the page that shows it."""

    def svg(self, name: str) -> str:
        """Return the canvas as SVG with a name, nothing for one without cards; a card with a hidden file, and each line to it, is left out.

        Groups are drawn first, whatever their place among the cards: nothing may cover a card's links.
        """
        nodes = self.canvas.nodes
        numbers = {str(node.get("id")): number for number, node in enumerate(nodes)}
        boxes = {
            key: box
            for key, number in numbers.items()
            if (box := _box(nodes[number])) and not self._hidden(number)
        }
        if not boxes:
            return ""
        groups = [key for key in boxes if nodes[numbers[key]].get("type") == "group"]
        edges = [edge for edge in self.canvas.edges if cards_of(edge) <= set(boxes)]
        drawn = "".join(
            (
                *(self._group(numbers[key], boxes[key]) for key in groups),
                *(line(edge, boxes, self._colour(edge)) for edge in edges),
                *(self._card(numbers[key], boxes[key]) for key in boxes if key not in groups),
                *(label(edge, boxes) for edge in edges),
            )
        )
        labelled = any(nodes[numbers[key]].get("label") for key in groups)
        return self._framed(name, _view(boxes, _LABEL * labelled), drawn)

    def _framed(self, name: str, view: Box, drawn: str) -> str:
        """Return the SVG; on a page in a frame that scrolls, so that the words of a large canvas can be read on a phone."""
        seen = " ".join(f"{side:g}" for side in view)
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" class="slipbox-canvas" viewBox="{seen}"'
        named = f'role="group" aria-label="{escape(name)}"'
        if self.alone:
            return f"{svg} {named}>{_PAPER}{drawn}</svg>"
        size = f"min-width:{LEAST_SCALE * view[2]:.0f}px;max-width:{1.25 * view[2]:.0f}px"
        return f'<span class="slipbox-canvas-frame" tabindex="0" {named}>{svg} style="{size}">{drawn}</svg></span>'

    def seen(self) -> list[tuple[Link, Note]]:
        """Return the links in the cards that lead to what the audience may see, each with its card."""
        return [
            (link, card.note)
            for number, card in self.canvas.cards.items()
            for link in card.note.links
            if self.canvas.nodes[number].get("type") != "group" and self._found(link)
        ]

    def _found(self, link: Link) -> bool:
        """Return whether a card's link leads to what the audience may see."""
        return self.edition.meaning(link, self.canvas.path).state is State.FOUND

    def _hidden(self, number: int) -> bool:
        """Return whether a node shows a file that the audience may not see, or that isn't there."""
        if self.canvas.nodes[number].get("type") != "file":
            return False
        card = self.canvas.cards.get(number)
        return not card or not card.note.links or not self._found(card.note.links[0])

    def _colour(self, thing: Mapping[str, Any]) -> str:
        """Return a card's or a line's own colour as an attribute, which its lines take up; empty if it has none."""
        found = readable(thing.get("color"))
        if not found:
            return ""
        return f' color="{found[0]}"' if self.alone else f' color="light-dark({found[0]}, {found[1]})"'

    def _frame(self, number: int, box: Box, also: str = "") -> str:
        """Return the frame of a card or a group; `also` is a further class."""
        node = self.canvas.nodes[number]
        x, y, width, height = box
        return (
            f'<rect class="slipbox-{escape(str(node.get("type")))}{also}"{self._colour(node)} x="{x:g}" y="{y:g}" '
            f'width="{width:g}" height="{height:g}" rx="8"/>'
        )

    def _group(self, number: int, box: Box) -> str:
        """Return a group: the picture behind it, its frame, and its label above it."""
        node, card = self.canvas.nodes[number], self.canvas.cards.get(number)
        x, y, width, height = box
        link = card.note.links[0] if card and self._found(card.note.links[0]) else None
        url = re.sub(r"[\"'()\\\s]", lambda found: f"%{ord(found[0]):02x}", self.href(link) if link else "")
        fill = _FILLS.get(str(node.get("backgroundStyle")), "center/cover no-repeat")
        style = f' style="background:url({escape(url)}) {fill}"'
        behind = _foreign((x, y, width, height), "", "slipbox-background", style) if url else ""
        words = escape(str(node.get("label") or ""), quote=False)
        above = _foreign((x, y - _LABEL, width, _LABEL - 2), words, "slipbox-label") if words else ""
        return f"{behind}{self._frame(number, box, ' slipbox-clear' if behind else '')}{above}"

    def _card(self, number: int, box: Box) -> str:
        """Return a card: its frame, and its text, file or address."""
        x, y, width, height = box
        node, card = self.canvas.nodes[number], self.canvas.cards.get(number)
        if card:
            file = card.shows_file and card.note.links
            inner = self._file(card.note.links[0], card.note) if file else self._words(card)
        else:
            said = str(node.get("url") or "") if node.get("type") == "link" else ""
            inner = self._linked(escape(said), said if said.startswith(("https://", "http://")) else "")
        inside = (x + 8, y + 4, max(width - 16, 1), max(height - 8, 1))
        return self._frame(number, box) + _foreign(inside, inner)

    def _file(self, link: Link, note: Note) -> str:
        """Return the name of the file that a card shows, a note's title, as a link; a picture as itself."""
        target = self.edition.meaning(link, self.canvas.path).target
        found = self.edition.notes.get(target.path) if target else None
        name = target.path.rpartition("/")[2] if target else ""
        href = self.href(link)
        if target and href and media_of(target.path) is Media.IMAGE:
            return f'<img src="{escape(href)}" alt="{escape(name)}" loading="lazy"/>'
        return self._linked(escape(found.title if found else name), href)

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
        return self._linked(words, self.href(link) if state is State.FOUND else "")

    def _linked(self, words: str, href: str) -> str:
        """Return words as a link, if there is an address to link to."""
        where = ' target="_top"' if self.alone else ""
        return f'<a href="{escape(href)}"{where}>{words}</a>' if href else words


def _foreign(box: Box, inner: str, name: str = "", style: str = "") -> str:
    """Return a place in the picture that holds HTML."""
    x, y, width, height = box
    named = f' class="{name}"' if name else ""
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f"<foreignObject{named} {place}><div {_XHTML}{style}>{inner}</div></foreignObject>"


def _view(boxes: Mapping[str, Box], above: int) -> Box:
    """Return the part of the plane that the picture shows: all cards, a margin around them, and room for labels above."""
    left, top = (min(box[side] for box in boxes.values()) - 20 for side in (0, 1))
    right, bottom = (max(box[side] + box[side + 2] for box in boxes.values()) + 20 for side in (0, 1))
    return left, top - above, right - left, bottom - top + above


def _box(node: Mapping[str, Any]) -> Box | None:
    """Return a card's place and size, or None if they aren't numbers."""
    values = [node.get(key) for key in ("x", "y", "width", "height")]
    if not all(isinstance(value, int | float) and abs(value) < 1e7 for value in values):
        return None
    x, y, width, height = (float(value) for value in values)  # type: ignore[arg-type]
    return x, y, max(width, 1), max(height, 1)
