"""Look through the site that MkDocs has built, when nothing writes to it any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError

from slipbox.config import Leaks
from slipbox.errors import LeakError
from slipbox.keep import Keep
from slipbox.leaks import look_through, refuse
from slipbox.pipeline import Edition
from slipbox.signs import public_texts, watch_for
from slipbox.words import WORDS

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.plugins.slipbox")

_TEXTS = (".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest", ".xml")
"""Suffixes of published files whose words count as public."""


def check_site(config: MkDocsConfig, files: Files, edition: Edition, keep: Keep) -> None:
    """Tell of everything hidden that stands in the site, and end the build unless the settings say otherwise.

    Raises PluginError.
    """
    watch = watch_for(edition, edition.options.not_leaks)
    if not watch.signs:
        return
    told = look_through(Path(config.site_dir), watch, lambda: _openly(config, files, edition), keep)
    if edition.options.leaks is Leaks.WARN:
        for finding in told.findings:
            log.warning("%s", finding)
    else:
        try:
            refuse(told)
        except LeakError as error:
            raise PluginError(str(error)) from None
    if not told.findings:
        log.info("nothing of the hidden notes (%d) stands in %d files", watch.hidden, told.files)


def _openly(config: MkDocsConfig, files: Files, edition: Edition) -> Iterator[str]:
    """Yield what is public whatever the vault says: the site's and the theme's words, published files, what public notes show."""
    yield from (
        str(config.get(name) or "")
        for name in ("site_name", "site_description", "site_author", "copyright", "nav", "extra")
    )
    yield from ("\n".join(words.values()) for words in WORDS.values())
    templates = (file for folder in config.theme.dirs for file in sorted(Path(folder).rglob("*.html")))
    copied = (
        Path(file.abs_src_path) for file in files if file.abs_src_path and not file.is_documentation_page()
    )
    for file in (*templates, *(file for file in copied if file.suffix in _TEXTS)):
        yield file.read_text("utf-8", errors="replace") if file.is_file() else ""
    for note in edition.notes.values():
        yield from public_texts(note, edition)
