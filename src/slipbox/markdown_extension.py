"""The Python-Markdown extension: what makes wikilinks links, on whatever engine renders the page.

Alone, it is given the vault (`vault: docs`) and knows each note by its text; a note that its audience may not see
becomes a blank page and an error. Under MkDocs and ProperDocs the plugin lays the note on the desk.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    AutolinkInlineProcessor,
    HtmlInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from slipbox.anchors import Anchors
from slipbox.block_ids import BlockIds
from slipbox.bounds import bound
from slipbox.brackets import look_once
from slipbox.callouts import Callouts
from slipbox.config import Options, PrivateLinks, parse_options
from slipbox.desk import Desk
from slipbox.embeds import EmbeddedNotes
from slipbox.flavour import BASELINE_SETTINGS, baseline, prepared
from slipbox.footnotes import OrderedFootnotes
from slipbox.keep import digest
from slipbox.links import link_of_url
from slipbox.marks import BareUrls, DisplayMath, OneTitle, SpacedHeadings, Tags, TaskMarks
from slipbox.media import FinishedMedia, SizedImages
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.note import BOM, parse_note
from slipbox.patience import patient
from slipbox.pipeline import Edition, State, edition_of, read_planned
from slipbox.render import Renderer, relative_url
from slipbox.resolve import How, Target
from slipbox.vault import Vault, read_vault
from slipbox.wikilinks import BRACKETED_URL, RAW_TAG, TablePipes, Wikilinks
from slipbox.words import word

log = logging.getLogger("slipbox")

LINE_END = r"\\\n"
"""A backslash at a line's end, which breaks the line."""


class SlipboxExtension(Extension):
    """Wikilinks, embeds, comments and the refusal of hidden notes, for Python-Markdown."""

    def __init__(self, desk: Desk | None = None, **options: Any) -> None:
        """Take the plugin's desk, or the options `vault`, `audience` and those of `config.Options`."""
        super().__init__()
        self.vault = options.pop("vault", None)
        self.options = parse_options(options, where="markdown_extensions: slipbox")
        self.desk = desk

    def incremental_key(self, page: Any) -> str | None:
        """Say what the page on the desk depends on besides its text, for whoever keeps pages; None if that is not known."""
        desk = self.desk
        if desk is None or desk.dependencies is None:
            return None
        text = page.markdown or ""
        return digest(desk.dependencies.of_text(text, desk.note), desk.page and desk.page.path)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register the processors, each where its neighbours in Python-Markdown need it."""
        alone = self.desk is None
        if alone:
            if "toc" not in md.treeprocessors:
                md.registerExtensions(["toc"], {})  # a link to a heading, and the embed of one, need its id
            md.registerExtensions(
                baseline(_modules(md)), {name: dict(given) for name, given in BASELINE_SETTINGS.items()}
            )
        desk = self.desk or _open_desk(self.options, self.vault)
        if not desk.renderer.edition.options.strict_line_breaks:
            md.registerExtensions(["nl2br"], {})
        md.preprocessors.register(_Opening(md, desk, self.options, alone=alone), "slipbox_opening", 33)
        md.preprocessors.register(TablePipes(md), "slipbox_table_pipes", 15)
        md.inlinePatterns.register(DisplayMath(md), "slipbox_display_math", 189.95)
        md.inlinePatterns.register(AutolinkInlineProcessor(BRACKETED_URL, md), "slipbox_autolinks", 187)
        md.inlinePatterns.register(HtmlInlineProcessor(RAW_TAG, md), "slipbox_raw_tags", 186)
        md.inlinePatterns.register(Wikilinks(md, desk), "slipbox_wikilinks", 185)
        if type(md.parser.blockprocessors["hashheader"]) is HashHeaderProcessor:
            md.parser.blockprocessors.register(SpacedHeadings(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(Callouts(md.parser, desk), "slipbox_callouts", 21)
        md.inlinePatterns.register(BareUrls(md), "slipbox_bare_urls", 110)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(LINE_END, "br"), "slipbox_line_end", 100.5)
        md.inlinePatterns.register(Tags(md, desk), "slipbox_tags", 76)
        md.treeprocessors.register(TaskMarks(md), "slipbox_tasks", 26)
        md.treeprocessors.register(BlockIds(md), "slipbox_block_ids", 28)
        md.treeprocessors.register(OneTitle(md, desk), "slipbox_one_title", 27)
        md.treeprocessors.register(SizedImages(md), "slipbox_sized_images", 6)
        md.treeprocessors.register(OrderedFootnotes(md), "slipbox_footnotes", 4)
        md.treeprocessors.register(EmbeddedNotes(md, desk), "slipbox_embeds", 3)
        md.treeprocessors.register(_OwnTargets(md, desk), "slipbox_own_targets", 1)
        md.treeprocessors.register(FinishedMedia(md), "slipbox_media", -10)
        look_once(md)
        bound(md)
        md.convert = patient(md.convert, desk)  # type: ignore[method-assign, assignment]


def _open_desk(options: Options, vault: str | None) -> Desk:
    """Read the vault, if one is given, for an extension that works alone."""
    folder = Path(vault) if vault else None
    read = read_vault(folder, options) if folder else Vault(notes=(), files=())
    edition = edition_of(read, options, planned=read_planned(Path(), options))
    return Desk(renderer=Renderer(edition=edition, anchors=Anchors()), make_markdown=similar)


def similar(outer: Markdown, desk: Desk) -> Markdown:
    """Make a `Markdown` with the extensions that the processors of another one come from, in their default settings."""
    usable = [name for name in _modules(outer) if hasattr(sys.modules[name], "makeExtension")]
    return Markdown(extensions=[*usable, SlipboxExtension(desk=desk)])


def _modules(md: Markdown) -> list[str]:
    """Return the names of the extensions that the processors of a `Markdown` come from."""
    registries = (md.preprocessors, md.parser.blockprocessors, md.inlinePatterns, md.treeprocessors)
    modules = dict.fromkeys(type(processor).__module__ for registry in registries for processor in registry)
    return [name for name in modules if name.startswith(("markdown.extensions.", "pymdownx."))]


class _Opening(Preprocessor):
    """Looks at the whole text first: refuses a hidden note, takes the comments out."""

    def __init__(self, md: Markdown, desk: Desk, options: Options, *, alone: bool) -> None:
        super().__init__(md)
        self.desk, self.options, self.alone = desk, options, alone

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines that may be rendered."""
        text = "\n".join(lines).lstrip(BOM).replace("\r\n", "\n").replace("\r", "\n")
        start = 0
        if self.alone:
            note = _recognised(self.desk.renderer.edition, text) or parse_note(
                NotePath(""), text, self.options
            )
            if not self.options.audience.sees(note.visibility):
                log.error("a note is %s: it is not rendered (level DEBUG names it)", note.visibility.value)
                log.debug("not rendered: %s", note.path or "a text that is no note of the vault")
                return [""]
            self.desk.lay(note)
            start = note.body_start if text.startswith("---") else 0
        language = self.desk.note.language if self.desk.note else self.options.language
        return prepared(text[start:], language, self._url, self._address).split("\n")

    def _url(self, url: str) -> str | None:
        """Return a URL in the raw HTML of the note on the desk as seen from the page; None if it leads to what is hidden."""
        note, page = self.desk.note, self.desk.page
        return self.desk.renderer.raw_url(url, note, page) if note and page else url

    def _address(self, name: str) -> str | None:
        """Return the URL of the note that a diagram's node names, as seen from the page; empty if there is none, None if hidden."""
        note, page, renderer = self.desk.note, self.desk.page, self.desk.renderer
        meaning = renderer.named(name, note) if note and name else None
        if meaning is None or page is None or meaning.target is None:
            return None if meaning and meaning.state is State.PRIVATE else ""
        return (renderer.address or relative_url)(page.path, meaning.target.path)


