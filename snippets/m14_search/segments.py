# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Immutable segments of postings, and how one moment of them is searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any

from analysis import Term, terms

Source = Mapping[str, Any]
Places = dict[str, list[int]]  # in which document, at which positions
K1, B = 1.2, 0.75


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of each leaf; where one object of a list ends is lost."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flatten(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from flatten(inner, path)
    elif value is not None:
        yield path, value


# --8<-- [start:segment]
@dataclass(frozen=True, slots=True)
class Segment:
    """A finished piece of the index. Nothing in it changes: a delete makes a new set."""

    mapping: Mapping[str, str]
    sources: Mapping[str, Source]  # what was sent, returned with a hit
    deleted: frozenset[str] = frozenset()
    postings: dict[tuple[str, Term], Places] = field(default_factory=dict)
    columns: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    nested: dict[str, Segment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.postings:  # a copy with other tombstones
            return
        apart = [path for path, kind in self.mapping.items() if kind == "nested"]
        for name, source in self.sources.items():
            own = {key: value for key, value in source.items() if key not in apart}
            for path, value in flatten(own):
                for each in (path, f"{path}.keyword"):  # and its multi-field
                    if each in self.mapping:
                        self.add(name, each, value)
        for path in apart:  # each object becomes a document of its own
            children = {
                f"{name}#{number}": {path: child}
                for name, source in self.sources.items()
                for number, child in enumerate(source.get(path, []))
            }
            inner = {key: kind for key, kind in self.mapping.items() if key != path}
            self.nested[path] = Segment(inner, children)

    def add(self, name: str, path: str, value: Any) -> None:
        column = self.columns.setdefault(path, {}).setdefault(name, [])
        for position, term in terms(self.mapping[path], value):
            places = self.postings.setdefault((path, term), {})
            places.setdefault(name, []).append(position)
            column.append(term)
# --8<-- [end:segment]

    def alive(self) -> set[str]:
        return self.sources.keys() - self.deleted


# --8<-- [start:searcher]
@dataclass(frozen=True, slots=True)
class Searcher:
    """The segments of one moment: what is written later, it doesn't see."""

    mapping: Mapping[str, str]
    segments: tuple[Segment, ...]

    def ids(self) -> set[str]:
        return {name for segment in self.segments for name in segment.alive()}

    def column(self, path: str) -> dict[str, list[Term]]:
        return {
            name: values
            for segment in self.segments
            for name, values in segment.columns.get(path, {}).items()
            if name not in segment.deleted
        }

    def weigh(self, path: str, *wanted: tuple[int, Term]) -> dict[str, float]:
        """BM25 of one term, or of several that must stand at these distances."""
        exact = self.mapping[path] != "text"  # then length doesn't count
        columns = [segment.columns.get(path, {}) for segment in self.segments]
        sizes = [len(values) for column in columns for values in column.values()]
        average, idf, found = sum(sizes) / max(len(sizes), 1), 0.0, dict[str, float]()
        for _, term in wanted:  # deleted documents count until the merge
            holding = sum(len(s.postings.get((path, term), ())) for s in self.segments)
            idf += log(1 + (len(sizes) - holding + 0.5) / (holding + 0.5))
        for segment in self.segments:
            lists = [segment.postings.get((path, term), {}) for _, term in wanted]
            for name in set.intersection(*map(set, lists)) - segment.deleted:
                starts = [
                    {at - offset for at in places[name]}
                    for (offset, _), places in zip(wanted, lists, strict=True)
                ]
                if often := len(set.intersection(*starts)):
                    length = len(segment.columns[path][name])
                    norm = 1 if exact else 1 - B + B * length / average
                    found[name] = idf * often * (K1 + 1) / (often + K1 * norm)
        return found
# --8<-- [end:searcher]
