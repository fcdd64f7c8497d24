"""Draw a note's neighbourhood as an SVG picture that needs no script: the note, what it links to, what links to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from slipbox.listing import by_title
from slipbox.model import Note, NotePath
from slipbox.pipeline import Edition
from slipbox.words import word

MAX_NEIGHBOURS = 16
"""How many neighbours are drawn: those with the most links."""
WIDTH, ROW, HERE, THERE, MAX_LABEL = 300, 30, 10, 62, 32
"""The picture's measures: its width, a row's height, where the note and its neighbours stand, letters of a label."""


def neighbours(links: Iterable[tuple[NotePath, NotePath]]) -> dict[NotePath, dict[NotePath, None]]:
    """Return for each note that is linked its neighbours, in either direction; the links are those of the graph, in order."""
    found: dict[NotePath, dict[NotePath, None]] = {}
    for source, target in links:
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
    rows = {other.path: ROW // 2 + number * ROW for number, other in enumerate(shown)}
    height = ROW * len(shown)
    middle = height // 2
    bend = (HERE + THERE) // 2
    lines = "".join(
        f'<path d="M{HERE} {middle}C{bend} {middle} {bend} {y} {THERE} {y}"/>' for y in rows.values()
    )
    for path, y in rows.items():
        for other in around[path]:
            if rows.get(other, -1) > y:
                side = THERE - min(38, 10 + (rows[other] - y) // 3)
                lines += f'<path class="slipbox-far" d="M{THERE} {y}C{side} {y} {side} {rows[other]} {THERE} {rows[other]}"/>'
    nodes = "".join(_node(other, rows[other.path], url(other, "")) for other in shown)
    title = word("graph", note.language)
    return (
        f'\n<section class="slipbox-graph" aria-labelledby="slipbox-graph" data-search-exclude>\n'
        f'<h2 id="slipbox-graph" lang="{note.language}">{title}</h2>\n'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="group" aria-labelledby="slipbox-graph"><g>{lines}</g>{nodes}'
        f'<circle class="slipbox-here" cx="{HERE}" cy="{middle}" r="7"/></svg>\n</section>\n'
    )


def _node(note: Note, y: int, url: str) -> str:
    """Return the link, dot and label of a neighbour.

    Its address stands where old browsers look for it, as new ones do too: Material's `navigation.instant` trips over an SVG's `href`.
    """
    label = note.title if len(note.title) <= MAX_LABEL else f"{note.title[: MAX_LABEL - 2].rstrip()}…"
    return (
        f'<a xlink:href="{escape(url)}"><title>{escape(note.title)}</title><circle cx="{THERE}" cy="{y}" r="5"/>'
        f'<text x="{THERE + 12}" y="{y + 5}">{escape(label)}</text></a>'
    )
