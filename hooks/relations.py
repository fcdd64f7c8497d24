"""Say at a page's end where to go from it: what builds on it, what it needs, and what is related, each with the reason.

What builds and what is needed comes from the `prerequisites` in the pages' front matter; the rest from `related`, from the links between
notes, from the tags that they share and from the pages that link to both. Slipbox has read all of it, for the audience that the site is
built for. What is worked out here stands in `relation_scores.py`; this file reads the notes and writes the section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from mkdocs.utils import get_relative_url
from relation_scores import Item, Relation, Relations, find_relations

from slipbox.graph_data import listed

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from slipbox.pipeline import Edition

SHOWN = 4
"""How many pages a group names."""
PATH = "curriculum/learning-path.md"
LISTS = ("about/",)
"""Folders whose pages list the others: glossaries, corrections."""
_BEHIND = re.compile(r'\n<section class="slipbox-(?:backlinks|graph)\b|<nav class="slipbox-ways"')
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Where to go from here",
        "builds": "Builds on this page",
        "needs": "Needed for this page",
        "related": "Related",
        "both": "linked both ways",
        "in": "links here",
        "out": "linked from here",
        "tags": "also on {}",
        "cited": "{} pages link to both",
        "named": "named as related",
        "more": "{} more on the learning path",
        "and": " and ",
    },
    "nb": {
        "title": "Veien videre",
        "builds": "Bygger på denne siden",
        "needs": "Trengs for denne siden",
        "related": "Beslektet",
        "both": "lenket begge veier",
        "in": "lenker hit",
        "out": "lenket herfra",
        "tags": "også om {}",
        "cited": "{} sider lenker til begge",
        "named": "nevnt som beslektet",
        "more": "{} til på læringsstien",
        "and": " og ",
    },
}
TIMES = {
    "en": ("", "", " twice", " three times", " {} times"),
    "nb": ("", "", " to ganger", " tre ganger", " {} ganger"),
}


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Write the section into every page of a note once all are read."""
    slipbox: Any = config.plugins.get("slipbox")
    if slipbox is None:
        return env
    edition: Edition = slipbox.desk.renderer.edition
    items = read_items(edition)
    links = Counter(
        (str(edge.source), str(edge.target)) for edge in edition.graph.edges if edge.source != edge.target
    )
    addresses = {name: file.url for name in items if (file := files.get_file_from_path(name)) is not None}
    for name, relations in find_relations(items, links).items():
        file = files.get_file_from_path(name)
        if file is not None and file.page is not None and file.page.content is not None:
            html = write_section(items[name], relations, items, addresses)
            file.page.content = insert(file.page.content, html)
    return env


def read_items(edition: Edition) -> dict[str, Item]:
    """Return what the notes that lists may name say of themselves; a page that only lists others is left out."""
    notes = [
        note
        for note in listed(edition)
        if note.stem.lower() not in ("index", "readme") and not note.path.startswith(LISTS)
    ]
    by_name = {note.stem.casefold(): str(note.path) for note in notes}

    def named(properties: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = properties.get(key) or ()
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found = (by_name.get(str(name).strip("[] ").partition("|")[0].casefold()) for name in names)
        return tuple(dict.fromkeys(path for path in found if path))

    return {
        str(note.path): Item(
            path=str(note.path),
            title=note.title,
            language=note.language,
            number=str(note.properties.get("module") or ""),
            needs=named(note.properties, "prerequisites"),
            named=named(note.properties, "related"),
            tags=tuple(sorted({tag.name for tag in note.tags})),
        )
        for note in notes
    }


def insert(content: str, section: str) -> str:
    """Return a page's content with the section before what links here, else at its end."""
    found = _BEHIND.search(content)
    place = found.start() if found else len(content)
    return content[:place] + section + content[place:]


def write_section(
    item: Item, relations: Relations, items: Mapping[str, Item], addresses: Mapping[str, str]
) -> str:
    """Return the section of a page; empty if nothing is related."""
    groups = "".join(
        write_group(item, key, related, items, addresses)
        for key, related in (
            ("builds", relations.builds),
            ("needs", relations.needs),
            ("related", relations.related[:SHOWN]),
        )
    )
    if not groups:
        return ""
    language = item.language
    return (
        '\n<section class="page-relations" aria-labelledby="page-relations" data-search-exclude>\n'
        f'<h2 id="page-relations" lang="{language}">{WORDS[language]["title"]}</h2>\n'
        f'<div class="page-relations__groups">{groups}</div>\n</section>\n'
    )


def write_group(
    item: Item, key: str, related: Sequence[Relation], items: Mapping[str, Item], addresses: Mapping[str, str]
) -> str:
    """Return one group with its heading and its pages; empty if there are none."""
    here, words = addresses[item.path], WORDS[item.language]
    rows = []
    for each in related[:SHOWN]:
        other = items[each.path]
        spoken = "" if other.language == item.language else f' lang="{other.language}"'
        title = escape(f"{other.number} {other.title}".strip(), quote=False)
        why = reason(each, item.language)
        told = (
            f' <span class="page-relations__why" lang="{item.language}">{escape(why)}</span>' if why else ""
        )
        href = escape(get_relative_url(addresses[each.path], here))
        rows.append(f'<li><a class="slipbox-link" href="{href}"{spoken}>{title}</a>{told}</li>')
    left = len(related) - SHOWN
    if left > 0 and PATH in addresses:
        href = get_relative_url(addresses[PATH], here)
        rows.append(f'<li><a href="{href}">{words["more"].format(left)}</a></li>')
    if not rows:
        return ""
    return f'<div><h3 lang="{item.language}">{words[key]}</h3><ul>{"".join(rows)}</ul></div>'


def reason(relation: Relation, language: str) -> str:
    """Say in words why two pages are related: the strongest reason, and the tags that they share."""
    words, times = WORDS[language], TIMES[language]
    told = []
    if relation.links_in and relation.links_out:
        told.append(words["both"])
    elif relation.links_in or relation.links_out:
        key, count = ("in", relation.links_in) if relation.links_in else ("out", relation.links_out)
        told.append(words[key] + times[min(count, 4)].format(count))
    if relation.tags and len(told) < 2:
        told.append(words["tags"].format(words["and"].join(relation.tags[:2])))
    if not told and relation.named:
        told.append(words["named"])
    if not told and relation.cited > 1:
        told.append(words["cited"].format(relation.cited))
    return ", ".join(told)
