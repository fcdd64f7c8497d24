"""Settle raw HTML where it is shown: addresses that lead where they led, ids that nothing else on the page has."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html import escape

from slipbox.inline import TAG
from slipbox.links import ATTRIBUTE, attribute_urls, attribute_value

At = Callable[[str], "str | None"]
"""Gives what is written for a URL; None for one that leads to what the audience may not see."""

_TAG = re.compile(TAG)
_ID = re.compile(r"""(?P<head>\sid\s*=\s*(?P<quote>["']?))(?P<id>[^\s"'>]+)""", re.IGNORECASE)
_REFERENCE = re.compile(
    r"""(?P<head>\s(?:for|name|headers|aria-\w+|(?:xlink:)?href|usemap)\s*=\s*["']?(?P<hash>#?))(?P<id>[^\s"'>]+)""",
    re.IGNORECASE,
)


def with_urls(html: str, at: At) -> str:
    """Return raw HTML with each address as `at` gives it, without the attributes that lead to what is hidden."""

    def written(found: re.Match[str]) -> str:
        given = {url: at(url) for url in attribute_urls(found)}
        if None in given.values():
            return ""
        if all(url == new for url, new in given.items()):
            return found[0]
        value = attribute_value(found)
        parts = (part.split(maxsplit=1) for part in value.split(",") if part.strip())
        if found["name"].lower() == "srcset":
            value = ", ".join(" ".join((given[url] or "", *size)) for url, *size in parts)
        else:
            value = given[value] or ""
        return f'{found[0][0]}{found["name"]}="{escape(value)}"'

    return ATTRIBUTE.sub(written, html)


def ids_in(html: str) -> set[str]:
    """Return the ids in raw HTML."""
    return {found["id"] for tag in _TAG.finditer(html) for found in _ID.finditer(tag[0])}


def with_prefix(html: str, prefix: str, ids: Collection[str], source: str) -> str:
    """Return the raw HTML of a copy with its ids made its own; what it names outside of the copy is in its `source`, a URL."""

    def named(found: re.Match[str]) -> str:
        if found["id"] in ids:
            return f"{found['head']}{prefix}{found['id']}"
        link = found["hash"] and "href" in found["head"].lower()
        return f"{found['head'][:-1]}{source}#{found['id']}" if link else found[0]

    def tag(found: re.Match[str]) -> str:
        return _REFERENCE.sub(named, _ID.sub(rf"\g<head>{prefix}\g<id>", found[0]))

    return _TAG.sub(tag, html)


def without_ids(html: str) -> str:
    """Return raw HTML without ids, as a copy has none."""
    return _TAG.sub(lambda tag: re.sub(r"""\sid\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", "", tag[0]), html)
