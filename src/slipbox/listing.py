"""Write the pages that list notes: one a tag, one a folder without an index note, what changed last, where links end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from slipbox.config import interface_language, nearest
from slipbox.graph_data import listed, pairs
from slipbox.history import written_day
from slipbox.model import Note, NotePath
from slipbox.names import Folded, fold, is_index
from slipbox.pipeline import Edition
from slipbox.render import relative_url
from slipbox.urls import segment, spelled
from slipbox.words import sort_key, word

_MARKS = re.compile(r"([\\`*_\[\]>#!{}~=$])|([<&|^])")
RECENT = 50
"""How many notes the list of the recently changed holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPage:
    """A tag, its page, and the notes that bear it or a tag below it."""

    name: str
    """The tag as first written."""
    path: NotePath
    """The page's path, as if it were in the vault."""
    notes: tuple[Note, ...]
    """The notes, by title."""


def tag_pages(edition: Edition) -> dict[Folded, TagPage]:
    """Return every tag of the listed notes with its page; a note with `a/b` bears `a` too."""
    names: dict[Folded, str] = {}
    bearers: dict[Folded, dict[NotePath, Note]] = defaultdict(dict)
    for note in listed(edition):
        for tag in note.tags:
            parts = tag.name.split("/")
            for end in range(1, len(parts) + 1):
                name = "/".join(parts[:end])
                names.setdefault(fold(name), name)
                bearers[fold(name)][note.path] = note
    taken: dict[str, int] = {}
    pages: dict[Folded, TagPage] = {}
    for key in sorted(names):
        slug = "/".join(segment(part) or spelled(part) for part in key.split("/") if part)
        taken[slug] = taken.get(slug, 0) + 1
        path = NotePath(f"tags/{slug}{'' if taken[slug] == 1 else f'-{taken[slug]}'}/index.md")
        pages[key] = TagPage(name=names[key], path=path, notes=by_title(bearers[key].values()))
    return pages


def same_tags(before: Edition, now: Edition) -> bool:
    """Return whether two editions have the same notes, and these the same tags."""
    return list(before.notes) == list(now.notes) and all(
        old is new or _tags_of(old) == _tags_of(new)
        for old, new in zip(before.notes.values(), now.notes.values(), strict=True)
    )


def _tags_of(note: Note) -> object:
    return ([tag.name for tag in note.tags], note.visibility)


def by_title(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes in the order of their titles, æ ø å last."""
    return tuple(sorted(notes, key=lambda note: (sort_key(note.title), note.path)))


def spoken_in(edition: Edition, page: NotePath) -> str:
    """Return the language of a page that is made from the vault: of its folder, else that of the notes, if they share one.

    Else it is the site's.
    """
    options = edition.options
    stated = nearest(dict(options.languages), page.rpartition("/")[0])
    spoken = {note.language for note in listed(edition)}
    shared = spoken.pop() if len(spoken) == 1 else options.language
    return interface_language(stated) if stated else shared


def escaped(text: str) -> str:
    """Return text as Markdown that shows it as it is."""
    return _MARKS.sub(lambda found: f"\\{found[1]}" if found[1] else f"&#{ord(found[2])};", text)


def page(title: str, body: str, language: str) -> str:
    """Return a generated page: its title, out of the search index, its content."""
    quoted = escape(title, quote=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'---\ntitle: "{quoted}"\nlang: {language}\nsearch:\n  exclude: true\n---\n\n{body}'


def items(notes: Iterable[Note], source: NotePath) -> str:
    """Return a list of links to notes, as seen from a generated page."""
    return "".join(f"- [{escaped(note.title)}]({relative_url(source, note.path)})\n" for note in notes)


def tag_files(edition: Edition) -> dict[NotePath, str]:
    """Return the page of every tag, and the page of all tags."""
    pages, root = tag_pages(edition), NotePath("tags/index.md")
    language = spoken_in(edition, root)
    if not pages:
        return {}
    made = {
        tag.path: page(f"#{tag.name}", items(tag.notes, tag.path), _spoken(tag, language))
        for tag in pages.values()
    }
    ordered = sorted(pages.values(), key=lambda tag: sort_key(tag.name))
    body = "".join(
        f"- [\\#{escaped(tag.name)}]({relative_url(root, tag.path)}) ({len(tag.notes)})\n" for tag in ordered
    )
    return {root: page(word("tags", language), body, language), **made}


def _spoken(tag: TagPage, language: str) -> str:
    """Return the language of a tag's page: that of its notes, if they have one."""
    spoken = {note.language for note in tag.notes}
    return spoken.pop() if len(spoken) == 1 else language


def folder_files(edition: Edition, language: str, site: str = "") -> dict[NotePath, str]:
    """Return a page for every folder that has no index note: its folders and its notes.

    The vault's own, if it needs one, bears the name of the `site`, and is where readers begin; none without a name.
    """
    notes = listed(edition)
    folders = {note.folder for note in notes}
    for folder in list(folders):
        while folder := folder.rpartition("/")[0]:
            folders.add(folder)
    indexed = {note.folder for note in edition.notes.values() if is_index(note.path.rpartition("/")[2])}
    made: dict[NotePath, str] = {}
    for folder in sorted((folders | {""}) - indexed - ({""} if not site or not notes else set())):
        path = NotePath(f"{folder}/index.md" if folder else "index.md")
        below = sorted(
            (other for other in folders if other and other.rpartition("/")[0] == folder), key=sort_key
        )
        inner = "".join(
            f"- [{escaped(name.rpartition('/')[2])}]({relative_url(path, NotePath(f'{name}/index.md'))})\n"
            for name in below
        )
        own = by_title(note for note in notes if note.folder == folder)
        spoken = interface_language(nearest(dict(edition.options.languages), folder) or language)
        made[path] = page(folder.rpartition("/")[2] or site, inner + items(own, path), spoken)
    return made


def recent_file(edition: Edition, changed: Mapping[NotePath, str]) -> dict[NotePath, str]:
    """Return the page of what changed last, by day; `changed` has a day, `2026-11-21`, for each note that has a history."""
    path = NotePath("recent/index.md")
    notes = sorted((note for note in listed(edition) if note.path in changed), key=lambda note: note.path)
    notes.sort(key=lambda note: changed[note.path], reverse=True)
    if not notes:
        return {}
    language = spoken_in(edition, path)
    body = "".join(
        f"## {written_day(day, language)}\n\n{items(of_day, path)}\n"
        for day, of_day in groupby(notes[:RECENT], key=lambda note: changed[note.path])
    )
    return {path: page(word("recent", language), body, language)}


def ends_file(edition: Edition) -> dict[NotePath, str]:
    """Return the author's page of orphans (nothing links to them) and dead ends (they link to nothing)."""
    path = NotePath("orphans/index.md")
    language = spoken_in(edition, path)
    links = pairs(edition)
    targets, sources = {target for _, target in links}, {source for source, _ in links}
    parts: Sequence[tuple[str, set[NotePath]]] = (("orphans", targets), ("dead_ends", sources))
    body = "".join(
        f"## {word(key, language)}\n\n{items(by_title(n for n in listed(edition) if n.path not in known), path)}\n"
        for key, known in parts
    )
    return {path: page(word("orphans", language), body, language)}
