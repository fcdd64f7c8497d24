"""The Python-Markdown extension: what makes wikilinks links, on whatever engine renders the page.

Alone, it is given the vault (`vault: docs`) and knows each note by its text; a note that its audience may not see
becomes a blank page and an error. Under MkDocs and ProperDocs the plugin lays the note on the desk.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import HtmlInlineProcessor, InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from slipbox.anchors import Anchors
from slipbox.config import Options, parse_options
from slipbox.model import Audience, Link, LinkKind, Note, NotePath, Span
from slipbox.pipeline import Edition, State, edition_of, read_planned
from slipbox.regions import find_regions, mask
from slipbox.render import Renderer
from slipbox.syntax import WIKILINK, parse_wikilink, without_comments
from slipbox.vault import Vault, parse_note, read_vault

log = logging.getLogger("slipbox")

_ROW = re.compile(r"^[> \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)+$")
_LINK = re.compile(WIKILINK)
_RAW = r"(<[a-zA-Z/!](?=[^<>\n]*>)[^<>\n]*\[\[[^<>\n]*>)"


@dataclass(slots=True)
class Desk:
    """What lies on the desk: the renderer of the edition, and the note that is being rendered."""

    renderer: Renderer
    """Renders links for the audience."""
    note: Note | None = None
    """The note that is being rendered; None for text that is no note of the vault."""


class SlipboxExtension(Extension):
    """Wikilinks, comments and the refusal of hidden notes, for Python-Markdown."""

    def __init__(self, desk: Desk | None = None, **options: Any) -> None:
        """Take the plugin's desk, or the options `vault`, `audience` and those of `config.Options`."""
        super().__init__()
        self.vault = options.pop("vault", None)
        self.options = parse_options(options, where="markdown_extensions: slipbox")
        self.desk = desk

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register the processors, each at the priority that `slipbox.md` gives the reason for."""
        alone = self.desk is None
        desk = self.desk or _open_desk(self.options, self.vault)
        md.preprocessors.register(_Opening(md, desk, self.options, alone=alone), "slipbox_opening", 33)
        md.preprocessors.register(_TablePipes(md), "slipbox_table_pipes", 15)
        md.inlinePatterns.register(HtmlInlineProcessor(_RAW, md), "slipbox_raw_tags", 186)
        md.inlinePatterns.register(_Wikilinks(md, desk), "slipbox_wikilinks", 185)
        md.treeprocessors.register(_HiddenTargets(md, desk), "slipbox_hidden_targets", 1)


def _open_desk(options: Options, vault: str | None) -> Desk:
    """Read the vault, if one is given, for an extension that works alone."""
    folder = Path(vault) if vault else None
    read = read_vault(folder, options) if folder else Vault(notes=(), files=())
    edition = edition_of(read, options, planned=read_planned(Path(), options))
    return Desk(renderer=Renderer(edition=edition, anchors=Anchors()))


class _Opening(Preprocessor):
    """Looks at the whole text first: refuses a hidden note, takes the comments out."""

    def __init__(self, md: Markdown, desk: Desk, options: Options, *, alone: bool) -> None:
        super().__init__(md)
        self.desk, self.options, self.alone = desk, options, alone

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines that may be rendered."""
        text = "\n".join(lines)
        start = 0
        if self.alone:
            note = _recognised(self.desk.renderer.edition, text) or parse_note(
                NotePath(""), text, self.options
            )
            if not self.options.audience.sees(note.visibility):
                log.error("%s is %s: it is not rendered", note.path or "a note", note.visibility.value)
                return [""]
            self.desk.note = note
            start = note.body_start if text.startswith("---") else 0
        return without_comments(text[start:]).split("\n")


def _recognised(edition: Edition, text: str) -> Note | None:
    """Return the note whose text or body this is."""
    wanted = text.strip()
    found = [
        note for note in edition.whole.notes.values() if wanted in (note.text.strip(), note.body.strip())
    ]
    return max(found, key=lambda note: note.visibility.restriction, default=None)


class _TablePipes(Preprocessor):
    """Protects the pipes inside wikilinks in the rows of tables."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with the pipes of links escaped in every block that has a table's second row."""
        table = False
        done: list[str] = []
        for number, line in enumerate(lines):
            follows = number + 1 < len(lines) and bool(_ROW.match(lines[number + 1]))
            table = bool(line.strip()) and (table or follows)
            done.append(_protected(line) if table and "[[" in line else line)
        return done


def _protected(row: str) -> str:
    """Return a table's row with the pipes inside its wikilinks escaped."""
    masked = mask(row, find_regions(row))
    for found in reversed(list(_LINK.finditer(masked))):
        inner = re.sub(r"(?<!\\)\|", r"\\|", row[found.start() : found.end()])
        row = row[: found.start()] + inner + row[found.end() :]
    return row


class _Wikilinks(InlineProcessor):
    """Makes elements of wikilinks."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(WIKILINK, md)
        self.desk = desk

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        """Return the element for a link and where it stood; nothing for an escaped one."""
        start = m.start()
        if _escaped(data, start):
            if not m["bang"]:
                return None, None, None
            start += 1
        span = Span(path=NotePath(""), start=m.start(), end=m.end())
        link = parse_wikilink(m["inner"], span, embed=bool(m["bang"]) and start == m.start())
        if link is None:
            return None, None, None
        element = self.desk.renderer.link(link, self.desk.note or _NO_NOTE)
        if not isinstance(element, str):
            element.text = AtomicString(element.text or "")
        return element, start, m.end()


def _escaped(data: str, position: int) -> bool:
    """Return whether an odd number of backslashes stands before a position."""
    before = data[:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


class _HiddenTargets(Treeprocessor):
    """Takes the links in Markdown's own syntax to hidden notes away, before the engine resolves them."""

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(md)
        self.desk = desk

    def run(self, root: Element) -> None:
        """Make each `a` that leads to a hidden note a `span`."""
        note, edition = self.desk.note, self.desk.renderer.edition
        if note is None or edition.options.audience is Audience.SERVE:
            return
        for element in root.iter("a"):
            link = _as_link(element.get("href", ""))
            if link and edition.meaning(link, note.path).state is State.PRIVATE:
                element.tag = "span"
                element.attrib.clear()


def _as_link(href: str) -> Link | None:
    """Return a relative URL as a link of the vault, or None for any other."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path or href.startswith("/"):
        return None
    return Link(
        span=Span(path=NotePath(""), start=0, end=0), kind=LinkKind.MARKDOWN, target=unquote(parts.path)
    )


_NO_NOTE = parse_note(NotePath(""), "", Options())


def makeExtension(**options: Any) -> SlipboxExtension:  # noqa: N802 - Python-Markdown's name
    """Return the extension, as Python-Markdown asks for it by module name."""
    return SlipboxExtension(**options)
