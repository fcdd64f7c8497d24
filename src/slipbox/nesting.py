"""Follow embeds into embeds: find those that embed themselves, stand too deep, or are one too many for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from slipbox.extent import MAX_DEPTH, MAX_EMBEDS, embeds_in
from slipbox.index import Index
from slipbox.model import Code, Link, Note, NotePath
from slipbox.names import fold
from slipbox.resolve import resolve

Step = tuple[NotePath, str]
"""A note and a subpath in it, folded."""
Embed = tuple[Link, NotePath, str]
"""An embed, the note that it names, and the subpath in that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An embed in place of which a page says why it isn't there."""

    code: Code
    """`embed-too-deep` or `too-many-embeds`."""
    link: Link
    """The embed in the page's own note that leads to it."""
    way: tuple[NotePath, ...]
    """The notes from the page to the one that is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """Which notes embed which, each part of a note looked at once."""

    index: Index
    """The vault."""
    known: dict[Step, tuple[Embed, ...]] = field(default_factory=dict, repr=False)
    """The embeds in the parts that have been looked at."""

    def embeds(self, path: NotePath, subpath: str) -> tuple[Embed, ...]:
        """Return the embeds of notes in a part of a note, in the order of its text."""
        step = (path, fold(subpath))
        if step not in self.known:
            self.known[step] = tuple(embeds_in(self.index, self.index.notes[path], subpath))
        return self.known[step]

    def cycle(self, note: Note, link: Link) -> list[NotePath]:
        """Return the notes through which an embed embeds itself, first and last the same; empty if it doesn't."""
        target = resolve(self.index, link, note.path) if link.embed else None
        if target is None or target.path not in self.index.notes:
            return []
        first = (target.path, fold(link.subpath))
        ways: dict[Step, list[NotePath]] = {first: [target.path]}
        waiting = [(target.path, link.subpath)]
        while waiting:
            path, subpath = waiting.pop()
            way = ways[path, fold(subpath)]
            for _, inner, inner_subpath in self.embeds(path, subpath):
                step = (inner, fold(inner_subpath))
                if step == first:
                    return [*way, inner]
                if step not in ways:
                    ways[step] = [*way, inner]
                    waiting.append((inner, inner_subpath))
        return []

    def refused(self, note: Note) -> Iterator[Refused]:
        """Yield what a note's page leaves out: the first too deep one below each embed, and the first one too many."""
        left = [MAX_EMBEDS]
        for embed in self.embeds(note.path, ""):
            told = set()
            for code, way in self._below(embed, ((note.path, ""),), left):
                if code not in told:
                    yield Refused(code=code, link=embed[0], way=way)
                told.add(code)
                if code is Code.TOO_MANY_EMBEDS:
                    return

    def _below(
        self, embed: Embed, stack: tuple[Step, ...], left: list[int]
    ) -> Iterator[tuple[Code, tuple[NotePath, ...]]]:
        """Yield what is left out at an embed and in what it shows, in the order in which a page is rendered."""
        _, path, subpath = embed
        step = (path, fold(subpath))
        if step in stack:
            return
        way = (*(each for each, _ in stack), path)
        if len(stack) > MAX_DEPTH:
            yield Code.EMBED_TOO_DEEP, way
        elif not left[0]:
            yield Code.TOO_MANY_EMBEDS, way
        else:
            left[0] -= 1
            for inner in self.embeds(path, subpath):
                yield from self._below(inner, (*stack, step), left)
