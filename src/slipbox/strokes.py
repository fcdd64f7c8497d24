"""Draw the lines of a canvas: from card to card, with the heads of their arrows and their labels.

Source: JSON Canvas 1.0 (jsoncanvas.org), *Edges*.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import hypot
from typing import Any

Box = tuple[float, float, float, float]
"""A card's place and size."""
Point = tuple[float, float]
"""A place on the picture."""

_SIDES = {"top": (0.5, 0.0), "right": (1.0, 0.5), "bottom": (0.5, 1.0), "left": (0.0, 0.5)}


def cards_of(edge: Mapping[str, Any]) -> set[str]:
    """Return the ids of the two cards that a line connects."""
    return {str(edge.get("fromNode")), str(edge.get("toNode"))}


def line(edge: Mapping[str, Any], boxes: Mapping[str, Box], colour: str) -> str:
    """Return the line between two cards with the heads of its arrow; `colour` is an attribute, or empty.

    A wider line in the colour of the ground lies below it, so that it is seen on any picture behind a group.
    """
    start, end = _points(edge, boxes)
    tips = _tip(end, start, colour) if edge.get("fromEnd") == "arrow" else ""
    tips += _tip(start, end, colour) if edge.get("toEnd", "arrow") == "arrow" else ""
    way = f'd="M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}"'
    return f'<path class="slipbox-halo" {way}/><path{colour} {way}/>{tips}'


def label(edge: Mapping[str, Any], boxes: Mapping[str, Box]) -> str:
    """Return the words at the middle of a line, if it has any."""
    (x1, y1), (x2, y2) = _points(edge, boxes)
    words = escape(str(edge.get("label") or ""))
    place = f'x="{(x1 + x2) / 2:g}" y="{(y1 + y2) / 2:g}" text-anchor="middle"'
    return f"<text {place}>{words}</text>" if words else ""


def _points(edge: Mapping[str, Any], boxes: Mapping[str, Box]) -> tuple[Point, Point]:
    """Return where a line begins and where it ends."""
    source, target = (boxes[str(edge.get(f"{end}Node"))] for end in ("from", "to"))
    return _point(source, str(edge.get("fromSide")), target), _point(target, str(edge.get("toSide")), source)


def _point(box: Box, side: str, other: Box) -> Point:
    """Return where a line leaves a card: at the side that is named, else at the one that faces the other card."""
    x, y, width, height = box
    right = other[0] + other[2] / 2 - x - width / 2
    down = other[1] + other[3] / 2 - y - height / 2
    across = ("right" if right > 0 else "left") if abs(right) >= abs(down) else ""
    facing = across or ("bottom" if down > 0 else "top")
    part = _SIDES.get(side) or _SIDES[facing]
    return x + width * part[0], y + height * part[1]


def _tip(start: Point, end: Point, colour: str) -> str:
    """Return the head of an arrow that comes from one point to another."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    if not length:
        return ""
    along, down = 12 * (x2 - x1) / length, 12 * (y2 - y1) / length
    first = f"{x2 - along - down / 2:.1f} {y2 - down + along / 2:.1f}"
    last = f"{x2 - along + down / 2:.1f} {y2 - down - along / 2:.1f}"
    return f'<path class="slipbox-tip"{colour} d="M{first}L{x2:g} {y2:g}L{last}Z"/>'
