"""Put embedded notes, sections and blocks where the page asks for them.

An embedded note is rendered once with a `Markdown` of its own and sliced; the copy gets fresh ids, its links are made
relative to the page, and it ends with a link to its source. Source: Obsidian's help page *Embed files*.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER, HTML_PLACEHOLDER_RE

from slipbox.desk import Desk, Place
from slipbox.extent import MAX_DEPTH, MAX_EMBEDS
from slipbox.footnotes import FOOTNOTES, footnotes_of
from slipbox.lift import is_embed, lift, take_out
from slipbox.model import Link, LinkKind, Note, NotePath, Span
from slipbox.names import fold
from slipbox.raw_html import ids_in, with_prefix
from slipbox.render import EMBED, rebased, relative_url
from slipbox.resolve import How, Target
from slipbox.words import word

_ID_REFERENCES = ("for", "name", "aria-labelledby", "aria-describedby", "aria-controls", "headers")
ANCHORS_OF_ENGINES = ("mkdocs_extract_anchors", "properdocs_extract_anchors")
"""What engines collect the ids of a page with, to check links by; they have looked before the copies are in their places."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """How the ids of a copy are made its own."""

    prefix: str
    """What is put before each."""
    ids: Collection[str]
    """The ids that are in the copy."""
    source: str
    """The URL of the note it was taken from, as its links are written; empty for a copy on that note's own page."""
    published: str
    """The same as raw HTML needs it, which no engine looks at any more."""


