"""Turn what a link means into the element that stands in the page."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from slipbox.anchors import Anchors
from slipbox.canvas import Picture
from slipbox.cards import Canvas
from slipbox.config import LinkText
from slipbox.discretion import spoken
from slipbox.links import default_display, link_of_url
from slipbox.media import Media, embed_file, media_of, split_size
from slipbox.model import Link, LinkKind, Note, NotePath, Span
from slipbox.names import Folded, fold
from slipbox.pipeline import Edition, Meaning, State
from slipbox.resolve import How, Target
from slipbox.words import word

EMBED = "slipbox-embed"
"""The tag of the place where an embedded note goes, until it is put there."""
Url = Callable[[NotePath, NotePath], str]
"""Gives the URL of a file as seen from a page (the page first)."""
RAW = "slipbox-raw"
"""The tag of an element that stands for the HTML in its attribute `html`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """Renders the links of an edition."""

    edition: Edition
    """What the audience may see."""
    anchors: Anchors
    """The ids in its pages."""
    tag_pages: Mapping[Folded, NotePath] = field(default_factory=dict)
    """The page of each tag, if tags have pages."""
    address: Url | None = None
    """Gives the published URL of a file as seen from a page (the page first); without it, paths in the vault are used."""

    def link(self, link: Link, note: Note, page: Note) -> Element | str:
        """Return the element for a link that stands in `note` and is shown on `page`.

        That is a link, marked text, plain text, or for an embed the file or the place where the note goes.
        """
        meaning = self.edition.meaning(link, note.path)
        if link.embed and meaning.state is State.PRIVATE:
            return Element(EMBED)
        text = self.display(link, meaning, note)
        if meaning.target is None:
            return self._no_link(meaning, text, note)
        if link.embed:
            embedded = self._embed(link, meaning.target, page)
            if embedded is not None:
                return embedded
        elif media_of(meaning.target.path) in (Media.CANVAS, Media.BASE):
            return text
        element = Element("a", {"class": "slipbox-link", "href": self.href(link, meaning.target, note, page)})
        element.text = text
        return element

    def _embed(self, link: Link, target: Target, page: Note) -> Element | None:
        """Return the element for an embed; None for a file that can only be linked to."""
        note = self.edition.notes.get(target.path)
        if note is not None:
            if link.subpath and not self.anchors.of(note, link):
                return None
            element = Element(EMBED, {"path": target.path, "subpath": link.subpath})
            element.text = link.display or ""
            return element
        kind = media_of(target.path)
        if kind is None:
            return None
        if kind in (Media.CANVAS, Media.BASE):
            return self._drawn(link, target, page)
        if target.path in self.edition.sounds:
            kind = Media.AUDIO
        url, name = relative_url(page.path, target.path), target.path.rpartition("/")[2]
        return embed_file(kind, url, name, display=link.display, subpath=link.subpath)

    def _drawn(self, link: Link, target: Target, page: Note) -> Element:
        """Return the place of a canvas with its picture as raw HTML, or words for what can't be shown."""
        canvas = self.edition.canvases.get(target.path)
        name = target.path.rpartition("/")[2]
        if canvas is None or not canvas.is_read:
            element = Element("span", {"class": "slipbox-unsupported"})
            element.text = f"{word('unsupported', page.language)}: {name}"
            return element

        def href(inner: Link) -> str:
            found = self.edition.meaning(inner, target.path).target
            if found is None or media_of(found.path) in (Media.CANVAS, Media.BASE):
                return ""
            return self.href(inner, found, page, page, self.address)

        label = link.display or name.removesuffix(".canvas")
        return Element(RAW, {"html": self.picture(canvas, href).svg(label)})

    def picture(self, canvas: Canvas, href: Callable[[Link], str], *, alone: bool = False) -> Picture:
        """Return what draws a canvas; `href` gives the URL of what a link in it names; `alone` for a file of its own."""

        def display(inner: Link, note: Note) -> str:
            return self.display(inner, self.edition.meaning(inner, canvas.path), note)

        return Picture(canvas=canvas, edition=self.edition, href=href, display=display, alone=alone)

    def display(self, link: Link, meaning: Meaning, note: Note) -> str:
        """Return the text of a link; the name of a hidden note is never shown."""
        if meaning.state is State.PRIVATE:
            return spoken(link, note.language, self.edition.options)
        if shown := split_size(link.display)[0] if link.embed else link.display:
            return shown  # a picture's size is no word of its text
        target = self.edition.notes.get(meaning.target.path) if meaning.target else None
        if target and link.target and not link.subpath and self.edition.options.link_text is LinkText.TITLE:
            return target.title
        return default_display(link)

    def href(self, link: Link, target: Target, note: Note, page: Note, url: Url | None = None) -> str:
        """Return the URL, relative to `page`, of the file that a link names, with the id its subpath names.

        `url` gives the URL of a file as seen from a page; without it, paths in the vault are used.
        """
        found = self.edition.notes.get(target.path)
        anchor = self.anchors.of(found, link) if found else link.subpath
        fragment = f"#{anchor}" if anchor else ""
        if target.path == page.path and target.how is How.SELF and fragment:
            return fragment
        return (url or relative_url)(page.path, target.path) + fragment

    def named(self, name: str, note: Note) -> Meaning:
        """Return what a name alone means in a note."""
        link = Link(span=Span(path=NotePath(""), start=0, end=0), kind=LinkKind.WIKI, target=name)
        return self.edition.meaning(link, note.path)

    def raw_url(self, url: str, note: Note, page: Note) -> str | None:
        """Return a URL in the raw HTML of `note` as seen from `page`; None if it leads to what the audience may not see.

        No engine looks at it any more, so that of a file is the published one's, where that is known.
        """
        link = link_of_url(url, LinkKind.HTML)
        meaning = self.edition.meaning(link, note.path) if link else None
        if meaning and meaning.state is State.PRIVATE:
            return None
        moved, published, target = note.path != page.path, self.address, meaning.target if meaning else None
        if meaning is None or url.startswith("/") or (not moved and published is None):
            return url
        if target and media_of(target.path) not in (Media.CANVAS, Media.BASE):
            rest = urlsplit(url)._replace(path="", scheme="", netloc="").geturl()
            return (published or relative_url)(page.path, target.path) + rest
        if not moved:
            return url
        base = published(page.path, note.path) if published else relative_url(page.path, note.path)
        return joined(base, url)

    def tag(self, name: str, page: Note | None) -> Element:
        """Return the element for a tag, as seen from a page."""
        listed = self.tag_pages.get(fold(name))
        if listed is None or page is None:
            element = Element("span", {"class": "slipbox-tag"})
        else:
            element = Element("a", {"class": "slipbox-tag", "href": relative_url(page.path, listed)})
        element.text = f"#{name}"
        return element

    def _no_link(self, meaning: Meaning, text: str, note: Note) -> Element | str:
        """Return what stands in the place of a link that leads nowhere for this audience."""
        if meaning.state is State.PRIVATE:
            return text
        kind = "planned" if meaning.state is State.PLANNED else "unresolved"
        span = Element("span", {"class": f"slipbox-{kind}", "title": word(kind, note.language)})
        span.text = text
        return span


def joined(base: str, url: str) -> str:
    """Return a relative URL as seen from where the URL `base` is."""
    parts = urlsplit(url)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), parts.path))
    return path + ("/" if parts.path.endswith("/") else "") + url[len(parts.path) :]


def relative_url(source: NotePath, target: NotePath) -> str:
    """Return the URL of a file of the vault as seen from another, percent-encoded."""
    return quote(posixpath.relpath(target, posixpath.dirname(source) or "."))


def rebased(url: str, source: NotePath, page: NotePath) -> str:
    """Return a relative URL in the note `source` as seen from another note; others as they are."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path or url.startswith(("/", "\\")):
        return url
    return (
        posixpath.relpath(joined(source, url[: len(parts.path)]), posixpath.dirname(page) or ".")
        + url[len(parts.path) :]
    )
