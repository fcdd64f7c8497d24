"""Draw a JSON Canvas as an SVG picture with its links, showing nothing that the audience may not see.

Source: JSON Canvas 1.0 (jsoncanvas.org).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

from slipbox.model import Link, LinkKind, Note, NotePath, Span
from slipbox.note import parse_note
from slipbox.pipeline import Edition, State
from slipbox.syntax import plain_text

MAX_CARDS = 500
"""How many cards of a canvas are drawn."""
_SIDES = {"top": (0.5, 0.0), "right": (1.0, 0.5), "bottom": (0.5, 1.0), "left": (0.0, 0.5)}

Url = Callable[[NotePath], str]
"""Gives the URL of a file of the vault, as seen from the page."""


def read_canvas(text: str) -> dict[str, Any] | None:
    """Read a canvas; None if it isn't one."""
    try:
        data = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    good = isinstance(data, dict) and all(isinstance(data.get(key, []), list) for key in ("nodes", "edges"))
    return data if good else None


def draw(
    data: dict[str, Any],
    edition: Edition,
    path: NotePath,
    url: Url,
    display: Callable[[Link, Note], str],
    *,
    label: str,
) -> str:
    """Return a canvas as SVG with a name; a card with a hidden note, and each line to it, is left out."""
    cards = {
        str(card.get("id")): card for card in data.get("nodes", [])[:MAX_CARDS] if isinstance(card, dict)
    }
    boxes = {key: _box(card) for key, card in cards.items()}
    seen = {key: card for key, card in cards.items() if boxes[key] and not _hidden(card, edition, path)}
    if not seen:
        return ""
    kept = [box for key in seen if (box := boxes[key])]
    left, top = min(box[0] for box in kept) - 20, min(box[1] for box in kept) - 20
    right, bottom = max(box[0] + box[2] for box in kept) + 20, max(box[1] + box[3] for box in kept) + 20
    lines = "".join(
        _line(edge, boxes)
        for edge in data.get("edges", [])
        if isinstance(edge, dict) and _ends(edge) <= set(seen)
    )
    groups_first = sorted(seen.items(), key=lambda item: item[1].get("type") != "group")
    drawn = "".join(
        _card(card, boxes[key] or (0, 0, 0, 0), edition, path, url, display) for key, card in groups_first
    )
    view = f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
    return f'<svg class="slipbox-canvas" viewBox="{view}" role="group" aria-label="{escape(label)}">{drawn}{lines}</svg>'


def _box(card: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """Return a card's place and size, or None if they aren't numbers."""
    values = [card.get(key) for key in ("x", "y", "width", "height")]
    if not all(isinstance(value, int | float) and abs(value) < 1e7 for value in values):
        return None
    x, y, width, height = (float(value) for value in values)  # type: ignore[arg-type]
    return x, y, max(width, 1), max(height, 1)


def _link(card: dict[str, Any]) -> Link:
    """Return the link to the file that a card shows."""
    subpath = str(card.get("subpath", "")).lstrip("#")
    span = Span(path=NotePath(""), start=0, end=0)
    return Link(span=span, kind=LinkKind.WIKI, target=f"/{card.get('file', '')}", subpath=subpath)


def _hidden(card: dict[str, Any], edition: Edition, path: NotePath) -> bool:
    """Return whether a card shows a file that the audience may not see."""
    return card.get("type") == "file" and edition.meaning(_link(card), path).state is not State.FOUND


def _ends(edge: dict[str, Any]) -> set[str]:
    return {str(edge.get("fromNode")), str(edge.get("toNode"))}


def _line(edge: dict[str, Any], boxes: dict[str, tuple[float, float, float, float] | None]) -> str:
    """Return the line between two cards, with its label."""
    points = []
    for end in ("from", "to"):
        x, y, width, height = boxes[str(edge.get(f"{end}Node"))] or (0, 0, 0, 0)
        across, down = _SIDES.get(str(edge.get(f"{end}Side")), (0.5, 0.5))
        points.append((x + width * across, y + height * down))
    (x1, y1), (x2, y2) = points
    label = str(edge.get("label") or "")
    text = (
        f'<text x="{(x1 + x2) / 2:g}" y="{(y1 + y2) / 2:g}" text-anchor="middle">{escape(label)}</text>'
        if label
        else ""
    )
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>{text}'


def _card(
    card: dict[str, Any], box: tuple[float, float, float, float], edition: Edition, path: NotePath, url: Url,
    display: Callable[[Link, Note], str],
) -> str:  # fmt: skip
    """Return a card: its frame, and its text, file, address or label."""
    x, y, width, height = box
    kind = str(card.get("type"))
    frame = f'<rect class="slipbox-{escape(kind)}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'
    if kind == "text":
        words, href = _shown(str(card.get("text", "")), path, edition, display), ""
    elif kind == "file":
        target = edition.meaning(_link(card), path).target
        note = edition.notes.get(target.path) if target else None
        words = note.title if note else str(card.get("file", "")).rpartition("/")[2]
        href = url(target.path) if target else ""
    elif kind == "link":
        words = href = str(card.get("url", ""))
        href = href if href.startswith(("https://", "http://")) else ""
    else:
        words, href = str(card.get("label", "")), ""
    text = (
        f'<foreignObject x="{x + 8:g}" y="{y + 4:g}" width="{max(width - 16, 1):g}" height="{max(height - 8, 1):g}">'
        f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(words)}</div></foreignObject>'
    )
    return f'{frame}<a href="{escape(href)}">{text}</a>' if href else frame + text


def _shown(text: str, path: NotePath, edition: Edition, display: Callable[[Link, Note], str]) -> str:
    """Return a text card as plain text: comments gone, links by what the audience may read."""
    note = parse_note(path, text, edition.options)
    parts, position = "", 0
    for link in note.links:
        if link.span.start >= position:
            parts += note.shown[position : link.span.start] + display(link, note)
            position = link.span.end
    return plain_text((parts + note.shown[position:]).replace("\x1a", ""))
