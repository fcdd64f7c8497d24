"""Show at the end of a page what links to it, with the sentence around each link."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from slipbox.audience import Visibility
from slipbox.graph import Edge, context_of
from slipbox.mentions import Mention
from slipbox.model import Link, LinkKind, Note
from slipbox.region import MASK
from slipbox.render import Renderer
from slipbox.syntax import BLOCK_ID, plain_text
from slipbox.words import sort_key, word

MAX_CONTEXTS = 50
"""How many sentences of one note a page shows."""

_BLOCK_MARK = re.compile(rf"[ \t]{BLOCK_ID}", re.MULTILINE)
_QUOTED = re.compile(r"\n[ \t]*>[> \t]*")
"""The marks of a quote before each of its lines but the first."""
_PROPERTY = re.compile(r"^[ \t{,]*[\"']?([\w-]+)[\"']?[ \t]*:", re.MULTILINE)

Address = Callable[[Note, str], str]
"""Gives the URL of a note, with an id in it, as seen from the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlinks:
    """Writes the list of links that lead to a note."""

    renderer: Renderer
    """Knows what links mean and show."""

    def section(self, note: Note, url: Address) -> str:
        """Return the section with the links that lead to a note; empty if there are none. Unlisted notes aren't named.

        `url` gives the address of a note, with an id in it, as seen from this page.
        """
        found, notes = self.renderer.edition.graph.backlinks(note.path), self.renderer.edition.notes
        sources = sorted(
            (notes[path] for path in found if notes[path].visibility is not Visibility.UNLISTED),
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
        shown: dict[tuple[str, int, int], str] = {}
        for edge in edges[:MAX_CONTEXTS]:
            if edge.link.kind is not LinkKind.HTML:
                words = edge.card or source
                sentence = self.context(words, edge.link)
                if edge.card:
                    sentence = f"{escape(words.path.rpartition('/')[2], quote=False)}: {sentence}"
                elif re.fullmatch(r"<mark>[^<]*</mark>", sentence):
                    continue
                paragraph = f'<p class="slipbox-context"{_language(source, note)}>{sentence}</p>'
                shown.setdefault((words.text, *context_of(words, edge.link)), paragraph)
        return list(dict.fromkeys(shown.values()))

    def mentions(self, note: Note, found: Sequence[Mention], url: Address) -> str:
        """Return the section with the places that name a note without a link; empty if there are none."""
        items = "".join(
            f'<li><a class="slipbox-link" href="{escape(url(source, ""))}"{_language(source, note)}>'
            f'{escape(source.title)}</a><p class="slipbox-context"{_language(source, note)}>'
            f"{self.context(source, mention.link)}</p></li>\n"
            for mention in found
            for source in [self.renderer.edition.notes[mention.source]]
        )
        if not items:
            return ""
        language, title = note.language, word("mentions", note.language)
        return (
            '\n<section class="slipbox-backlinks slipbox-mentions" aria-labelledby="slipbox-mentions" data-search-exclude>\n'
            f'<h2 id="slipbox-mentions" lang="{language}">{title}</h2>\n<ul>\n{items}</ul>\n</section>\n'
        )

    def context(self, source: Note, link: Link) -> str:
        """Return the sentence around a link as HTML text, the link marked, other links as plain text."""
        start, end = context_of(source, link)
        if link.kind is LinkKind.PROPERTY:
            return _named(source, link.span.start) + self._in_context(link, link, source)
        inside = _links_between(source, start, end)
        if link not in inside:
            inside = sorted((*inside, link), key=_beginning)
        shown: list[str] = []
        text, position = "", start
        for other in inside:
            if other.span.start < position:
                continue
            text += f"{source.shown[position : other.span.start]}\ue000{len(shown)}\ue001"
            shown.append(self._in_context(other, link, source))
            position = other.span.end
        text = _QUOTED.sub("\n", (text + source.shown[position:end]).replace(MASK, ""))
        text = plain_text(_BLOCK_MARK.sub("", text).replace("^[", "["))
        lead = "… " if start and source.text[start - 1] not in "|\n \t" else ""
        text = re.sub("\ue000(\\d+)\ue001", lambda found: shown[int(found[1])], escape(text, quote=False))
        return lead + " ".join(text.split())

    def _in_context(self, other: Link, link: Link, source: Note) -> str:
        """Return the HTML text of a link that stands in the context of `link`, which is marked."""
        if other.embed and other is not link:
            return ""
        text = plain_text(
            self.renderer.display(other, self.renderer.edition.meaning(other, source.path), source)
        )
        if other is not link:
            return escape(text, quote=False)
        return f"<mark>{escape(text or other.target, quote=False)}</mark>"


def _beginning(link: Link) -> int:
    return link.span.start


def _links_between(source: Note, start: int, end: int) -> list[Link]:
    """Return the links of a note, which are in the order of its text, that stand between two offsets."""
    first = bisect_left(source.links, start, key=_beginning)
    last = bisect_left(source.links, end, first, key=_beginning)
    return [link for link in source.links[first:last] if link.span.end <= end]


def _named(source: Note, position: int) -> str:
    """Return the name of the property in which a link stands, as HTML text with a colon."""
    names = [found[1] for found in _PROPERTY.finditer(source.text, 0, position)]
    return f"{escape(names[-1])}: " if names else ""


def _language(source: Note, note: Note) -> str:
    """Return the `lang` attribute for text from another note, if its language differs."""
    if source.language == note.language:
        return ""
    return f' lang="{escape(source.lang or source.language)}"'
