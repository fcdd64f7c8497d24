"""Write the graph as data: for the graph page, for other programs, and for Graphviz."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from slipbox.audience import Visibility
from slipbox.keep import Keep, at_once, digest
from slipbox.layout import layout
from slipbox.model import Note, NotePath
from slipbox.pipeline import Edition


def listed(edition: Edition) -> list[Note]:
    """Return the notes that lists may name: all but the unlisted."""
    return [note for note in edition.notes.values() if note.visibility is not Visibility.UNLISTED]


def pairs(edition: Edition) -> list[tuple[NotePath, NotePath]]:
    """Return which listed note links to which other, each pair once, in order."""
    names = {note.path for note in listed(edition)}
    found = {
        (edge.source, edge.target)
        for edge in edition.graph.edges
        if edge.source != edge.target and edge.source in names and edge.target in names
    }
    return sorted(found)


def lines_of(
    notes: Sequence[Note], links: Sequence[tuple[NotePath, NotePath]]
) -> tuple[list[str], list[list[int]]]:
    """Return what notes are placed by: the folder of each, and the links as pairs of numbers."""
    numbers = {note.path: number for number, note in enumerate(notes)}
    return [note.folder for note in notes], [[numbers[source], numbers[target]] for source, target in links]


def graph_json(
    edition: Edition,
    url: Callable[[Note], str],
    keep: Keep = at_once,
    places: Sequence[Sequence[int]] | None = None,
) -> str:
    """Return the graph as JSON: `notes` with title, url, folder, tags, links in and place; `links` as pairs of numbers."""
    notes, links = listed(edition), pairs(edition)
    incoming = Counter(target for _, target in links)
    folders, lines = lines_of(notes, links)
    if places is None:
        places = keep("slipbox.layout", "", digest(folders, lines), partial(layout, folders, lines))
    data = {
        "notes": [
            {
                "title": note.title, "url": url(note), "folder": note.folder, "in": incoming[note.path], "x": x, "y": y,
                "tags": sorted({tag.name for tag in note.tags}),
            }
            for note, (x, y) in zip(notes, places, strict=True)
        ],
        "links": lines,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def graph_dot(edition: Edition) -> str:
    """Return the graph in the language of Graphviz."""
    lines = [
        f"  {json.dumps(note.path)} [label={json.dumps(note.title, ensure_ascii=False)}];"
        for note in listed(edition)
    ]
    lines += [f"  {json.dumps(source)} -> {json.dumps(target)};" for source, target in pairs(edition)]
    return "\n".join(["digraph slipbox {", *lines, "}", ""])
