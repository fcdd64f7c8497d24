"""The settings: read from a mapping, every name and value checked, nothing guessed."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from slipbox.errors import BadOption, ConfigError, UnknownOption
from slipbox.model import Audience, Visibility

Choice = TypeVar("Choice", bound=Enum)


class PrivateLinks(Enum):
    """How a link to a note that the audience may not see is shown."""

    TEXT = "text"
    REDACT = "redact"


class LinkText(Enum):
    """What a link shows whose author gave no display text."""

    WRITTEN = "written"
    TITLE = "title"


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
    page_line: bool = True
    """Whether a page begins with its date, reading time, stage and tags."""

    def names(self, meaning: str) -> tuple[str, ...]:
        """Return the property names that carry a meaning, the strongest first."""
        return dict(self.properties)[meaning]


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
    """Read one visibility for the whole vault, or one per folder."""
    table = value if isinstance(value, Mapping) else {"": value}
    read = _choice(Visibility)
    found = {str(folder).strip("/"): read(name, level, where) for folder, level in table.items()}
    return tuple(sorted({"": Visibility.PUBLIC, **found}.items()))


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
    "link_text": _choice(LinkText),
    "url_case": _choice(UrlCase),
    "planned_notes": _text,
    "assets": _texts,
    "language": _language,
    "resolve_aliases": _flag,
    "backlinks": _flag,
    "unlinked_mentions": _flag,
    "local_graph": _flag,
    "listings": _flag,
    "page_line": _flag,
}


def interface_language(tag: str) -> str:
    """Return the interface's language for a language tag: `nb` for any Norwegian, else `en`."""
    return "nb" if tag.strip().lower().replace("_", "-").split("-")[0] in ("nb", "no", "nn") else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where a vault and its settings are."""

    vault: Path
    """The folder with the notes."""
    root: Path
    """The folder that paths in the settings are relative to."""
    options: Options
    """The settings."""


class _TolerantLoader(yaml.SafeLoader):
    """Reads mkdocs.yml: `!ENV` is looked up, Python tags are None, nothing is executed."""


def _environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    """Read `!ENV NAME` and `!ENV [NAME, …, default]` as MkDocs does."""
    if isinstance(node, yaml.SequenceNode):
        *names, default = [loader.construct_object(child) for child in node.value]
        return next((yaml.safe_load(os.environ[name]) for name in names if name in os.environ), default)
    return yaml.safe_load(os.environ.get(str(node.value), "null"))


_TolerantLoader.add_constructor("!ENV", _environment)
_TolerantLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
_TolerantLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def find_project(folder: Path, vault: Path | None = None) -> Project:
    """Find the settings of the project in `folder`: `mkdocs.yml`, else `[tool.slipbox]` in `pyproject.toml`.

    Raises ConfigError.
    """
    for name in ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml"):
        if (folder / name).is_file():
            return _from_mkdocs(folder / name, vault)
    table: dict[str, Any] = {}
    if (folder / "pyproject.toml").is_file():
        table = (
            tomllib.loads((folder / "pyproject.toml").read_text("utf-8")).get("tool", {}).get("slipbox", {})
        )
    where = table.pop("vault", "docs" if (folder / "docs").is_dir() else ".")
    options = parse_options(table, where="pyproject.toml: [tool.slipbox]")
    return Project(vault=vault or folder / where, root=folder, options=options)


def _from_mkdocs(path: Path, vault: Path | None) -> Project:
    """Read the plugin's options from mkdocs.yml."""
    try:
        config = yaml.load(path.read_text("utf-8"), Loader=_TolerantLoader) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name} doesn't parse: {error}") from None
    plugins = config.get("plugins") or []
    items = (
        plugins.items()
        if isinstance(plugins, dict)
        else [next(iter(item.items())) if isinstance(item, dict) else (item, {}) for item in plugins]
    )
    given = next((options or {} for name, options in items if name == "slipbox"), {})
    language = (config.get("theme") or {}) if isinstance(config.get("theme"), dict) else {}
    given = {"language": language.get("language", "en"), **given}
    options = parse_options(given, where=f"{path.name}: plugins: slipbox")
    return Project(
        vault=vault or path.parent / (config.get("docs_dir") or "docs"), root=path.parent, options=options
    )
