"""The settings: read from a mapping, every name and value checked, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, TypeVar

from slipbox.audience import Audience, Visibility
from slipbox.errors import BadOption, UnknownOption
from slipbox.names import fold

Choice = TypeVar("Choice", bound=Enum)
Setting = TypeVar("Setting")


class PrivateLinks(Enum):
    """How a link to a note that the audience may not see is shown."""

    TEXT = "text"
    REDACT = "redact"


class LinkText(Enum):
    """What a link shows whose author gave no display text."""

    WRITTEN = "written"
    TITLE = "title"


class Leaks(Enum):
    """What it means that something hidden stands in what was made for an audience."""

    FAIL = "fail"
    WARN = "warn"
    IGNORE = "ignore"


class UrlCase(Enum):
    """Whether letters in URLs are made small."""

    KEEP = "keep"
    LOWER = "lower"


PROPERTY_NAMES: Mapping[str, tuple[str, ...]] = {
    "publish": ("publish", "dg-publish", "share"),
    "draft": ("draft",),
    "visibility": ("visibility", "synlighet"),
    "lifecycle": ("lifecycle", "livsyklus"),
    "title": ("title", "tittel", "dg-title"),
    "language": ("lang", "language", "språk"),
    "aliases": ("aliases", "alias"),
    "tags": ("tags", "tag"),
    "permalink": ("permalink", "dg-permalink", "slug", "dg-path"),
    "id": ("id",),
    "description": ("description", "beskrivelse"),
}
"""For each meaning, the property names that carry it, the strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a vault is read and shown; every field is an option of the same name."""

    audience: Audience = Audience.PUBLIC
    """For whom: `public`, `internal` or `serve` (everything)."""
    default_visibility: tuple[tuple[str, Visibility], ...] = (("", Visibility.PUBLIC),)
    """Visibility of a note that says nothing, per folder; the nearest folder wins, `""` is the vault."""
    properties: tuple[tuple[str, tuple[str, ...]], ...] = tuple(PROPERTY_NAMES.items())
    """Which property names carry which meaning."""
    private_links: PrivateLinks = PrivateLinks.TEXT
    """A link to a hidden note shows its display text (`text`) or a neutral placeholder (`redact`)."""
    leaks: Leaks = Leaks.FAIL
    """Something hidden in what was made ends the build (`fail`), is a warning (`warn`), or isn't looked for (`ignore`)."""
    not_leaks: tuple[str, ...] = ()
    """Words that may stand in what is made although something hidden is called so."""
    link_text: LinkText = LinkText.WRITTEN
    """A link without display text shows what was written, as Obsidian does, or the note's `title`."""
    url_case: UrlCase = UrlCase.KEEP
    """Letters in URLs made from file names: `keep` or `lower`."""
    planned_notes: str | None = None
    """A file with the names of notes that may be linked to before they are written, one a line."""
    assets: tuple[str, ...] = ()
    """Globs of files that belong to the site, not to notes: always published."""
    language: str = "en"
    """Language of the interface words on pages that don't say: `en` or `nb`."""
    languages: tuple[tuple[str, str], ...] = ()
    """The language of the notes in a folder that don't say; the nearest folder wins."""
    strict_line_breaks: bool = True
    """Whether a single newline in a paragraph is a space, as in Markdown; else it breaks the line."""
    resolve_aliases: bool = True
    """Whether an alias is a link name, as on Obsidian Publish."""
    backlinks: bool = True
    """Whether a page ends with the links that lead to it."""
    unlinked_mentions: bool = True
    """Whether it then has the places that name it without a link."""
    local_graph: bool = True
    """Whether it then has a picture of the notes around it."""
    listings: bool = True
    """Whether there are pages for tags, folders, recent changes and, for authors, loose ends."""
    graph_page: bool = True
    """Whether there is a page with the whole graph."""
    random_note: bool = True
    """Whether a page ends with ways on: to all notes, and to a random one; they need the graph's page."""
    feeds: bool = True
    """Whether there are `llms.txt`, a Markdown copy of each note, and a feed of what changed."""
    previews: bool = True
    """Whether a link shows the beginning of its page on hover and focus."""
    nav_most: int = 0
    """How many entries of a folder the site's navigation holds; 0 is all. What is left out of it is on the folder's page."""
    page_line: bool = True
    """Whether a page begins with its dates, reading time, stage and tags."""

    def names(self, meaning: str) -> tuple[str, ...]:
        """Return the property names that carry a meaning, the strongest first."""
        return next(names for key, names in self.properties if key == meaning)


