"""Write the graph as data: for the graph page, for other programs, and for Graphviz."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from slipbox.model import Note, NotePath, Visibility
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


def graph_json(edition: Edition, url: Callable[[Note], str]) -> str:
    """Return the graph as JSON: `notes` with title, url, folder, tags and links in; `links` as pairs of their numbers."""
    notes = listed(edition)
    numbers = {note.path: number for number, note in enumerate(notes)}
    links = pairs(edition)
    incoming = Counter(target for _, target in links)
    data = {
        "notes": [
            {
                "title": note.title, "url": url(note), "folder": note.folder, "in": incoming[note.path],
                "tags": sorted({tag.name for tag in note.tags}),
            }
            for note in notes
        ],
        "links": [[numbers[source], numbers[target]] for source, target in links],
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
