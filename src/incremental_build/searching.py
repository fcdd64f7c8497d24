"""What the search plugins of MkDocs and of Material read out of a page, kept: they parse each page's HTML anew in every build."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from incremental_build.digest import digest
from incremental_build.errors import Undigestible
from incremental_build.keeper import Keeper
from incremental_build.sections import is_read, sections_of

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

KNOWN = {"mkdocs.contrib.search.search_index": "_entries", "material.plugins.search.plugin": "entries"}
"""The modules of the indexes that are understood, and where each keeps its entries."""


def keep_entries(plugin: Any, keeper: Keeper) -> None:
    """Let a search plugin's index take the entries of a page that has not changed from the last build."""
    index: Any = getattr(plugin, "search_index", None)
    place = KNOWN.get(type(index).__module__)
    if place is None or plugin.config.get("jieba_dict") or plugin.config.get("jieba_dict_user"):
        return
    original, entries = _reading(index), getattr(index, place)

    def add_entry_from_context(page: Page) -> None:
        keeper.turn = page.file.src_uri
        before = len(entries)

        def make() -> Any:
            original(page)
            made = entries[before:]
            del entries[before:]
            return made

        try:
            toc = [str(page.toc), page.title, page.url]
            key = digest(keeper.code, page.content, toc, dict(page.meta), index.config)
        except Undigestible:
            original(page)
            return
        entries.extend(keeper.memo.keep("search", page.file.src_uri, key, make))

    index.add_entry_from_context = add_entry_from_context


def _reading(index: Any) -> Callable[[Page], None]:
    """Return what adds a page's entries to an index: the index itself, or what finds the same sections faster."""
    original: Callable[[Page], None] = index.add_entry_from_context
    module = sys.modules[type(index).__module__]
    if not is_read(module):
        return original

    def read(page: Page) -> None:
        excluded = (page.meta.get("search") or {}).get("exclude")
        found = None if excluded else sections_of(page.content or "", module.Element, module.Section)
        if found is None:
            original(page)
            return
        for section in found:
            if not section.is_excluded():
                index.create_entry_for_section(section, page.toc, page.url, page)

    return read
