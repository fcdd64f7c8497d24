"""Write notes as plain Markdown for an engine that knows nothing of slipbox: links, embeds, comments and ids settled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from slipbox.comments import stand_ins
from slipbox.config import PrivateLinks
from slipbox.copies import Copy, Part, lead_of, set_in, sized
from slipbox.discretion import spoken
from slipbox.drawings import Drawings
from slipbox.extent import MAX_DEPTH, MAX_EMBEDS, extent_of, has_part
from slipbox.flavour import prepared
from slipbox.links import DESTINATION, REFERENCE
from slipbox.media import Media, media_of, split_size
from slipbox.metadata import visible
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.names import fold
from slipbox.pipeline import Edition, State
from slipbox.raw_html import with_urls, without_ids
from slipbox.references import unreferenced
from slipbox.region import RegionKind
from slipbox.regions import find_regions
from slipbox.render import Renderer, Url, relative_url
from slipbox.resolve import How, Target

_TABLE_ROW = re.compile(r"[> \t]*\|")
_CODE_OR_BRACKET = re.compile(r"`[^`]*`|[\[\]]")
_PDF_PAGE = re.compile(r"page=\d{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trail:
    """What is being embedded in a page, from the outside in, and how many embeds the page has left."""

    steps: tuple[tuple[NotePath, str], ...]
    """Notes, each with a subpath, folded."""
    left: list[int]
    """One number, shared by all trails of a page."""

    @classmethod
    def at(cls, note: Note) -> _Trail:
        """Begin on a note's own page."""
        return cls(steps=((note.path, ""),), left=[MAX_EMBEDS])

    def into(self, note: Note, link: Link) -> _Trail | None:
        """Go into an embedded note; None if it would embed itself, stands too deep, or is one too many."""
        step = (note.path, fold(link.subpath))
        if step in self.steps or len(self.steps) > MAX_DEPTH or not self.left[0]:
            return None
        self.left[0] -= 1
        return _Trail(steps=(*self.steps, step), left=self.left)

    @property
    def number(self) -> int:
        """Return which of the page's embeds this is; 0 for the page itself."""
        return MAX_EMBEDS - self.left[0] if len(self.steps) > 1 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Writes notes of an edition as plain Markdown."""

    edition: Edition
    """What may be seen."""
    renderer: Renderer
    """Knows what links show and where they lead."""
    url: Url = relative_url
    """Gives the URL of a file as seen from a page."""
    drawings: Drawings | None = None
    """Draws canvases; without it they are words and links."""

    def text(self, note: Note) -> str:
        """Return the whole text of a note's file."""
        head = self._part(note, note, 0, note.body_start, _Trail.at(note))
        if "%%" in head:
            told = visible(dict(note.properties), note, self.renderer)
            head = f"---\n{json.dumps(told, ensure_ascii=False)}\n---\n"
        return head + self.body(note)

    def body(self, note: Note) -> str:
        """Return a note's text after its properties."""
        body = self._part(note, note, note.body_start, len(note.text), _Trail.at(note))
        return prepared(body, note.language, address=lambda name: None if self._is_hidden(name, note) else "")

    def _is_hidden(self, name: str, note: Note) -> bool:
        """Return whether a node of a diagram in a note names one that the audience may not see."""
        return self.renderer.named(name, note).state is State.PRIVATE

    def _part(self, note: Note, page: Note, start: int, end: int, trail: _Trail) -> str:
        """Return a part of a note's text as it stands on a page; a copy brings the footnotes that it names."""
        copy = self._copy(note, page, trail)
        places = [(start, end), *(copy.footnotes(start, end) if copy else ())]
        return "\n\n".join(self._written(note, page, first, last, trail) for first, last in places)

    def _written(self, note: Note, page: Note, start: int, end: int, trail: _Trail) -> str:
        """Return a stretch of a note's text with every link replaced; a copy has no ids of blocks."""
        text, copy = note.text, self._copy(note, page, trail)
        parts: list[Part] = []
        for link in note.links:
            if not start <= link.span.start < end or link.kind is LinkKind.HTML:
                continue
            if link.kind is LinkKind.MARKDOWN:
                parts += self._markdown(link, note, page)
            else:
                parts.append((link.span.start, link.span.end, self._link(link, note, page, trail)))
        for block in note.blocks:
            if start <= block.span.start < end:
                own = f'<span id="{block.id}"></span>' if not copy else ""
                parts.append((block.span.start, block.span.end, _parted(text, block.span.start) + own))
        parts += copy.parts(start, end) if copy else ()
        parts += unreferenced(note, start, end, self.edition)
        parts += self._regions(note, page, start, end, is_copy=copy is not None)
        done: list[str] = []
        position = start
        for first, last, written in sorted(parts):
            if first >= position:
                done += (text[position:first], written)
                position = last
        return "".join((*done, text[position:end]))

    def _copy(self, note: Note, page: Note, trail: _Trail) -> Copy | None:
        """Return what makes a part of a note a copy; None on the note's own page."""
        if not trail.number:
            return None
        anchors = self.renderer.anchors.headings(note) if self.drawings else None
        source = "" if note is page else self.url(page.path, note.path)
        return Copy(note=note, number=trail.number, source=source, anchors=anchors)

    def _regions(self, note: Note, page: Note, start: int, end: int, *, is_copy: bool) -> Iterator[Part]:
        """Yield the comments between two offsets with what stands for them, and the raw HTML as the page needs it."""
        regions = find_regions(note.text, note.body_start)
        comments = [region for region in regions if region.kind is RegionKind.COMMENT]
        for region, written in stand_ins(note.text, comments):
            if start <= region.start < end:
                yield region.start, min(region.end, end), written
        renderer = self.renderer
        if self.drawings and self.url is relative_url:
            renderer = replace(renderer, address=self.drawings.address)

        def at(url: str) -> str | None:
            inside = is_copy and note is not page and url.startswith("#")
            return (
                f"{(renderer.address or relative_url)(page.path, note.path)}{url}"
                if inside
                else renderer.raw_url(url, note, page)
            )

        for region in regions:
            if region.kind is RegionKind.HTML and start <= region.start < end:
                html = with_urls(note.text[region.start : region.end], at)
                yield region.start, region.end, without_ids(html) if is_copy else html

    def _link(self, link: Link, note: Note, page: Note, trail: _Trail) -> str:
        """Return what is written for a wikilink, or for a link in Markdown's own syntax on a canvas."""
        meaning = self.edition.meaning(link, note.path)
        text = self.renderer.display(link, meaning, note)
        if meaning.target is None or link.kind is LinkKind.PROPERTY:
            return "" if link.embed and meaning.state is State.PRIVATE else text
        if link.embed:
            return self._embed(link, meaning.target, note, page, trail)
        if media_of(meaning.target.path) in (Media.CANVAS, Media.BASE):
            return text
        text = _escaped(text).replace("|", "\\|") if _in_row(note, link) else _escaped(text)
        return f"[{text}](<{self.renderer.href(link, meaning.target, note, page, self.url)}>)"

    def _markdown(self, link: Link, note: Note, page: Note) -> Iterator[Part]:
        """Yield what is written otherwise in a link in Markdown's own syntax: its destination, or all that makes it a link."""
        meaning, (start, end) = self.edition.meaning(link, note.path), (link.span.start, link.span.end)
        places = [found.start() for found in DESTINATION.finditer(note.text, start, end)]
        definition = REFERENCE.match(note.text, start, end)
        if meaning.state is State.PRIVATE:
            redacted = self.edition.options.private_links is PrivateLinks.REDACT
            if link.embed or definition or redacted or not places:
                words = link.display and not link.embed and spoken(link, note.language, self.edition.options)
                yield start, end, words or ""
            else:
                yield from ((start, start + 1, ""), (places[-1], end, ""))
        elif meaning.target and (url := self._moved(link, meaning.target, note, page)):
            if definition:
                yield *definition.span("bare" if definition["bare"] else "angle"), url
            elif places:
                yield places[-1], end, f"](<{url}>)"
        if link.embed and places and meaning.state is not State.PRIVATE:
            yield from sized(note.text, start + len("!["), places[-1], end)

    def _moved(self, link: Link, target: Target, note: Note, page: Note) -> str:
        """Return the URL of a link in Markdown's own syntax where it stands now; empty where it can stay."""
        anchor = self.renderer.anchors.by_words(self.edition.notes.get(target.path), link)
        if note is page and self.url is relative_url and target.how is How.RELATIVE and not anchor:
            return ""
        fragment = f"#{anchor or quote(link.subpath)}" if link.subpath else ""
        return self.url(page.path, target.path) + fragment

    def _embed(self, link: Link, target: Target, note: Note, page: Note, trail: _Trail) -> str:
        """Return the text of an embedded note, or Markdown for a picture, or a link to another file."""
        found = self.edition.notes.get(target.path)
        if found is None:
            alt, width, height = split_size(link.display)
            url, name = self.url(page.path, target.path), target.path.rpartition("/")[2]
            if media_of(target.path) is Media.CANVAS:
                return self._canvas(target.path, alt or name, page)
            if media_of(target.path) is Media.BASE:
                return alt or name
            mark = "!" if media_of(target.path) is Media.IMAGE else ""
            sizes = f"width={width}{f' height={height}' if height else ''}"
            page_of = _PDF_PAGE.search(link.subpath) if media_of(target.path) is Media.PDF else None
            place = f"#{page_of[0]}" if page_of else ""
            return (
                f"{mark}[{_escaped(alt or name)}](<{url}{place}>){f'{{ {sizes} }}' if mark and width else ''}"
            )
        inner = trail.into(found, link) if has_part(found, link.subpath) and not _in_row(note, link) else None
        href = self.renderer.href(link, Target(path=found.path, how=How.PATH), note, page, self.url)
        source = f"[{_escaped(found.title)}](<{href}>)"
        if inner is None:
            return source
        start, end = extent_of(found, link.subpath)
        lead = lead_of(note.text, link.span.start)
        copied = self._part(found, page, start, end, inner).strip()
        return set_in(f"\n\n{copied}\n\n{source}\n\n", lead)

    def _canvas(self, path: NotePath, words: str, page: Note) -> str:
        """Return what stands for a canvas: its picture, where the export has one, and the links in it as a list."""
        canvas = self.edition.canvases.get(path)
        if canvas is None or not canvas.is_read:
            return words
        drawings = self.drawings
        shown = drawings.shown(path, words, page.path) if drawings and drawings.picture(path) else words
        links = (
            self._link(replace(link, embed=False), card, page, _Trail.at(page))
            for link, card in self.renderer.picture(canvas, lambda link: "").seen()
        )
        listed = "".join(f"- {link}\n" for link in dict.fromkeys(links) if link)
        return f"\n\n{shown}\n\n{listed}\n" if listed else shown


def _in_row(note: Note, link: Link) -> bool:
    """Return whether a link stands in the row of a table."""
    return bool(_TABLE_ROW.match(note.text, note.text.rfind("\n", 0, link.span.start) + 1))


def _parted(text: str, position: int) -> str:
    """Return the line end that parts a block's id, on a line of its own, from the table or quote right above it."""
    start = text.rfind("\n", 0, position) + 1
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)].strip()
    return "\n" if start == position and ("|" in above or above.startswith(">")) else ""


def _escaped(text: str) -> str:
    """Return words as the text of a Markdown link; code in them stays."""
    return _CODE_OR_BRACKET.sub(lambda found: found[0] if len(found[0]) > 1 else f"\\{found[0]}", text)
