"""The whole way as a sentence: read the vault, keep what the audience may see, index it, connect it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from slipbox.audience import Audience
from slipbox.cards import Canvas
from slipbox.config import Options
from slipbox.discretion import discreet
from slipbox.graph import Graph, connect, edges_of
from slipbox.index import Index, build_index
from slipbox.model import Code, Finding, Link, LinkKind, Note, NotePath
from slipbox.names import Folded, fold
from slipbox.resolve import Target, find_block, find_heading, resolve
from slipbox.vault import Vault, read_vault
from slipbox.visibility import visible_to

SITE_FILES = (
    "*.css",
    "*.js",
    "*.mjs",
    "*.map",
    "*.woff",
    "*.woff2",
    "*.ttf",
    "*.otf",
    "*.ico",
    "*.webmanifest",
    "*.xml",
    "*.html",
    "robots.txt",
    "CNAME",
    "_headers",
    "_redirects",
)
"""Files that belong to the site and not to a note: published whether a note refers to them or not."""


class State(Enum):
    """What became of a link for an audience."""

    FOUND = "found"
    PLANNED = "planned"
    PRIVATE = "private"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a link means for an audience."""

    state: State
    """What became of it."""
    target: Target | None = None
    """The file it names, if the audience may see one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A vault as one audience reads it: what that audience may not see isn't in it."""

    options: Options
    """The settings it was made with."""
    index: Index
    """The notes and files there are."""
    graph: Graph
    """How they are linked."""
    files: tuple[NotePath, ...]
    """The files other than notes that this audience gets."""
    planned: frozenset[Folded]
    """Names of notes that may be linked to before they are written."""
    whole: Index
    """Everything there is; only to tell a link to a hidden note from a link to nothing."""
    findings: tuple[Finding, ...] = ()
    """What was wrong while reading the notes that this audience may see."""
    canvases: Mapping[NotePath, Canvas] = field(default_factory=dict)
    """Each canvas that goes with these notes; drawn for the audience, never published as it is."""
    sounds: frozenset[NotePath] = frozenset()
    """The WebM files that hold no picture."""
    referred: Mapping[NotePath, frozenset[NotePath]] = field(default_factory=dict, repr=False)
    """What each of these notes refers to of everything there is, where something is hidden."""

    def is_alike(self, other: Edition) -> bool:
        """Return whether every link of a note that is in both means the same in another edition."""
        return self.index.is_alike(other.index) and self.whole.is_alike(other.whole)

    @property
    def notes(self) -> Mapping[NotePath, Note]:
        """Return the notes there are, by path."""
        return self.index.notes

    def meaning(self, link: Link, source: NotePath) -> Meaning:
        """Return what a link in the note `source` means here."""
        target = resolve(self.index, link, source)
        if target:
            return Meaning(state=State.FOUND, target=target)
        if resolve(self.whole, link, source):
            return Meaning(state=State.PRIVATE)
        planned = link.kind in (LinkKind.WIKI, LinkKind.PROPERTY) and fold(link.target) in self.planned
        return Meaning(state=State.PLANNED if planned else State.UNRESOLVED)


def read_edition(vault: Path, root: Path, options: Options) -> Edition:
    """Read a vault and make the edition for its audience; paths in the settings are relative to `root`.

    Raises VaultError.
    """
    return edition_of(read_vault(vault, options), options, planned=read_planned(root, options))


def edition_of(
    vault: Vault, options: Options, *, planned: frozenset[Folded] = frozenset(), before: Edition | None = None
) -> Edition:
    """Make the edition of a vault that has been read; from one of `before`, with the same settings, what has not changed is taken."""
    if before is not None and before.options != options:
        before = None
    notes = visible_to(options.audience, vault.notes)
    aliases = options.resolve_aliases
    everything = build_index(
        vault.notes, vault.files, aliases=aliases, before=before.whole if before else None
    )
    referred = _referred(notes, vault, everything, before) if len(notes) < len(vault.notes) else {}
    files = published_files(notes, vault, referred, options)
    index = build_index(notes, files, aliases=aliases, before=before.index if before else None)
    if len(notes) < len(vault.notes):
        index = _discreet(index, everything, options, before)
    findings = tuple(finding for note in notes for finding in note.findings)
    canvases = {path: vault.canvases[path] for path in files if path in vault.canvases}
    alike = before is not None and index.is_alike(before.index) and same_objects(canvases, before.canvases)
    return Edition(
        referred=referred,
        findings=findings,
        canvases=canvases,
        sounds=vault.sounds,
        options=options,
        index=index,
        graph=connect(index, canvases, (before.notes, before.graph) if before and alike else None),
        files=files,
        planned=planned,
        whole=everything,
    )


