"""Say what a note's page depends on besides its own text, as digests: whoever keeps pages between builds asks for them.

A digest may change when the page would not; it never stays when the page would. So what is read here of a text is more than the links that
the page shows: everything between two brackets, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from slipbox.keep import digest
from slipbox.mentions import Mention
from slipbox.model import Link, LinkKind, Note, NotePath, Span
from slipbox.pipeline import Edition, same_objects
from slipbox.render import Renderer

_BRACKETS = re.compile(r"(!?)\[\[([^\[\]\n]*)\]\]")
_NOWHERE = Span(path=NotePath(""), start=0, end=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Digests of one edition, each worked out once."""

    renderer: Renderer
    """Knows what links mean."""
    names: str
    """Stands for every name by which anything can be linked to, every address, and the settings."""
    addresses: Mapping[NotePath, str] = field(default_factory=dict, repr=False)
    """The addresses of the notes."""
    _faces: dict[NotePath, str] = field(default_factory=dict)
    _texts: dict[NotePath, tuple[str, frozenset[NotePath]]] = field(default_factory=dict)
    """For each note a digest, and the notes that were looked at for it."""
    _around: dict[NotePath, tuple[object, str]] = field(default_factory=dict)
    """For each note what its surroundings are made of, and a digest."""
    _held: set[NotePath] = field(default_factory=set)
    """The notes whose surroundings were looked at in this edition."""

    @classmethod
    def of(
        cls, renderer: Renderer, addresses: Mapping[NotePath, str], before: Dependencies | None = None
    ) -> Dependencies:
        """Begin with an edition and the addresses of its notes; digests of `before` that must be the same are taken."""
        if before is not None and _same_names(before, renderer, addresses):
            return cls(
                renderer=renderer, addresses=addresses, names=before.names, **before._still(renderer.edition)
            )
        edition = renderer.edition
        tables = [
            (list(index.notes), index.paths, index.names, index.aliases, index.permalinks)
            for index in (edition.index, edition.whole)
        ]
        canvases = [(path, canvas.text) for path, canvas in edition.canvases.items()]
        # A canvas shows names of notes that no text here names.
        shown = [_face(note) for note in edition.notes.values()] if canvases else []
        names = digest(
            tables, _others(edition), sorted(renderer.tag_pages.items()), sorted(addresses.items()), canvases, shown,
        )  # fmt: skip
        return cls(renderer=renderer, addresses=addresses, names=names)

    def _still(self, edition: Edition) -> dict[str, Any]:
        """Return the digests that hold for another edition, in which names mean the same."""
        notes = self.renderer.edition.notes
        changed = {path for path, note in edition.notes.items() if notes.get(path) is not note}
        faces = {path: made for path, made in self._faces.items() if path not in changed}
        texts = {
            path: made
            for path, made in self._texts.items()
            if path not in changed and changed.isdisjoint(made[1])
        }
        return {"_faces": faces, "_texts": texts, "_around": dict(self._around)}

    def of_text(self, text: str, note: Note | None) -> str:
        """Return what stands for all that a text depends on besides itself; `note` is the one that it is the body of."""
        return self._of_text(text, note)[0]

    def _of_text(self, text: str, note: Note | None) -> tuple[str, frozenset[NotePath]]:
        """Return that, and the notes that were looked at for it."""
        looked: set[NotePath] = set()
        seen: dict[NotePath, None] = {} if note is None else {note.path: None}
        parts = [self.names, "" if note is None else self.face(note.path)]
        waiting = [(text, note)]
        while waiting:
            words, source = waiting.pop()
            for link in _links(words, source):
                target = self.renderer.edition.meaning(link, source.path if source else NotePath("")).target
                found = self.renderer.edition.notes.get(target.path) if target else None
                if found is None:
                    continue
                looked.add(found.path)
                parts.append(self.face(found.path))
                if link.embed and found.path not in seen:
                    seen[found.path] = None
                    parts.append(digest(found.text))
                    waiting.append((found.text, found))
        return digest(parts), frozenset(looked)

    def of_note(self, note: Note) -> str:
        """Return what stands for a note's text and all that this depends on."""
        if note.path not in self._texts:
            made, looked = self._of_text(note.text, note)
            self._texts[note.path] = (digest(note.text, note.shown, made), looked)
        return self._texts[note.path][0]

    def face(self, path: NotePath) -> str:
        """Return what stands for what other notes show of a note: its names and its headings."""
        if path not in self._faces:
            self._faces[path] = digest(_face(self.renderer.edition.notes[path]))
        return self._faces[path]

    def of_surroundings(
        self, note: Note, around: Mapping[NotePath, Mapping[NotePath, None]], mentions: tuple[Mention, ...]
    ) -> str:
        """Return what stands for all that is shown around a note: who links to it, who names it, its neighbourhood."""
        if note.path in self._held:
            return self._around[note.path][1]
        notes = self.renderer.edition.notes
        links = self.renderer.edition.graph.backlinks(note.path)
        sources = [(path, edges, self.of_note(notes[path])) for path, edges in links.items()]
        named = [(mention, self.of_note(notes[mention.source])) for mention in mentions]
        near = [(path, self.face(path), around[path]) for path in around.get(note.path, ())]
        made_of = (self.names, self.of_note(note), sources, named, near)
        if note.path not in self._around or self._around[note.path][0] != made_of:
            self._around[note.path] = (made_of, digest(*made_of))
        self._held.add(note.path)
        return self._around[note.path][1]


def _same_names(before: Dependencies, renderer: Renderer, addresses: Mapping[NotePath, str]) -> bool:
    """Return whether all that `names` stands for is what it was."""
    now, then = renderer.edition, before.renderer.edition
    return (
        now.is_alike(then)
        and same_objects(now.canvases, then.canvases)
        and (not now.canvases or same_objects(now.notes, then.notes))
        and _others(now) == _others(then)
        and (renderer.tag_pages, addresses) == (before.renderer.tag_pages, before.addresses)
    )


def _links(text: str, note: Note | None) -> Iterator[Link]:
    """Yield the links that are known of a note, and everything in the text that may be read as one."""
    yield from note.links if note else ()
    for found in _BRACKETS.finditer(text):
        target = re.split(r"\\?\||#", found[2], maxsplit=1)[0].strip()
        yield Link(span=_NOWHERE, kind=LinkKind.WIKI, target=target, embed=bool(found[1]))


def _others(edition: Edition) -> object:
    """Return what an edition knows besides its notes: the settings, the files, and whatever is added one day."""
    apart = ("index", "whole", "graph", "findings", "canvases", "referred")
    known = {each.name: getattr(edition, each.name) for each in fields(edition) if each.name not in apart}
    return [(name, sorted(value) if isinstance(value, frozenset) else value) for name, value in known.items()]


def _face(note: Note) -> object:
    """Return what is known of a note besides its words and their places."""
    words = ("text", "shown", "body_start", "links", "tags", "findings", "headings", "blocks")
    known = [(each.name, getattr(note, each.name)) for each in fields(note) if each.name not in words]
    headings = [(heading.level, heading.text, heading.custom_id) for heading in note.headings]
    return (known, headings, [block.id for block in note.blocks])
