"""Find where notes are named without a link."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from slipbox.graph_data import listed
from slipbox.keep import Keep, at_once, digest
from slipbox.model import Link, LinkKind, Note, NotePath, Span
from slipbox.names import fold
from slipbox.pipeline import Edition
from slipbox.region import MASK, mask
from slipbox.regions import find_regions

MIN_LETTERS = 4
"""Shortest name that is looked for."""
MAX_MENTIONS = 10
"""How many notes that mention it a page shows."""

_WORD = re.compile(r"\w+(?:[-'.]\w+)*")
_BRACKETS = re.compile(
    r"!?\[\[[^\[\]\n]*\]\]|!?\[[^\[\]]*\]\([^)\n]*\)|https?://\S+|^#{1,6} .*$|^[ \t]*:{3}[ \t].*$",
    re.MULTILINE,
)
_GENERIC = frozenset(("index", "home", "readme", "notes", "hjem"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place that names a note without a link."""

    source: NotePath
    """The note in which it stands."""
    link: Link
    """The name, as if it were a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every name that is looked for, as words; found in time that doesn't grow with how many begin alike."""

    bearers: Mapping[tuple[str, ...], NotePath]
    """The note of each name; of several the first by path."""
    lengths: Mapping[str, tuple[int, ...]]
    """For each first word how many words its names have, the most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Where each note names any other, whether it links to it or not."""

    names: Names
    """What was looked for."""
    notes: Mapping[NotePath, Note]
    """Where."""
    places: Mapping[NotePath, Sequence[Sequence[Any]]]
    """What was found in each note: which note is named, and the offsets of its name."""


def find_names(edition: Edition, keep: Keep = at_once, before: Named | None = None) -> Named:
    """Return where notes name each other; what was found `before` in a note that is the same is taken, if the same is looked for."""
    names, listed_notes = _names(edition), {note.path: note for note in listed(edition)}
    known = digest(sorted(names.bearers.items()))
    had = before.notes if before and before.names == names else {}
    places: dict[NotePath, Sequence[Sequence[Any]]] = {}
    for path, note in listed_notes.items():
        if before and had.get(path) is note:
            places[path] = before.places[path]
        else:
            key = digest(note.text, note.body_start, known)
            places[path] = keep("slipbox.named", path, key, partial(_places, note, names))
    return Named(names=names, notes=listed_notes, places=places)


def find_mentions(edition: Edition, named: Named | None = None) -> Mapping[NotePath, tuple[Mention, ...]]:
    """Return for each listed note where others name it by title, file name or alias; one place a note.

    A note that links to it anyway isn't told. Names shorter than MIN_LETTERS aren't looked for.
    """
    named = named or find_names(edition)
    linked = {(edge.source, edge.target) for edge in edition.graph.edges}
    found: dict[NotePath, dict[NotePath, Mention]] = defaultdict(dict)
    for note in named.notes.values():
        for target, start, end in named.places[note.path]:
            if target != note.path and (note.path, target) not in linked and note.path not in found[target]:
                span = Span(path=note.path, start=start, end=end)
                link = Link(span=span, kind=LinkKind.WIKI, target="", display=note.text[start:end])
                found[target][note.path] = Mention(source=note.path, link=link)
    return {path: tuple(mentions.values())[:MAX_MENTIONS] for path, mentions in found.items() if mentions}


def _names(edition: Edition) -> Names:
    """Collect the titles, file names and aliases of the listed notes."""
    bearers: dict[tuple[str, ...], NotePath] = {}
    lengths: dict[str, set[int]] = defaultdict(set)
    for note in listed(edition):
        for name in {note.title, note.stem, *note.aliases}:
            words = tuple(fold(word) for word in _WORD.findall(name))
            if words and sum(map(len, words)) >= MIN_LETTERS and " ".join(words) not in _GENERIC:
                bearers[words] = min(bearers.get(words, note.path), note.path)
                lengths[words[0]].add(len(words))
    ordered = {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}
    return Names(bearers=bearers, lengths=ordered)


def _places(note: Note, names: Names) -> list[tuple[NotePath, int, int]]:
    return list(_named(note, names))


def _named(note: Note, names: Names) -> Iterator[tuple[NotePath, int, int]]:
    """Yield each note that a text names, with the offsets of the name; of names that begin together the longest."""
    masked = mask(note.text, find_regions(note.text, note.body_start))
    text = _BRACKETS.sub(lambda match: MASK * len(match[0]), masked)
    words = [(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text, note.body_start)]
    for number, (first, start, _) in enumerate(words):
        for length in names.lengths.get(first, ()):
            path = names.bearers.get(tuple(word for word, _, _ in words[number : number + length]))
            if path and number + length <= len(words):
                end = words[number + length - 1][2]
                if "\n\n" not in text[start:end]:
                    yield path, start, end
                    break
