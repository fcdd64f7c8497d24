"""Write what other programs read: a feed of what changed, and the notes as Markdown with a list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import unquote

from slipbox.export import Exporter
from slipbox.graph_data import listed
from slipbox.history import Dates
from slipbox.listing import RECENT, by_title
from slipbox.model import Note, NotePath
from slipbox.pipeline import Edition
from slipbox.render import Renderer, relative_url
from slipbox.words import sort_key

Url = Callable[[Note], str]
"""Gives a note's URL below the site's root."""


def copy_of(url: str) -> str:
    """Return the address of a note's Markdown copy, beside its page."""
    return f"{url.removesuffix('.html')}.md" if url.endswith(".html") else f"{url}index.md"


def rss(edition: Edition, dates: Mapping[NotePath, Dates], site: str, name: str, url: Url) -> str:
    """Return the feed of the notes that changed last; `site` is the absolute address of the site's root."""
    notes = sorted((note for note in listed(edition) if note.path in dates), key=lambda note: note.path)
    notes.sort(key=lambda note: dates[note.path].changed, reverse=True)
    items = "".join(
        f"<item><title>{escape(note.title)}</title><link>{escape(site + url(note))}</link>"
        f"<guid>{escape(site + url(note))}</guid><pubDate>{_day(dates[note.path].changed)}</pubDate></item>\n"
        for note in notes[:RECENT]
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(name)}</title><link>{escape(site)}</link><description>{escape(name)}</description>\n"
        f"{items}</channel></rss>\n"
    )


def _day(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC))


def markdown_copies(renderer: Renderer, url: Url) -> dict[str, str]:
    """Return a Markdown copy of each listed note beside its page, without properties; its links are those of pages."""
    exporter = Exporter(edition=renderer.edition, renderer=renderer, url=renderer.address or relative_url)
    made: dict[str, str] = {}
    for note in listed(renderer.edition):
        body = exporter.body(note).strip()
        title = "" if body.startswith("# ") else f"# {note.title}\n\n"
        made[unquote(copy_of(url(note)))] = f"{title}{body}\n"
    return made


def llms(edition: Edition, name: str, url: Url) -> str:
    """Return `llms.txt`: the site's name and every listed note's Markdown copy, by folder."""
    folders: dict[str, list[Note]] = {}
    for note in by_title(listed(edition)):
        folders.setdefault(note.folder, []).append(note)
    parts = [f"# {name}\n"]
    for folder in sorted(folders, key=sort_key):
        lines = "".join(f"- [{_bracketless(note.title)}]({copy_of(url(note))})\n" for note in folders[folder])
        parts.append(f"## {folder or name}\n\n{lines}")
    return "\n".join(parts)


def _bracketless(title: str) -> str:
    """Return a title as the text of a Markdown link, its brackets escaped."""
    return re.sub(r"([\[\]])", r"\\\1", title)
