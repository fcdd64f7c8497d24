"""Every name by which files of a vault can be linked to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from slipbox.model import Note, NotePath
from slipbox.names import Folded, fold, is_index, stem_of

_NO_LETTER = re.compile(r"[^\w.~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Every name by which files of a vault can be linked to."""

    notes: Mapping[NotePath, Note]
    """The notes, by path."""
    paths: Mapping[Folded, tuple[NotePath, ...]]
    """Files by their whole path."""
    names: Mapping[Folded, tuple[NotePath, ...]]
    """Files by their name with its extension."""
    aliases: Mapping[Folded, tuple[NotePath, ...]]
    """Notes by their aliases."""
    permalinks: Mapping[Folded, tuple[NotePath, ...]]
    """Notes by their published paths and ids."""
    dashed: Mapping[Folded, tuple[NotePath, ...]]
    """Notes by the paths of their files as addresses write them: with dashes for all that is no letter."""
    files: tuple[NotePath, ...] = ()
    """The other files."""
    has_aliases: bool = True
    """Whether aliases are link names."""

    def is_alike(self, other: Index) -> bool:
        """Return whether every name means the same in another index, because its tables are those of this one."""
        return self.paths is other.paths


def build_index(
    notes: Iterable[Note], files: Iterable[NotePath], *, aliases: bool = True, before: Index | None = None
) -> Index:
    """Index notes and other files by all names that links may use; with the tables of `before`, if all have the same names."""
    by_path: dict[NotePath, Note] = {note.path: note for note in notes}
    files = tuple(files)
    if (
        before
        and (before.files, before.has_aliases) == (files, aliases)
        and _same_names(before.notes, by_path)
    ):
        return replace(before, notes=by_path)
    tables: tuple[dict[Folded, list[NotePath]], ...] = tuple(defaultdict(list) for _ in range(5))
    paths, names, alias_table, permalinks, dashed = tables
    for path in (*by_path, *files):
        folded = fold(path)
        paths[folded].append(path)
        names[Folded(folded.rpartition("/")[2])].append(path)
    for path, note in by_path.items():
        dashed[dashed_path(stem_of(path))].append(path)
        for alias in note.aliases if aliases else ():
            alias_table[fold(alias)].append(path)
        for published in (*_published(note), *_index_folder(path)):
            permalinks[fold(published.strip("/"))].append(path)
    kept = [{key: tuple(dict.fromkeys(found)) for key, found in table.items()} for table in tables]
    return Index(
        notes=by_path, paths=kept[0], names=kept[1], aliases=kept[2], permalinks=kept[3], dashed=kept[4],
        files=files, has_aliases=aliases,
    )  # fmt: skip


def _same_names(before: Mapping[NotePath, Note], now: Mapping[NotePath, Note]) -> bool:
    """Return whether notes are at the same paths, in the same order, and have the same other names."""
    return list(before) == list(now) and all(
        old is new or (old.aliases, old.permalinks) == (new.aliases, new.permalinks)
        for old, new in zip(before.values(), now.values(), strict=True)
    )


def dashed_path(path: str) -> Folded:
    """Return a path with a dash for each run of what is no letter of any script."""
    return Folded("/".join(_NO_LETTER.sub("-", part).strip("-") for part in fold(path).split("/")))


def _published(note: Note) -> Iterator[str]:
    """Yield the published paths and ids of a note; one without a slash is taken from its folder too."""
    for published in note.permalinks:
        yield published
        if note.folder and "/" not in published:
            yield f"{note.folder}/{published}"


def _index_folder(path: NotePath) -> Iterator[str]:
    """Yield the folder that an index note stands for."""
    folder, _, name = path.rpartition("/")
    if folder and is_index(name):
        yield folder
        yield folder.rpartition("/")[2]
