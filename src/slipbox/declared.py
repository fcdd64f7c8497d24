"""Find what the settings and the list of planned notes name and the vault doesn't bear out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slipbox.config import Options
from slipbox.model import Code, Finding, Link, LinkKind, NotePath, Span
from slipbox.names import fold
from slipbox.pipeline import Edition, planned_lines
from slipbox.project import SETTINGS_FILES
from slipbox.vault import Vault

_NOWHERE = Span(path=NotePath(""), start=0, end=0)


def planned_findings(edition: Edition, root: Path, options: Options) -> Iterator[Finding]:
    """Yield the planned names that exist by now, or that no note links to."""
    cards = (card.note for canvas in edition.canvases.values() for card in canvas.cards.values())
    named = {
        fold(link.target)
        for note in (*edition.notes.values(), *cards)
        for link in note.links
        if link.kind is not LinkKind.MARKDOWN
    }
    for name, line in planned_lines(root, options):
        assert options.planned_notes is not None
        probe = Link(span=_NOWHERE, kind=LinkKind.WIKI, target=name)
        if edition.meaning(probe, _NOWHERE.path).target:
            code, why = Code.PLANNED_EXISTS, "it exists"
        elif fold(name) not in named:
            code, why = Code.PLANNED_UNUSED, "no note links to it"
        else:
            continue
        yield Finding(
            path=options.planned_notes,
            line=line,
            column=1,
            code=code,
            message=f'"{name}" is planned, and {why}',
            hint="take the line out",
        )


MADE_FOLDERS = ("graph", "tags", "recent", "orphans")
"""Folders of pages that are made from the vault: they may have a language."""


def folder_findings(vault: Vault, root: Path, options: Options) -> Iterator[Finding]:
    """Yield the folders in the settings that aren't in the vault: a rule for none of the notes, often a slip of the pen."""
    there = {""}
    for path in (*(note.path for note in vault.notes), *vault.files):
        parts = path.split("/")[:-1]
        there.update(fold("/".join(parts[:number])) for number in range(1, len(parts) + 1))
    settings = (
        ("default_visibility", options.default_visibility, there),
        ("languages", options.languages, there.union(MADE_FOLDERS)),
    )
    file = next((name for name in SETTINGS_FILES if (root / name).is_file()), SETTINGS_FILES[0])
    text = (root / file).read_text("utf-8", errors="replace") if (root / file).is_file() else ""
    for option, table, known in settings:
        for folder in (folder for folder, _ in table if fold(folder) not in known):
            start = max(0, text.find(folder, max(0, text.find(option))))
            yield Finding.at(
                Span(path=NotePath(file), start=start, end=start + len(folder)),
                text,
                code=Code.NO_SUCH_FOLDER,
                message=f'{option} names the folder "{folder}", which the vault does not have',
                hint="give its path below the vault, or take the line out",
            )
