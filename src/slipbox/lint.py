"""Tell the author what is wrong in the whole vault: each finding with its place and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from slipbox.audience import Audience, Visibility
from slipbox.cards import Canvas
from slipbox.config import Options
from slipbox.declared import folder_findings, planned_findings
from slipbox.errors import VaultError
from slipbox.extent import MAX_DEPTH, MAX_EMBEDS
from slipbox.media import Media, media_of
from slipbox.model import Code, Finding, Level, Link, LinkKind, Note, NotePath
from slipbox.names import stem_of
from slipbox.nesting import Nesting, Refused
from slipbox.pipeline import Edition, State, author_edition, dead_subpath, read_planned
from slipbox.redirects import redirects
from slipbox.resolve import How, Target
from slipbox.suggest import Suggester
from slipbox.urls import assign
from slipbox.vault import read_vault


def lint(folder: Path, root: Path, options: Options) -> list[Finding]:
    """Read the vault in `folder` as its author and return all findings, sorted by place.

    Their paths are those below `root`, the project's folder, as an editor opens them. Raises VaultError.
    """
    vault = read_vault(folder, options)
    if not vault.notes and not vault.findings:
        raise VaultError(path=str(folder), why="there is no note in it")
    edition = author_edition(vault, options, planned=read_planned(root, options))
    linter = _Linter(
        edition=edition, suggester=Suggester(edition.index), nesting=Nesting(index=edition.index)
    )
    findings = [*vault.findings, *linter.run()]
    addresses = assign(edition.notes.values(), options, edition.files)
    findings.extend(addresses.findings)
    findings.extend(redirects(edition.notes.values(), addresses, options)[1])
    place = _named(root / folder, root)
    planned = planned_findings(edition, root, options)
    placed = [replace(finding, path=f"{place}{finding.path}") for finding in findings]
    folders = folder_findings(vault, root, options)
    return sorted((*placed, *planned, *folders), key=lambda finding: finding.order)


def _named(folder: Path, root: Path) -> str:
    """Return what is put before a path in the vault so that an author in the project's folder can open it."""
    given, project = Path(os.path.abspath(folder)), Path(os.path.abspath(root))
    name = str(given.relative_to(project)) if given.is_relative_to(project) else str(given)
    return "" if name == "." else f"{name.rstrip('/')}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linter:
    """Checks every link of an edition."""

    edition: Edition
    """The vault as its author reads it."""
    suggester: Suggester
    """Knows which names there are."""
    nesting: Nesting
    """Knows what embeds what."""

    def run(self) -> Iterator[Finding]:
        """Yield the findings of every note."""
        for note in self.edition.notes.values():
            for link in note.links:
                yield from self._link(note, link)
            for refused in self.nesting.refused(note):
                yield self._refused(note, refused)
        shown = self._readers()
        for canvas in self.edition.canvases.values():
            yield from self._canvas(canvas, shown.get(canvas.path, Visibility.INTERNAL))

    def _readers(self) -> dict[NotePath, Visibility]:
        """Return for each file that notes embed who sees it: those who see the least restricted of the notes."""
        found: dict[NotePath, Visibility] = {}
        for edge in self.edition.graph.edges:
            seen = self.edition.notes[edge.source].visibility
            if edge.link.embed and seen.restriction < found.get(edge.target, Visibility.DRAFT).restriction:
                found[edge.target] = seen
        return found

    def _canvas(self, canvas: Canvas, visibility: Visibility) -> Iterator[Finding]:
        """Yield what is wrong with the links in a canvas, each at its place in the file."""
        for card in canvas.cards.values():
            placed = replace(card.note, text=canvas.text, visibility=visibility)
            for link, place in zip(card.note.links, card.places, strict=True):
                yield from self._link(placed, replace(link, span=place, embed=False))

    def _link(self, note: Note, link: Link) -> Iterator[Finding]:
        """Yield what is wrong with one link."""
        meaning = self.edition.meaning(link, note.path)
        if meaning.state is State.UNRESOLVED:
            if link.kind is not LinkKind.HTML and not (
                link.kind is LinkKind.MARKDOWN and link.target.endswith("/")
            ):
                yield self._at(
                    note,
                    link,
                    Code.UNRESOLVED_LINK,
                    f'no note or file is called "{link.target}"',
                    self._suggestion(link),
                )
        elif meaning.target:
            yield from self._target(note, link, meaning.target)

    def _target(self, note: Note, link: Link, target: Target) -> Iterator[Finding]:
        """Yield what is wrong with a link that leads somewhere."""
        if target.candidates:
            names = ", ".join(target.candidates)
            hint = f"write the path: [[{stem_of(target.path)}]]"
            yield self._at(note, link, Code.AMBIGUOUS_LINK, f'"{link.target}" is the name of {names}', hint)
        if target.how is How.ALIAS:
            hint = f"its file is called {target.path}"
            yield self._at(
                note, link, Code.ALIAS_LINK, f'"{link.target}" is an alias', hint, level=Level.INFO
            )
        dead = dead_subpath(self.edition, link, target)
        if link.embed and self._is_unsupported(target):
            message, hint = f"{target.path} can't be shown yet", "the page says so in its place"
            yield self._at(note, link, Code.UNSUPPORTED, message, hint, level=Level.INFO)
        if dead:
            found = self.edition.notes[target.path]
            kind = "heading" if dead == Code.DEAD_HEADING else "block"
            hint = self.suggester.subpath(found, link.subpath)
            yield self._at(note, link, dead, f'{target.path} has no {kind} "{link.subpath}"', hint)
        cycle = self.nesting.cycle(note, link)
        if cycle:
            way = " → ".join(cycle)
            yield self._at(
                note,
                link,
                Code.EMBED_CYCLE,
                f"the embed embeds itself: {way}",
                "embed a part: ![[note#heading]]",
            )
        yield from self._internal(note, link, target)

    def _refused(self, note: Note, refused: Refused) -> Finding:
        """Return the finding for an embed that the note's page leaves out."""
        if refused.code is Code.TOO_MANY_EMBEDS:
            message = f"a page shows {MAX_EMBEDS} embeds, and {refused.way[-1]} would be one more"
            return self._at(note, refused.link, refused.code, message, "link to it: [[note]]")
        message = f"embeds are shown {MAX_DEPTH} deep, and this goes deeper: {' → '.join(refused.way)}"
        return self._at(note, refused.link, refused.code, message, "link to the last one: [[note]]")

    def _is_unsupported(self, target: Target) -> bool:
        """Return whether a file is a base, or a canvas that isn't one."""
        kind = media_of(target.path)
        canvas = self.edition.canvases.get(target.path)
        return kind is Media.BASE or (kind is Media.CANVAS and not (canvas and canvas.is_read))

    def _internal(self, note: Note, link: Link, target: Target) -> Iterator[Finding]:
        """Yield a finding for a public note that names an internal one."""
        found = self.edition.notes.get(target.path)
        if not found or not Audience.PUBLIC.sees(note.visibility) or Audience.PUBLIC.sees(found.visibility):
            return
        hint = 'give it a display text: "[[note|words]]"'
        if link.display or link.embed:
            hint = (
                "readers see nothing in its place"
                if link.embed
                else "readers see its display text, not a link"
            )
        kind = "a draft" if found.visibility is Visibility.DRAFT else "internal"
        yield self._at(
            note,
            link,
            Code.INTERNAL_LINK,
            f"{target.path} is {kind}, and this note is {note.visibility.value}",
            hint,
        )

    def _suggestion(self, link: Link) -> str:
        """Return the nearest name, or how to plan the note."""
        if link.kind is LinkKind.MARKDOWN:
            return self.suggester.path(link.target)
        return self.suggester.name(link.target, is_file=media_of(link.target) is not None)

    def _at(
        self, note: Note, link: Link, code: Code, message: str, hint: str = "", level: Level = Level.ERROR
    ) -> Finding:
        """Make a finding at a link."""
        return Finding.at(link.span, note.text, code=code, message=message, hint=hint, level=level)
