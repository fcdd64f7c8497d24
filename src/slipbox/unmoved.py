"""Say whether a live preview may take the short way: make a few pages again and leave everything else as it is.

It may where all is known that a page is made of: MkDocs itself, a theme and extensions that look at nothing but their page, and no plugin
but those below. Then a change in the words of a note is seen on its own page, and around the notes that it links to or names.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown.util import get_installed_extensions

from slipbox.history import history_of
from slipbox.markdown_extension import SlipboxExtension
from slipbox.model import Note
from slipbox.pipeline import same_objects
from slipbox.vault import Vault

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PLUGINS = (
    "slipbox.mkdocs_plugin",
    "incremental_build.mkdocs_plugin",
    "mkdocs.contrib.search",
    "material.plugins.search.plugin",
)
"""The modules of the plugins whose part in a page, and in what is made of all pages, is known."""
THEMES = ("material", "mkdocs", "readthedocs")
EXTENSIONS = ("markdown.extensions.", "pymdownx.", "material.extensions.")
"""Where extensions are from that look at nothing but a page's text."""
NOT_ALONE = ("pymdownx.snippets", "pymdownx.b64")
"""But for those that put other files into it."""


def why_not(config: MkDocsConfig) -> str:
    """Return why the short way can't be taken with these settings, in words; empty if it can."""
    plugins = [name for name, plugin in config.plugins.items() if type(plugin).__module__ not in PLUGINS]
    prebuilt = [name for name, plugin in config.plugins.items() if _option(plugin, "prebuild_index")]
    entries = {entry.name: str(entry.value).partition(":")[0] for entry in get_installed_extensions()}
    listed: list[Any] = list(config.markdown_extensions)
    extensions = [each for each in listed if not _is_alone(each, entries)]
    file = Path(config.config_file_path or "")
    reasons = {
        "another engine": not type(config).__module__.startswith("mkdocs."),
        "a strict build tells all warnings": config.strict,
        f"the plugins {', '.join(plugins)}": plugins,
        "an index that is built ahead": prebuilt,
        f"the extensions {', '.join(map(str, extensions))}": extensions,
        "a theme of one's own": config.theme.name not in THEMES or config.theme.custom_dir,
        "templates of one's own": config.extra_templates,
        "settings in more than one file": not file.is_file() or b"INHERIT" in file.read_bytes(),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _option(plugin: object, name: str) -> object:
    return dict(getattr(plugin, "config", {})).get(name)


def _is_alone(extension: object, entries: dict[str, str]) -> bool:
    """Return whether what an extension makes of a page depends on nothing else that we don't know."""
    if not isinstance(extension, str):
        return isinstance(extension, SlipboxExtension)
    module = entries.get(extension, extension)
    return module.startswith(EXTENSIONS) and module not in NOT_ALONE


def outside(config: MkDocsConfig, *, history: bool) -> object:
    """Return the state of what a site is made of besides the notes: settings, other folders that are watched, commits, the day."""
    docs = os.path.abspath(config.docs_dir)
    paths = [os.path.abspath(each) for each in (config.config_file_path, *config.watch) if each]
    return (
        time.strftime("%Y-%m-%d", time.gmtime()),
        time.strftime("%Y-%m-%d"),
        history_of(Path(docs)) if history else "",
        [state for path in paths for state in _states(path, docs)],
    )


def is_watched_only(config: MkDocsConfig, paths: Collection[str]) -> bool:
    """Return whether nothing is watched besides what `outside` and the vault look at."""
    known = {
        os.path.abspath(each) for each in (config.docs_dir, config.config_file_path, *config.watch) if each
    }
    return known.issuperset(paths)


def _states(path: str, docs: str) -> Iterator[tuple[object, ...]]:
    """Yield the state of every file below a path, but for the notes' folder."""
    if path == docs:
        return
    if os.path.isdir(path):
        with os.scandir(path) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                yield from _states(entry.path, docs)
        return
    try:
        found = os.stat(path)
    except OSError:
        yield (path,)
    else:
        yield path, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def same_outlines(before: Vault, now: Vault) -> bool:
    """Return whether nothing has changed in a vault but words, links and headings in notes."""
    return (
        (before.files, before.sounds, before.options) == (now.files, now.sounds, now.options)
        and all(path in now.stamps and now.stamps[path] == before.stamps.get(path) for path in now.files)
        and same_objects(before.canvases, now.canvases)
        and len(before.notes) == len(now.notes)
        and all(
            old is new or _outline(old) == _outline(new)
            for old, new in zip(before.notes, now.notes, strict=True)
        )
    )


def _outline(note: Note) -> object:
    """Return what is shown of a note elsewhere, in lists and in the navigation."""
    names = [tag.name for tag in note.tags]
    front = note.text[: note.body_start]
    return (
        note.path,
        front,
        note.title,
        note.language,
        note.lang,
        note.visibility,
        note.aliases,
        note.permalinks,
        names,
    )
