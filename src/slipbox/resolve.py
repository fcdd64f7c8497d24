"""Find what a link means: the file its linkpath names and the heading or block its subpath names.

Source: Obsidian's help pages *Internal links* and *Aliases*; the order is the one of Obsidian's own resolver,
then aliases and published paths as on Obsidian Publish.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from slipbox.index import Index, dashed_path
from slipbox.model import Block, Heading, Link, LinkKind, Note, NotePath
from slipbox.names import NOTE_SUFFIXES, Folded, fold, is_index, stem_of


class How(Enum):
    """By which rule a link was resolved."""

    SELF = "self"
    NAME = "name"
    RELATIVE = "relative"
    PATH = "path"
    SUFFIX = "suffix"
    ALIAS = "alias"
    PERMALINK = "permalink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The file that a link names."""

    path: NotePath
    """The file."""
    how: How
    """By which rule it was found."""
    candidates: tuple[NotePath, ...] = ()
    """All files the link could mean, the chosen one first, if there is more than one."""


def resolve(index: Index, link: Link, source: NotePath) -> Target | None:
    """Return the file that a link in the note `source` names, or None.

    Wikilinks go through the whole order. HTML's links are paths from the source's folder; so are Markdown's. One of HTML that
    leads nowhere, or of Markdown that ends in a slash, may be an address as seen from the published note; another of
    Markdown may be a name, or a path from the root, as Obsidian writes it if it is told to use no wikilinks.
    """
    if not link.target:
        return Target(path=source, how=How.SELF)
    folder, target = source.rpartition("/")[0], unicodedata.normalize("NFC", link.target)
    if link.kind in (LinkKind.MARKDOWN, LinkKind.HTML):
        found = _exact(index, _joined(folder, link.target), How.RELATIVE)
        if found or link.kind is LinkKind.HTML or link.target.endswith("/"):
            return found or _as_published(index, link.target, source)
        dotted = link.target.startswith((".", "/"))
        names = () if dotted else (target, *_file_names(target))
        found = next(filter(None, (_file(index, name, folder) for name in names)), None)
        address = not found and "." not in link.target.rpartition("/")[2]
        return _as_published(index, link.target, source) if address else found
    if target.endswith("/"):
        return _by_address(index, target)
    for name in _file_names(target):
        found = _file(index, name, folder)
        if found:
            return found
    if target.startswith(("./", "../")):
        return None
    return _by_permalink(index, target) if target.startswith("/") else _by_other_name(index, target)


def _file_names(target: str) -> Iterator[str]:
    """Yield the file names a linkpath may mean: as written if its last part has a dot, then with a note's suffix."""
    last = target.rpartition("/")[2]
    if "." in last.strip("."):
        yield target
    yield from (f"{target}{suffix}" for suffix in NOTE_SUFFIXES)


def _file(index: Index, name: str, folder: str) -> Target | None:
    """Find a file by name or path, steps 3 to 6 of the order."""
    if name.startswith("/"):
        return _exact(index, name.lstrip("/"), How.PATH)
    if name.startswith(("./", "../")):
        return _exact(index, _joined(folder, name), How.RELATIVE)
    folded = fold(name)
    bearers = index.names.get(Folded(folded.rpartition("/")[2]), ())
    if "/" not in name and len(bearers) == 1:
        return Target(path=bearers[0], how=How.NAME)
    exact = _exact(index, name, How.PATH)
    return exact or _suffix(bearers, folded, fold(folder))


def _exact(index: Index, path: str | None, how: How) -> Target | None:
    """Find a file by its whole path; the same spelling wins over the same letters in another case."""
    found = index.paths.get(fold(path), ()) if path else ()
    if not found:
        return None
    same = (candidate for candidate in found if unicodedata.normalize("NFC", candidate) == path)
    return Target(path=next(same, found[0]), how=how)


def _suffix(bearers: tuple[NotePath, ...], folded: Folded, folder: Folded) -> Target | None:
    """Find the paths that end in a linkpath: those under the source's folder first, each shortest first."""

    def rank(path: NotePath) -> tuple[bool, int, str]:
        inside = not folder or fold(path).startswith(f"{folder}/")
        return (not inside, len(path), path)

    found = sorted((path for path in bearers if f"/{fold(path)}".endswith(f"/{folded}")), key=rank)
    if not found:
        return None
    return Target(path=found[0], how=How.SUFFIX, candidates=tuple(found) if len(found) > 1 else ())


def _by_other_name(index: Index, target: str) -> Target | None:
    """Find a note by alias, then by published path."""
    whole = fold(target)
    for key in dict.fromkeys((whole, Folded(whole.rpartition("/")[2]))):
        if found := index.aliases.get(key):
            return Target(path=found[0], how=How.ALIAS, candidates=found if len(found) > 1 else ())
    return _by_permalink(index, target)


def _by_address(index: Index, target: str) -> Target | None:
    """Find the note at a published path, which ends in a slash as no file's path does: one that properties ask for,
    else the path of the note's file.
    """
    files = (_exact(index, f"{target.strip('/')}{suffix}", How.PATH) for suffix in NOTE_SUFFIXES)
    return _by_permalink(index, target) or next(filter(None, files), None)


def _as_published(index: Index, target: str, source: NotePath) -> Target | None:
    """Find the file or note at an address as seen from the published page of the note `source`, `folder/source/`."""
    folder = source.rpartition("/")[0]
    for base in (folder if is_index(source.rpartition("/")[2]) else stem_of(source), folder):
        path = _joined(base, target)
        found = _exact(index, path, How.PATH) or (_by_address(index, path) if path else None)
        named = index.dashed.get(dashed_path(path.strip("/")), ()) if path and not found else ()
        if found or named:
            return found or Target(path=named[0], how=How.PERMALINK)
    return None


def _by_permalink(index: Index, target: str) -> Target | None:
    """Find a note by its published path or id."""
    found = index.permalinks.get(Folded(fold(target).strip("/")), ())
    if not found:
        return None
    return Target(path=found[0], how=How.PERMALINK, candidates=found if len(found) > 1 else ())


def _joined(folder: str, path: str) -> str | None:
    """Return a path relative to a folder of the vault as a path from its root; None if it leads out."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    return None if joined.startswith("..") else unicodedata.normalize("NFC", joined.lstrip("/"))


_PUNCTUATION = re.compile(r"[^\w\s]|_")


def heading_key(text: str) -> str:
    """Make a heading comparable: punctuation becomes a space, spaces collapse, case folds."""
    return " ".join(_PUNCTUATION.sub(" ", fold(text)).split()) or " ".join(fold(text).split())


def find_heading(note: Note, subpath: str) -> Heading | None:
    """Find the heading that `A#B` names: B below A, each the first that matches."""
    level, position, found = 0, 0, None
    for wanted in (heading_key(part) for part in subpath.split("#") if part.strip()):
        for number, heading in enumerate(note.headings[position:], position):
            if found and heading.level <= level:
                return None
            if heading_key(heading.text) == wanted:
                level, position, found = heading.level, number + 1, heading
                break
        else:
            return None
    return found


def find_block(note: Note, subpath: str) -> Block | None:
    """Find the block that `^id` names."""
    wanted = fold(subpath.removeprefix("^").strip())
    return next((block for block in note.blocks if fold(block.id) == wanted), None)
