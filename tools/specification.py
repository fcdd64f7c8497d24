"""Read what each page of the site must hold: `tests/site/content/`, and which pages are planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from tools.pages import DOCS, ROOT

CONTENT = ROOT / "tests/site/content"
PLANNED = ROOT / "planned-notes.txt"


class Kind(Enum):
    """The kinds of pages; each has a file of its own in the specification."""

    MODULE = "module"
    CONCEPT = "concept"
    TOPIC = "topic"
    NOTE = "note"
    OVERVIEW = "overview"


FILES = {
    Kind.MODULE: "modules.yaml",
    Kind.CONCEPT: "advanced.yaml",
    Kind.TOPIC: "be03.yaml",
    Kind.NOTE: "slipbox.yaml",
    Kind.OVERVIEW: "overview.yaml",
}


class State(Enum):
    """Whether a page is there."""

    WRITTEN = "written"
    PLANNED = "planned"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one page must hold."""

    name: str
    """The name by which notes link to it."""
    kind: Kind
    path: Path
    """Where it is, or will be."""
    headings: tuple[str, ...]
    """The headings of the second level, in order."""
    own_headings: tuple[str, ...] = ()
    """Those of them that only this page has."""
    optional: tuple[str, ...] = ()
    """Those of them that may be left out."""
    properties: tuple[str, ...] = ()
    """What its front matter must say."""
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Under a heading, what a table must have a row or a column for."""
    figures: tuple[str, ...] = ()
    """What must stand on the page or in what it shows."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are at least of: patterns, gotchas, questions, diagrams, concepts, benefits, trade_offs, links, sources."""
    words: tuple[int, int] | None = None
    """How many words, at least and at most."""
    snippets: tuple[str, ...] = ()
    """The files that it must show, relative to `snippets/`."""
    planned: tuple[str, ...] = ()
    """Those of them that aren't written yet."""
    links: tuple[str, ...] = ()
    """The notes that it must link to."""
    tied_to: tuple[str, ...] = ()
    """The notes that it must link to, or that must link to it."""
    corrections: tuple[str, ...] = ()
    """The common claims that it must set right, by their number."""

    def state(self, planned: frozenset[str]) -> State:
        """Return whether the page is there."""
        if self.path.is_file():
            return State.WRITTEN
        return State.PLANNED if self.name in planned else State.MISSING

    def files(self) -> tuple[Path, ...]:
        """Return the page's file, then those of its further parts: `m05b-….md` goes on where `m05-….md` ends."""
        number, _, _ = self.name.partition("-")
        further = sorted(self.path.parent.glob(f"{number}[b-z]-*.md")) if self.kind is Kind.MODULE else ()
        return (self.path, *further)


COUNTS = (
    "patterns",
    "gotchas",
    "questions",
    "diagrams",
    "concepts",
    "benefits",
    "trade_offs",
    "links",
    "sources",
)


def read_specification(folder: Path = CONTENT, docs: Path = DOCS) -> tuple[Wanted, ...]:
    """Return what every page must hold, kind by kind in the order of the files."""
    kinds = _read(folder / "kinds.yaml")
    return tuple(
        _wanted(name, kind, own or {}, kinds[kind.value], docs)
        for kind, file in FILES.items()
        for name, own in _read(folder / file).items()
    )


def read_planned(file: Path = PLANNED) -> frozenset[str]:
    """Return the names of the notes that aren't written yet."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def _wanted(name: str, kind: Kind, own: Mapping[str, Any], common: Mapping[str, Any], docs: Path) -> Wanted:
    counts = {each: own[each] for each in COUNTS if isinstance(own.get(each), int)}
    least, most = common.get("words") or (0, 0)
    return Wanted(
        name=name,
        kind=kind,
        path=docs / own.get("folder", common["folder"]) / f"{name}.md",
        headings=(*own.get("headings", ()), *common["headings"]),
        own_headings=tuple(own.get("headings", ())),
        optional=tuple(common.get("optional", ())),
        properties=(*common["properties"], *own.get("properties", ())),
        tables={title: tuple(keys) for title, keys in own.get("tables", {}).items()},
        figures=tuple(own.get("figures", ())),
        counts={"links": common["links"], "sources": common["sources"]} | counts,
        words=(least, own.get("most_words", most)) if most else None,
        snippets=tuple(own.get("snippets", ())),
        planned=tuple(own.get("planned", ())),
        links=tuple(own.get("links", ())),
        tied_to=tuple(own.get("tied_to", ())),
        corrections=tuple(own.get("corrections", ())),
    )