def same_objects(some: Mapping[NotePath, object], others: Mapping[NotePath, object]) -> bool:
    """Return whether two mappings have the same objects under the same keys, in the same order."""
    return list(some) == list(others) and all(
        one is other for one, other in zip(some.values(), others.values(), strict=True)
    )


def _referred(
    notes: tuple[Note, ...], vault: Vault, everything: Index, before: Edition | None
) -> dict[NotePath, frozenset[NotePath]]:
    """Return what each note refers to, in its own text and in the canvases that it embeds."""
    alike = before is not None and everything.is_alike(before.whole) and not vault.canvases
    known, read = (before.referred, before.whole.notes) if before and alike else ({}, {})
    return {
        note.path: known[note.path]
        if note.path in known and read[note.path] is note
        else frozenset(edge.target for edge in edges_of(everything, note, vault.canvases))
        for note in notes
    }


def _discreet(index: Index, everything: Index, options: Options, before: Edition | None) -> Index:
    """Return an index whose notes name no hidden note in their titles and headings."""
    alike = before is not None and index.is_alike(before.index) and everything.is_alike(before.whole)
    read, known = (before.whole.notes, before.index.notes) if before and alike else ({}, {})

    def told(note: Note) -> Note:
        if read.get(note.path) is note:
            return known[note.path]

        def hidden(link: Link) -> bool:
            return (
                resolve(index, link, note.path) is None and resolve(everything, link, note.path) is not None
            )

        return discreet(note, hidden, options)

    return replace(index, notes={path: told(note) for path, note in index.notes.items()})


def author_edition(vault: Vault, options: Options, *, planned: frozenset[Folded] = frozenset()) -> Edition:
    """Make the edition that the author reads: everything."""
    return edition_of(vault, replace(options, audience=Audience.SERVE), planned=planned)


def published_files(
    notes: tuple[Note, ...], vault: Vault, referred: Mapping[NotePath, frozenset[NotePath]], options: Options
) -> tuple[NotePath, ...]:
    """Return the files other than notes that go with these: what they refer to, and what is the site's."""
    if len(notes) == len(vault.notes):
        return vault.files
    globs = (*SITE_FILES, *options.assets)
    wanted = {
        path
        for path in vault.files
        if any(fnmatchcase(path, glob) or fnmatchcase(path.rpartition("/")[2], glob) for glob in globs)
    }
    wanted.update(*referred.values())
    return tuple(path for path in vault.files if path in wanted)


def read_planned(root: Path, options: Options) -> frozenset[Folded]:
    """Read the names of planned notes; no file means none."""
    return frozenset(fold(name) for name, _ in planned_lines(root, options))


def planned_lines(root: Path, options: Options) -> list[tuple[str, int]]:
    """Return the planned names with the line each stands on."""
    path = root / options.planned_notes if options.planned_notes else None
    if path is None or not path.is_file():
        return []
    lines = path.read_text("utf-8").splitlines()
    named = (
        (line.partition("#")[0] if line.lstrip().startswith("#") else line.partition(" #")[0])
        for line in lines
    )
    return [(name.strip(), number) for number, name in enumerate(named, 1) if name.strip()]


def dead_subpath(edition: Edition, link: Link, target: Target) -> Code | None:
    """Return `dead-heading` or `dead-block` if the link's subpath isn't in its note, else None."""
    note = edition.notes.get(target.path)
    if not link.subpath or note is None or link.kind is LinkKind.HTML:
        return None
    if link.subpath.startswith("^"):
        return None if find_block(note, link.subpath) else Code.DEAD_BLOCK
    if link.kind is LinkKind.MARKDOWN:
        return None
    return None if find_heading(note, link.subpath) else Code.DEAD_HEADING