def parse_options(given: Mapping[str, Any], *, where: str = "slipbox") -> Options:
    """Check a mapping of options; `where` names its file in errors.

    Raises UnknownOption and BadOption.
    """
    known = {field.name for field in fields(Options)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise UnknownOption(name=name, known=known, where=where)
        if value is not None:
            values[name] = _READERS[name](name, value, where)
    return Options(**values)


def _choice(kind: type[Choice]) -> Callable[[str, Any, str], Choice]:
    """Return a reader for one of an enumeration's values."""

    def read(name: str, value: Any, where: str) -> Choice:
        try:
            return kind(str(value).strip().lower())
        except ValueError:
            raise BadOption(
                name=name, value=value, wanted=" | ".join(str(item.value) for item in kind), where=where
            ) from None

    return read


def _flag(name: str, value: Any, where: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise BadOption(name=name, value=value, wanted="true | false", where=where)
    return value


def _number(name: str, value: Any, where: str) -> int:
    """Read a number that isn't negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadOption(name=name, value=value, wanted="a whole number, 0 or more", where=where)
    return value


def _text(name: str, value: Any, where: str) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise BadOption(name=name, value=value, wanted="a text", where=where)
    return value


def _language(name: str, value: Any, where: str) -> str:
    """Read a language tag."""
    return interface_language(_text(name, value, where))


def _texts(name: str, value: Any, where: str) -> tuple[str, ...]:
    """Read a list of texts, or one text."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise BadOption(name=name, value=value, wanted="a list of texts", where=where)
    return tuple(items)


def _folders(name: str, value: Any, where: str) -> tuple[tuple[str, Visibility], ...]:
    """Read one visibility for the whole vault, or one per folder; of two spellings of a folder the stricter holds."""
    table = value if isinstance(value, Mapping) else {"": value}
    read = _choice(Visibility)
    found: dict[str, Visibility] = {}
    for folder, given in table.items():
        key, level = str(folder).strip("/"), read(name, given, where)
        same = next((known for known in found if fold(known) == fold(key)), key)
        found[same] = max(found.get(same, level), level, key=lambda visibility: visibility.restriction)
    return tuple(sorted({"": Visibility.PUBLIC, **found}.items()))


def _languages(name: str, value: Any, where: str) -> tuple[tuple[str, str], ...]:
    """Read one language tag per folder."""
    if not isinstance(value, Mapping):
        raise BadOption(name=name, value=value, wanted="a mapping from folder to language", where=where)
    return tuple(sorted((str(folder).strip("/"), _text(name, tag, where)) for folder, tag in value.items()))


def nearest(settings: Mapping[str, Setting], folder: str) -> Setting | None:
    """Return what is set for the nearest folder at or above `folder`; None if nothing is.

    Folders are compared as links are: NFC, case-folded.
    """
    table = {fold(name): setting for name, setting in settings.items()}
    wanted: str = fold(folder)
    while wanted and wanted not in table:
        wanted = wanted.rpartition("/")[0]
    return table.get(fold(wanted))


def _properties(name: str, value: Any, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read which property names carry which meaning; a meaning that isn't given keeps its names."""
    if not isinstance(value, Mapping):
        raise BadOption(name=name, value=value, wanted="a mapping from meaning to names", where=where)
    for meaning in value:
        if meaning not in PROPERTY_NAMES:
            raise UnknownOption(name=f"{name}.{meaning}", known=PROPERTY_NAMES, where=where)
    given = {meaning: _texts(f"{name}.{meaning}", names, where) for meaning, names in value.items()}
    return tuple({**PROPERTY_NAMES, **given}.items())


_READERS: dict[str, Callable[[str, Any, str], Any]] = {
    "audience": _choice(Audience),
    "default_visibility": _folders,
    "properties": _properties,
    "private_links": _choice(PrivateLinks),
    "leaks": _choice(Leaks),
    "not_leaks": _texts,
    "link_text": _choice(LinkText),
    "url_case": _choice(UrlCase),
    "planned_notes": _text,
    "assets": _texts,
    "language": _language,
    "languages": _languages,
    "strict_line_breaks": _flag,
    "resolve_aliases": _flag,
    "backlinks": _flag,
    "unlinked_mentions": _flag,
    "local_graph": _flag,
    "listings": _flag,
    "graph_page": _flag,
    "random_note": _flag,
    "feeds": _flag,
    "previews": _flag,
    "nav_most": _number,
    "page_line": _flag,
}


def interface_language(tag: str) -> str:
    """Return the interface's language for a language tag: `nb` for any Norwegian, else `en`."""
    return "nb" if tag.strip().lower().replace("_", "-").split("-")[0] in ("nb", "no", "nn") else "en"
