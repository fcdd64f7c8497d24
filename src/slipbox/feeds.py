"""Write what other programs read: a feed of what changed, and the notes as Markdown with a list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from html import escape
from urllib.parse import unquote

from slipbox.dependencies import Dependencies
from slipbox.exporter import Exporter
from slipbox.graph_data import listed
from slipbox.history import Dates
from slipbox.keep import Keep, at_once
from slipbox.listing import RECENT, by_title
from slipbox.metadata import visible
from slipbox.model import Note, NotePath
from slipbox.note import texts
from slipbox.render import Renderer, relative_url
from slipbox.words import sort_key

FEED = "feed.xml"
"""Where the feed lies below the site's root."""
Url = Callable[[Note], str]
"""Gives a note's URL below the site's root."""


def copy_of(url: str) -> str:
    """Return the address of a note's Markdown copy, beside its page."""
    return f"{url.removesuffix('.html')}.md" if url.endswith(".html") else f"{url}index.md"


def rss(renderer: Renderer, dates: Mapping[NotePath, Dates], site: str, name: str, url: Url) -> str:
    """Return the feed of the notes that changed last; `site` is the absolute address of the site's root.

    By RSS 2.0, with what the RSS Advisory Board's best practices add: the feed's own address, as Atom writes it.
    """
    notes = sorted(
        (note for note in listed(renderer.edition) if note.path in dates), key=lambda note: note.path
    )
    notes.sort(key=lambda note: dates[note.path].changed, reverse=True)
    items = "".join(
        _item(note, dates[note.path].changed, site + url(note), renderer) for note in notes[:RECENT]
    )
    newest = f"<lastBuildDate>{_day(dates[notes[0].path].changed)}</lastBuildDate>" if notes else ""
    own = escape(site + FEED)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
        f"<title>{escape(name)}</title><link>{escape(site)}</link><description>{escape(name)}</description>\n"
        f'<language>{renderer.edition.options.language}</language>{newest}<atom:link href="{own}" rel="self" '
        f'type="application/rss+xml"/>\n{items}</channel></rss>\n'
    )


def _item(note: Note, changed: str, address: str, renderer: Renderer) -> str:
    """Return a note as the feed's item: known by its address, with its description if it has one."""
    told = summary(note, renderer)
    return (
        f"<item><title>{escape(note.title)}</title><link>{escape(address)}</link>"
        f'<guid isPermaLink="true">{escape(address)}</guid><pubDate>{_day(changed)}</pubDate>'
        f"{f'<description>{escape(told)}</description>' if told else ''}</item>\n"
    )


def summary(note: Note, renderer: Renderer) -> str:
    """Return a note's description on one line, without the names of what its readers may not see; empty if it has none."""
    names = renderer.edition.options.names("description")
    said = {name: note.properties[name] for name in names if name in note.properties}
    return " ".join(next(texts(visible(said, note, renderer), names, separator=None), "").split())


def _day(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC))


def markdown_copies(
    renderer: Renderer,
    url: Url,
    keep: Keep = at_once,
    dependencies: Dependencies | None = None,
    notes: Iterable[Note] | None = None,
) -> dict[str, str]:
    """Return a Markdown copy of each listed note, or of some, beside its page, without properties; its links are those of pages."""
    exporter = Exporter(edition=renderer.edition, renderer=renderer, url=renderer.address or relative_url)
    made: dict[str, str] = {}
    for note in listed(renderer.edition) if notes is None else notes:
        make = partial(exporter.body, note)
        body = keep("slipbox.copy", note.path, dependencies.of_note(note), make) if dependencies else make()
        body = body.strip()
        title = "" if body.startswith("# ") else f"# {note.title}\n\n"
        made[unquote(copy_of(url(note)))] = f"{title}{body}\n"
    return made


def llms(renderer: Renderer, name: str, url: Url) -> str:
    """Return `llms.txt`: the site's name and every listed note's Markdown copy with its description, by folder."""
    folders: dict[str, list[Note]] = {}
    for note in by_title(listed(renderer.edition)):
        folders.setdefault(note.folder, []).append(note)
    parts = [f"# {name}\n"]
    for folder in sorted(folders, key=sort_key):
        lines = "".join(
            f"- [{_bracketless(note.title)}]({copy_of(url(note))}){f': {told}' if (told := summary(note, renderer)) else ''}\n"
            for note in folders[folder]
        )
        parts.append(f"## {folder or name}\n\n{lines}")
    return "\n".join(parts)


def _bracketless(title: str) -> str:
    """Return a title as the text of a Markdown link, its brackets escaped."""
    return re.sub(r"([\[\]])", r"\\\1", title)


def with_alternates(output: str, links: Mapping[str, tuple[str, str]]) -> str:
    """Return a page whose head names other forms of it: for each address its media type and its title, which may be empty."""
    made = "".join(
        f'<link rel="alternate" type="{kind}"{f" title={chr(34)}{escape(title)}{chr(34)}" if title else ""} href="{escape(address)}">'
        for address, (kind, title) in links.items()
    )
    return output.replace("</head>", f"{made}</head>", 1)
