"""Replace each pattern in the navigation by the pages that it matches, so that `mkdocs.yml` names areas and not pages.

It runs after the plugins have taken away what the audience may not see: a hidden page is never listed, and an area with
nothing left in it disappears.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import event_priority

from slipbox.words import sort_key

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

Item = Any
"""A page or pattern, a mapping of one title to one, or a mapping of one title to a list of items."""


@event_priority(-100)
def on_files(files: Files, config: MkDocsConfig) -> None:
    """Expand the configured navigation against the pages that are left."""
    if config.nav is not None:
        pages = files.documentation_pages()
        made = [page.src_uri for page in pages if page.generated_by is not None]
        config.nav = expand(config.nav, [page.src_uri for page in pages], made=made)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Say of English titles of areas on a Norwegian page that they are English.

    And take a label of the theme away that belongs to a switch which the page doesn't have: a folder's page without headings.
    """
    if '<html lang="n' in output:
        output = tell_english(output, english_areas(config.nav or [], config.extra.get("languages") or {}))
    return output if 'id="__toc"' in output else output.replace(' for="__toc"', "")


def english_areas(items: Iterable[Item], languages: Mapping[str, str]) -> list[str]:
    """Return the titles of the areas whose first page lies in no folder of another language."""
    others = tuple(folder for folder, code in languages.items() if code != "en")
    return [
        title
        for item in items
        if not isinstance(item, str)
        for title, value in item.items()
        if not next(_names([value] if isinstance(value, str) else value), "").startswith(others)
    ]


def tell_english(output: str, titles: Iterable[str]) -> str:
    """Give the tabs, and the entries of the side bar, that bear these titles their language."""
    either = "|".join(re.escape(escape(title)) for title in titles)
    return re.sub(rf'(class="md-(?:tabs__link|ellipsis)")(?=>\s*(?:{either})\s*</)', r'\1 lang="en"', output)


def expand(items: Iterable[Item], pages: Iterable[str], *, made: Iterable[str] = ()) -> list[Item]:
    """Return the items with every pattern expanded, without empty areas; no page is listed twice.

    A page that is named, anywhere, is not repeated where a pattern would match it too. Pages that a plugin made, as
    listings of folders, are listed only where they are named.
    """
    pages = sorted(pages, key=_reading_order)
    taken = {*_names(items), *made}
    return list(_expand(items, pages, taken))


def _expand(items: Iterable[Item], pages: list[str], taken: set[str]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, str):
            yield from _matches(item, pages, taken)
            continue
        for title, value in item.items():
            if isinstance(value, str) and not _is_pattern(value):
                if value in pages:
                    yield {title: value}
                continue
            children = list(_expand([value] if isinstance(value, str) else value, pages, taken))
            if children:
                yield {title: children}


def _matches(item: str, pages: list[str], taken: set[str]) -> list[str]:
    """Return the one page that is named, or the pages in the pattern's own folder that nothing has listed before."""
    if not _is_pattern(item):
        return [item] if item in pages else []
    folder = PurePosixPath(item).parent
    found = [
        page
        for page in pages
        if page not in taken and PurePosixPath(page).parent == folder and fnmatchcase(page, item)
    ]
    taken.update(found)
    return found


def _names(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        else:
            for value in item.values():
                yield from _names([value] if isinstance(value, str) else value)


def _is_pattern(path: str) -> bool:
    return "*" in path


def _reading_order(page: str) -> tuple[str, bool, str]:
    path = PurePosixPath(page)
    return str(path.parent), path.stem != "index", sort_key(path.name)