def _recognised(edition: Edition, text: str) -> Note | None:
    """Return the note whose text or body this is; of several the most restricted."""
    wanted = text.strip()
    found = [
        note for note in edition.whole.notes.values() if wanted in (note.text.strip(), note.body.strip())
    ]
    return max(found, key=lambda note: note.visibility.restriction, default=None)


class _OwnTargets(Treeprocessor):
    """Settles the links in Markdown's own syntax before the engine resolves them.

    Those to hidden notes are taken away; those that name a file elsewhere get its path, and headings by their words their ids.
    """

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(md)
        self.desk = desk

    def run(self, root: Element) -> None:
        """Make each link or picture that leads to a hidden note a `span`, and mend the others' addresses."""
        note, edition = self.desk.note, self.desk.renderer.edition
        for element in root.iter() if note else ():
            name = {"a": "href", "img": "src"}.get(element.tag, "")
            written = name and not element.get("class", "").startswith("slipbox-")
            link = link_of_url(element.get(name, ""), LinkKind.MARKDOWN) if written else None
            if note is None or link is None:
                continue
            meaning = edition.meaning(link, note.path)
            if meaning.state is State.PRIVATE:
                is_link, element.tag = element.tag == "a", "span"
                element.attrib.clear()
                if is_link and edition.options.private_links is PrivateLinks.REDACT:
                    element[:], element.text = [], word("private", note.language)
            elif meaning.target:
                self._mend(element, name, link, meaning.target)
        for outer in list(root.iter("a")):
            for inner in [child for child in outer.iter("a") if child is not outer]:
                inner.tag = "span"  # a link in a link's words is words
                inner.attrib.pop("href", None)

    def _mend(self, element: Element, name: str, link: Link, target: Target) -> None:
        """Give an element the path of the file it names elsewhere, and the id of a heading that it names by its words."""
        note, renderer = self.desk.note, self.desk.renderer
        found = renderer.edition.notes.get(target.path)
        fragment = urlsplit(element.get(name, "")).fragment
        anchor = renderer.anchors.by_words(found, link)
        if note and (anchor or target.how is not How.RELATIVE):
            ending = f"#{anchor or fragment}" if anchor or fragment else ""
            element.set(name, relative_url(note.path, target.path) + ending)


def makeExtension(**options: Any) -> SlipboxExtension:  # noqa: N802 - Python-Markdown's name
    """Return the extension, as Python-Markdown asks for it by module name."""
    return SlipboxExtension(**options)