class EmbeddedNotes(Treeprocessor):
    """Replaces each place where a note is embedded by the note; runs after `toc`, which must not list its headings."""

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(md)
        self.outer, self.desk, self.count = md, desk, 0

    def run(self, root: Element) -> None:
        """Replace every place in the tree."""
        if next(root.iter(EMBED), None) is None:
            return
        self.count = 0
        for parent in list(root.iter()):
            for place in [child for child in parent if child.tag == EMBED]:
                if "path" in place.attrib:
                    self._fill(place)
                else:
                    take_out(parent, place)
        lift(root)
        for name in ANCHORS_OF_ENGINES:
            if name in self.outer.treeprocessors:
                self.outer.treeprocessors[name].run(root)

    def _fill(self, place: Element) -> None:
        """Make the place the embedded note, or say why it isn't."""
        path, subpath = NotePath(place.attrib.pop("path")), place.attrib.pop("subpath")
        place.text = None
        place.tag = "div"
        place.set("class", "slipbox-embed")
        note, step = self.desk.renderer.edition.notes[path], (path, fold(subpath))
        refused = self._refused(step)
        if refused:
            self._refuse(place, note, refused)
            if refused != "cycle":
                place.append(self._source(note, subpath))
            return
        self.count += 1
        self.desk.embedded.append(step)
        if self.desk.page and note.language != self.desk.page.language:
            place.set("lang", note.lang or note.language)
        inner = Desk(
            renderer=self.desk.renderer, note=note, page=self.desk.page, stack=(*self.desk.stack, step),
            make_markdown=self.desk.make_markdown, embedded=self.desk.embedded,
        )  # fmt: skip
        assert self.desk.make_markdown is not None
        markdown = self.desk.make_markdown(self.outer, inner)
        whole = _tree(markdown, note.body)
        parts = self._slice(whole, note, subpath)
        footnotes = footnotes_of(parts, whole) if subpath else None
        parts += [] if footnotes is None else [footnotes]
        fresh = self._fresh(parts, note, markdown)
        for part in parts:
            self._settle(part, note, markdown, fresh, based=False)
        place.extend(parts)
        place.append(self._source(note, subpath))

    def _fresh(self, parts: list[Element], note: Note, markdown: Markdown) -> Fresh:
        """Return how the ids in the parts of a note are made a copy's own."""
        ids = {element.get("id", "") for part in parts for element in part.iter()}
        for text in (
            text for part in parts for element in part.iter() for text in (element.text, element.tail)
        ):
            for found in HTML_PLACEHOLDER_RE.finditer(text or ""):
                html = markdown.htmlStash.rawHtmlBlocks[int(found[1])]
                ids |= ids_in(html) if isinstance(html, str) else set()
        page = self.desk.page or note
        moved = note.path != page.path
        url = self.desk.renderer.address or relative_url
        return Fresh(
            prefix=f"e{self.count}-", ids=ids,
            source=relative_url(page.path, note.path) if moved else "", published=url(page.path, note.path) if moved else "",
        )  # fmt: skip

    def _slice(self, root: Element, note: Note, subpath: str) -> list[Element]:
        """Return the elements that a subpath names; all of them if it names none."""
        probe = Link(span=_NOWHERE, kind=LinkKind.WIKI, target="", subpath=subpath)
        wanted = self.desk.renderer.anchors.of(note, probe)
        if not wanted:
            return list(root)
        parents = {child: parent for parent in root.iter() for child in parent}
        found = next((element for element in root.iter() if element.get("id") == wanted), None)
        if found is None:
            return []
        if found.tag == "li":
            return [_wrapped("ul", found)]
        if found.tag not in _HEADINGS:
            return [found]
        siblings = list(parents[found])
        taken = [found]
        for sibling in siblings[siblings.index(found) + 1 :]:
            if (sibling.tag in _HEADINGS and sibling.tag <= found.tag) or sibling.get("class") == FOOTNOTES:
                break
            taken.append(sibling)
        return taken

    def _settle(self, element: Element, note: Note, markdown: Markdown, fresh: Fresh, *, based: bool) -> None:
        """Make a copy at home on the page: fresh ids, links from the page's folder, raw HTML in the page's stash.

        `based` says that its links are relative to the page already, as in an embed within the embed.
        """
        element.text, element.tail = (
            self._restash(element.text, markdown, fresh),
            self._restash(element.tail, markdown, fresh),
        )
        for name in ("id", *_ID_REFERENCES):
            if name in element.attrib:
                element.set(name, fresh.prefix + element.attrib[name])
        if element.tag == "h1":
            element.tag = "h2"  # a page has one title: its own
        based = based or is_embed(element)
        for name in ("href", "src"):
            url = element.get(name, "")
            if url[:1] == "#" and url[1:] in fresh.ids:
                element.set(name, f"#{fresh.prefix}{url[1:]}")
            elif url[:1] == "#" and not based:
                element.set(name, fresh.source + url)
            elif url and not based and element.get("class", "").split(" ")[0] not in _OWN:
                element.set(name, rebased(url, note.path, (self.desk.page or note).path))
        for child in element:
            self._settle(child, note, markdown, fresh, based=based)

    def _restash(self, text: str | None, markdown: Markdown, fresh: Fresh) -> str | None:
        """Move what is stashed in the copy's `Markdown` to the page's, with fresh ids."""
        if not text or HTML_PLACEHOLDER[0] not in text:
            return text

        def moved(found: re.Match[str]) -> str:
            html = markdown.htmlStash.rawHtmlBlocks[int(found[1])]
            if isinstance(html, str):
                html = with_prefix(html, fresh.prefix, fresh.ids, fresh.published)
            return self.outer.htmlStash.store(html)

        return HTML_PLACEHOLDER_RE.sub(moved, text)

    def _source(self, note: Note, subpath: str) -> Element:
        """Return the link to where the copy was taken from."""
        page, link = (
            self.desk.page or note,
            Link(span=_NOWHERE, kind=LinkKind.WIKI, target=note.path, subpath=subpath),
        )
        href = self.desk.renderer.href(link, Target(path=note.path, how=How.PATH), note, page)
        element = Element("a", {"class": "slipbox-embed-source", "href": href})
        element.text = note.title
        return _wrapped("p", element)

    def _refused(self, step: Place) -> str:
        """Return the key of the words that say why an embed is left out; empty if it isn't."""
        if step in self.desk.stack:
            return "cycle"
        if len(self.desk.stack) > MAX_DEPTH:
            return "too_deep"
        return "too_many" if len(self.desk.embedded) >= MAX_EMBEDS else ""

    def _refuse(self, place: Element, note: Note, why: str) -> None:
        """Say why an embed is left out: it would embed itself, stands too deep, or is one too many."""
        place.set("class", "slipbox-embed slipbox-embed-refused")
        language = (self.desk.page or note).language
        if self.desk.note and self.desk.note.language != language:
            place.set("lang", language)
        text = Element("p")
        names = [*(path for path, _ in self.desk.stack), note.path]
        trail = names[names.index(note.path) :] if why == "cycle" else names
        titles = " → ".join(self.desk.renderer.edition.notes[path].title for path in trail)
        text.text = f"{word(why, language)}: {titles}"
        place.append(text)


_NOWHERE = Span(path=NotePath(""), start=0, end=0)
_OWN = (
    "slipbox-link",
    "slipbox-tag",
    "slipbox-image",
    "slipbox-embed-source",
    "slipbox-audio",
    "slipbox-video",
    "slipbox-pdf",
)


def _tree(markdown: Markdown, text: str) -> Element:
    """Return the tree of a text as `Markdown.convert` makes it, before it is written out."""
    lines = text.split("\n")
    for preprocessor in markdown.preprocessors:
        lines = preprocessor.run(lines)
    root: Element = markdown.parser.parseDocument(lines).getroot()  # type: ignore[assignment]
    for processor in markdown.treeprocessors:
        root = processor.run(root) or root
    return root


def _wrapped(tag: str, child: Element) -> Element:
    """Return an element with one child."""
    parent = Element(tag)
    child.tail = None
    parent.append(child)
    return parent
