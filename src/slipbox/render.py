"""Turn what a link means into HTML, and what links here into the end of the page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote
from xml.etree.ElementTree import Element

from slipbox.anchors import Anchors
from slipbox.config import LinkText, PrivateLinks
from slipbox.graph import Edge, context_of
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.pipeline import Edition, Meaning, State
from slipbox.regions import MASK
from slipbox.resolve import How
from slipbox.syntax import default_display, plain_text
from slipbox.words import sort_key, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """Renders the links of an edition."""

    edition: Edition
    """What the audience may see."""
    anchors: Anchors
    """The ids in its pages."""

    def link(self, link: Link, note: Note) -> Element | str:
        """Return the element for a link in a note: a link, marked text, or plain text."""
        meaning = self.edition.meaning(link, note.path)
        text = self.display(link, meaning, note)
        if meaning.target is None:
            return self._no_link(meaning, text, note, link)
        element = Element("a", {"class": "slipbox-link", "href": self.href(link, meaning, note)})
        element.text = text
        return element

    def display(self, link: Link, meaning: Meaning, note: Note) -> str:
        """Return the text of a link; the name of a hidden note is never shown."""
        if meaning.state is State.PRIVATE:
            shown = None if self.edition.options.private_links is PrivateLinks.REDACT else link.display
            return shown or word("private", note.language)
        if link.display:
            return link.display
        target = self.edition.notes.get(meaning.target.path) if meaning.target else None
        if target and link.target and not link.subpath and self.edition.options.link_text is LinkText.TITLE:
            return target.title
        return default_display(link)

    def href(self, link: Link, meaning: Meaning, note: Note) -> str:
        """Return the relative URL of the file that a link names, with the id its subpath names."""
        assert meaning.target is not None
        target = self.edition.notes.get(meaning.target.path)
        anchor = self.anchors.of(target, link) if target else link.subpath
        fragment = f"#{anchor}" if anchor else ""
        if meaning.target.how is How.SELF and fragment:
            return fragment
        return relative_url(note.path, meaning.target.path) + fragment

    def _no_link(self, meaning: Meaning, text: str, note: Note, link: Link) -> Element | str:
        """Return what stands in the place of a link that leads nowhere for this audience."""
        if meaning.state is State.PRIVATE:
            return text
        kind = "planned" if meaning.state is State.PLANNED else "unresolved"
        span = Element("span", {"class": f"slipbox-{kind}", "title": word(kind, note.language)})
        span.text = text
        return span

    def backlinks(self, note: Note, url: Callable[[Note, str], str]) -> str:
        """Return the section with the links that lead to a note; empty if there are none.

        `url` gives the address of a note, with an id in it, as seen from this page.
        """
        found = self.edition.graph.backlinks(note.path)
        sources = sorted(
            (self.edition.notes[path] for path in found),
            key=lambda source: (sort_key(source.title), source.path),
        )
        if not sources:
            return ""
        items = "".join(
            f'<li><a class="slipbox-link" href="{escape(url(source, ""))}"{_language(source, note)}>'
            f"{escape(source.title)}</a>{''.join(self._contexts(source, found[source.path], note))}</li>\n"
            for source in sources
        )
        language, title = note.language, word("backlinks", note.language)
        return (
            '\n<section class="slipbox-backlinks" aria-labelledby="slipbox-backlinks" data-search-exclude>\n'
            f'<h2 id="slipbox-backlinks" lang="{language}">{title}</h2>\n<ul>\n{items}</ul>\n</section>\n'
        )

    def _contexts(self, source: Note, edges: tuple[Edge, ...], note: Note) -> list[str]:
        """Return the sentences around links, each once, the link marked."""
        shown: dict[tuple[int, int], str] = {}
        for edge in edges:
            if edge.link.kind is not LinkKind.HTML:
                sentence = self.context(source, edge.link)
                paragraph = f'<p class="slipbox-context"{_language(source, note)}>{sentence}</p>'
                shown.setdefault(context_of(source, edge.link), paragraph)
        return list(dict.fromkeys(shown.values()))

    def context(self, source: Note, link: Link) -> str:
        """Return the sentence around a link as HTML text, the link marked, other links as plain text."""
        start, end = context_of(source, link)
        inside = [other for other in source.links if start <= other.span.start and other.span.end <= end]
        shown: list[str] = []
        text, position = "", start
        for other in inside:
            if other.span.start < position:
                continue
            text += f"{source.shown[position : other.span.start]}\ue000{len(shown)}\ue001"
            shown.append(self._in_context(other, link, source))
            position = other.span.end
        text = plain_text((text + source.shown[position:end]).replace(MASK, ""))
        lead = "… " if start and source.text[start - 1] not in "|\n \t" else ""
        text = re.sub("\ue000(\\d+)\ue001", lambda found: shown[int(found[1])], escape(text, quote=False))
        return lead + text.strip()

    def _in_context(self, other: Link, link: Link, source: Note) -> str:
        """Return the HTML text of a link that stands in the context of `link`, which is marked."""
        if other.embed and other is not link:
            return ""
        text = plain_text(self.display(other, self.edition.meaning(other, source.path), source))
        return f"<mark>{escape(text, quote=False)}</mark>" if other is link else escape(text, quote=False)


def _language(source: Note, note: Note) -> str:
    """Return the `lang` attribute for text from another note, if its language differs."""
    if source.language == note.language:
        return ""
    return f' lang="{escape(source.lang or source.language)}"'


def relative_url(source: NotePath, target: NotePath) -> str:
    """Return the URL of a file of the vault as seen from another, percent-encoded."""
    return quote(posixpath.relpath(target, posixpath.dirname(source) or "."))
