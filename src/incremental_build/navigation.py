"""Material's navigation, whose entries are the same on all pages of a folder but for those that lead to the page itself.

Material renders each entry anew for each page, which is a fifth of a build. Where its template is the one that was read for this file, an entry
that is not open is rendered once for each folder: its links are relative to the page, and so differ from folder to folder and for
a page that others lie below. Nothing is kept where the site has a hook or a plugin that could change the navigation from page to page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from mkdocs.structure.nav import Link, Section
from mkdocs.structure.pages import Page

if TYPE_CHECKING:
    import jinja2

TEMPLATE = "partials/nav-item.html"
READ = frozenset({"e386c37c9cbe1fe8b3726b35f20d8546"})
"""Digests of the templates of an entry that were read for this file."""
_HEAD = "{% macro render(nav_item, path, level, parent) %}"
_ANEW = _HEAD.replace("render(", "render_anew(")
_ASKS = (
    f"{_HEAD}{{{{ kept_entry(render_anew, page, features, nav_item, path, level, parent) }}}}{{% endmacro %}}"
)


def keep_entries_of_navigation(env: jinja2.Environment, addresses: Iterable[str]) -> None:
    """Have each entry rendered once for each folder; `addresses` are those of all pages."""
    loader: Any = env.loader
    original: Callable[..., tuple[str, str | None, Callable[[], bool] | None]] = loader.get_source

    def get_source(environment: jinja2.Environment, name: str) -> Any:
        text, file, fresh = original(environment, name)
        if name == TEMPLATE and blake2b(text.encode(), digest_size=16).hexdigest() in READ:
            text = text.replace(_HEAD, _ANEW) + _ASKS
        return text, file, fresh

    loader.get_source = get_source
    env.globals["kept_entry"] = Entries(addresses).entry


class Entries:
    """The entries of one build."""

    def __init__(self, addresses: Iterable[str]) -> None:
        """Note which pages others lie below."""
        self._above = {
            address[: cut + 1]
            for address in addresses
            for cut in range(len(address) - 1)
            if address[cut] == "/"
        }
        self._plain: dict[int, bool] = {}
        self._made: dict[tuple[object, ...], str] = {}

    def entry(
        self, render: Callable[..., str], page: Page | None, features: Any, item: Any, path: str, level: int, parent: Any
    ) -> str:  # fmt: skip
        """Return an entry as the template renders it."""
        place = None if page is None or item.active else self._place(page.url)
        if place is None or not self._is_plain(item):
            return render(item, path, level, parent)
        opened = level > 1 and bool(parent.active)
        key = (id(item), place, path, level, opened, *(features or ()))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = render(item, path, level, parent)
        return made

    def _place(self, address: str) -> str | None:
        """Return what relative links depend on of a page's address; None where that is all of it."""
        if address in ("", ".", "./") or address in self._above:
            return None
        return (
            f"{address[:-1].rpartition('/')[0]}/*/" if address.endswith("/") else address.rpartition("/")[0]
        )

    def _is_plain(self, item: Any) -> bool:
        """Return whether an entry, and all below it, is MkDocs' own and says the same on each page."""
        known = self._plain.get(id(item))
        if known is None:
            if isinstance(item, Link):
                known = "://" in str(item.url)
            else:
                own = isinstance(item, Section | Page) and not hasattr(item, "pages")
                known = own and all(self._is_plain(child) for child in item.children or ())
            self._plain[id(item)] = known
        return known
