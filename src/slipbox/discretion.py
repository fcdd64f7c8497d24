"""Take the names of hidden notes out of a note's title and headings, before anything is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slipbox.config import Options, PrivateLinks
from slipbox.links import UNMARKED, default_display, parse_wikilink
from slipbox.model import Heading, Link, LinkKind, Note, Span
from slipbox.words import word

Hidden = Callable[[Link], bool]
"""Tells whether a link of the note leads to a note that the audience may not see."""


def spoken(link: Link, language: str, options: Options) -> str:
    """Return what stands in the place of a link to a hidden note: its display text, or words that say nothing."""
    shown = None if options.private_links is PrivateLinks.REDACT else link.display
    return shown or word("private", language)


def discreet(note: Note, hidden: Hidden, options: Options) -> Note:
    """Return a note whose title and headings say no more of hidden notes than its page does."""
    headings = tuple(_heading(heading, note, hidden, options) for heading in note.headings)
    title = next(
        (new.text for old, new in zip(note.headings, headings, strict=True) if old.text == note.title),
        note.title,
    )
    if "[[" in title:
        title = _text(title, note, hidden, options)
    unchanged = headings == note.headings and title == note.title
    return note if unchanged else replace(note, title=title, headings=headings)


def _heading(heading: Heading, note: Note, hidden: Hidden, options: Options) -> Heading:
    """Return a heading with each link to a hidden note as its page shows it."""
    text = heading.text
    for link in note.links:
        if heading.span.start <= link.span.start < heading.span.end and hidden(link):
            text = text.replace(
                link.display or default_display(link), spoken(link, note.language, options), 1
            )
    return heading if text == heading.text else replace(heading, text=text)


def _text(text: str, note: Note, hidden: Hidden, options: Options) -> str:
    """Return a title from the properties with its links as words."""
    for found in list(UNMARKED.finditer(text)):
        place = Span(path=note.path, start=0, end=0)
        link = parse_wikilink(found["inner"], place, kind=LinkKind.PROPERTY)
        if link and hidden(link):
            text = text.replace(found[0], spoken(link, note.language, options), 1)
    return text
