"""Draw a note's neighbourhood as an SVG picture that needs no script: the note, what it links to, what links to it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import cos, pi, sin

from slipbox.graph_data import pairs
from slipbox.listing import by_title
from slipbox.model import Note, NotePath
from slipbox.pipeline import Edition
from slipbox.words import word

MAX_NEIGHBOURS = 16
"""How many neighbours are drawn: those with the most links."""
WIDTH, HEIGHT = 480, 320


def neighbours(edition: Edition) -> dict[NotePath, dict[NotePath, None]]:
    """Return for each listed note its neighbours, in either direction."""
    found: dict[NotePath, dict[NotePath, None]] = {}
    for source, target in pairs(edition):
        found.setdefault(source, {})[target] = None
        found.setdefault(target, {})[source] = None
    return found


def local_graph(
    edition: Edition,
    note: Note,
    around: dict[NotePath, dict[NotePath, None]],
    url: Callable[[Note, str], str],
) -> str:
    """Return the section with the picture of a note's neighbourhood; empty for a note without neighbours."""
    near = sorted(around.get(note.path, ()), key=lambda path: (-len(around[path]), path))[:MAX_NEIGHBOURS]
    if not near:
        return ""
    shown = by_title(edition.notes[path] for path in near)
    places = [_place(number, len(shown)) for number in range(len(shown))]
    lines = "".join(f'<path d="M{WIDTH / 2:.0f} {HEIGHT / 2:.0f}L{x} {y}"/>' for x, y in places)
    known = {path: number for number, path in enumerate(other.path for other in shown)}
    for path, number in known.items():
        for other in around[path]:
            if known.get(other, -1) > number:
                (x1, y1), (x2, y2) = places[number], places[known[other]]
                lines += f'<path class="slipbox-far" d="M{x1} {y1}L{x2} {y2}"/>'
    nodes = "".join(_node(other, place, url(other, "")) for other, place in zip(shown, places, strict=True))
    title = word("graph", note.language)
    return (
        f'\n<section class="slipbox-graph" aria-labelledby="slipbox-graph" data-search-exclude>\n'
        f'<h2 id="slipbox-graph" lang="{note.language}">{title}</h2>\n'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-labelledby="slipbox-graph"><g>{lines}</g>{nodes}'
        f'<circle class="slipbox-here" cx="{WIDTH / 2:.0f}" cy="{HEIGHT / 2:.0f}" r="7"/></svg>\n</section>\n'
    )


def _place(number: int, count: int) -> tuple[int, int]:
    """Return where the neighbour of this number goes, on an ellipse, the first at the top."""
    angle = 2 * pi * number / count - pi / 2
    return round(WIDTH / 2 + 150 * cos(angle)), round(HEIGHT / 2 + 125 * sin(angle))


def _node(note: Note, place: tuple[int, int], url: str) -> str:
    """Return the link, dot and label of a neighbour."""
    x, y = place
    label = note.title if len(note.title) <= 28 else f"{note.title[:26].rstrip()}…"
    anchor = "start" if x > WIDTH / 2 + 20 else "end" if x < WIDTH / 2 - 20 else "middle"
    dx, dy = {"start": (9, 4), "end": (-9, 4), "middle": (0, -10 if y < HEIGHT / 2 else 18)}[anchor]
    return (
        f'<a href="{escape(url)}"><title>{escape(note.title)}</title><circle cx="{x}" cy="{y}" r="5"/>'
        f'<text x="{x + dx}" y="{y + dy}" text-anchor="{anchor}">{escape(label)}</text></a>'
    )
