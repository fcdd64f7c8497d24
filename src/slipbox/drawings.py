"""Write the canvases of an export: each a picture in a file of its own, and what shows it on a page."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from enum import Enum
from html import escape
from urllib.parse import quote

from slipbox.canvas import LEAST_SCALE
from slipbox.media import Media, media_of
from slipbox.model import Link, NotePath
from slipbox.names import is_index, stem_of
from slipbox.render import Renderer, relative_url

_VIEW = re.compile(r'viewBox="\S+ \S+ (\S+) ')


class PageUrls(Enum):
    """What the engine that builds an export makes of the path of a note."""

    DIRECTORY = "directory"
    """`a/Note.md` is published as `a/Note/`, as MkDocs does it."""
    FILE = "file"
    """`a/Note.md` is published as `a/Note.html`."""

    def of(self, path: NotePath) -> str:
        """Return the path under which a note is published; one that ends in a slash for a folder."""
        folder, _, name = path.rpartition("/")
        above = f"{folder}/" if folder else ""
        index = is_index(name)
        if self is PageUrls.FILE:
            return f"{above}{'index' if index else stem_of(name)}.html"
        return above if index else f"{above}{stem_of(name)}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """Draws canvases for files of their own, whose links lead to the pages that an engine will make."""

    renderer: Renderer
    """Knows what links show and where they lead."""
    pages: PageUrls = PageUrls.DIRECTORY
    """Where those pages will be."""

    def picture(self, path: NotePath) -> str:
        """Return a canvas as a picture that can stand alone; empty for one that shows nothing."""
        canvas = self.renderer.edition.canvases[path]
        name = path.rpartition("/")[2].removesuffix(".canvas")
        drawn = self.renderer.picture(canvas, lambda link: self._href(link, path), alone=True)
        return drawn.svg(name) if canvas.is_read else ""

    def shown(self, path: NotePath, words: str, page: NotePath) -> str:
        """Return the HTML that shows a canvas' picture on a page, with its links at work."""
        href = _between(self.pages.of(page), f"{path}.svg")
        width = _VIEW.search(self.picture(path))
        size = f' width="{LEAST_SCALE * float(width[1]):.0f}"' if width else ""
        return (
            '<div class="slipbox-canvas-frame" style="overflow-x: auto" tabindex="0">'
            f'<object type="image/svg+xml" data="{href}"{size} aria-label="{escape(words)}">'
            f"{escape(words, quote=False)}</object></div>"
        )

    def address(self, page: NotePath, path: NotePath) -> str:
        """Return the URL of a note or file as seen from the page that an engine will make of a note."""
        note = path in self.renderer.edition.notes
        return _between(self.pages.of(page), self.pages.of(path) if note else path)

    def _href(self, link: Link, canvas: NotePath) -> str:
        """Return the URL of what a card's link names, as seen from the canvas' picture."""
        edition = self.renderer.edition
        target = edition.meaning(link, canvas).target
        kind = media_of(target.path) if target else None
        if target is None or kind is Media.BASE:
            return ""
        if kind is Media.CANVAS:
            inner = edition.canvases.get(target.path)
            return relative_url(canvas, NotePath(f"{target.path}.svg")) if inner and inner.is_read else ""
        note = edition.notes.get(target.path)
        if note is None:
            return relative_url(canvas, target.path)
        anchor = self.renderer.anchors.of(note, link)
        return _between(canvas, self.pages.of(note.path)) + (f"#{anchor}" if anchor else "")


def _between(source: str, target: str) -> str:
    """Return the URL of one published path as seen from another, percent-encoded; a slash at its end stays."""
    way = posixpath.relpath(target or ".", posixpath.dirname(source) or ".")
    return quote(way + ("/" if not target or target.endswith("/") else ""))
