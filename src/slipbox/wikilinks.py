"""Read wikilinks inline, and keep them whole where Markdown would cut them: in tables and in HTML tags."""

from __future__ import annotations

import re
from copy import deepcopy
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from slipbox.config import Options
from slipbox.desk import Desk
from slipbox.inline import ESCAPE
from slipbox.links import CODE, WIKILINK, parse_wikilink
from slipbox.model import NotePath, Span
from slipbox.note import parse_note
from slipbox.region import mask
from slipbox.regions import find_regions
from slipbox.render import RAW

RAW_TAG = r"(<[a-zA-Z/!](?=[^<>\n]*>)[^<>\n]*\[\[[^<>\n]*>)"
"""A tag with two brackets in it: kept as it is before links are read."""
BRACKETED_URL = r"<(https?://[^<>\s]*\[\[[^<>\s]*)>"
"""An address in angle brackets that has two brackets in it: no tag, and no link in a link."""

_ROW = re.compile(r"^[> \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)+$")
_LINK = re.compile(WIKILINK)
_CODE = re.compile(CODE.replace("[0-9]+", "([0-9]+)"))
_ESCAPED = re.compile(ESCAPE)
_NO_NOTE = parse_note(NotePath(""), "", Options())


_ID_LINE = re.compile(r"(?P<quote>[> \t]*)\^[A-Za-z0-9-]+[ \t]*$")


class TablePipes(Preprocessor):
    """Protects the pipes inside wikilinks in the rows of tables, and parts a table or quote from the id right below it."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with the pipes of links escaped in every block that has a table's second row."""
        table = False
        done: list[str] = []
        for number, line in enumerate(lines):
            follows = number + 1 < len(lines) and bool(_ROW.match(lines[number + 1]))
            table = bool(line.strip()) and (table or follows)
            own = _ID_LINE.match(line)
            if own and number and (table or _is_quoted(lines[number - 1], own["quote"])):
                done.append(own["quote"].rstrip())
                table = False
            done.append(_protected(line) if table and "[[" in line else line)
        return done


def _is_quoted(line: str, quote: str) -> bool:
    """Return whether a line is quoted more deeply than what begins with `quote`."""
    return line.lstrip("> \t") != "" and line[: len(line) - len(line.lstrip("> \t"))].count(
        ">"
    ) > quote.count(">")


def _protected(row: str) -> str:
    """Return a table's row with the pipes inside its wikilinks escaped."""
    masked = mask(row, find_regions(row))
    for found in reversed(list(_LINK.finditer(masked))):
        inner = re.sub(r"(?<!\\)\|", r"\\|", row[found.start() : found.end()])
        row = row[: found.start()] + inner + row[found.end() :]
    return row


class Wikilinks(InlineProcessor):
    """Makes elements of wikilinks.

    Runs after code spans, so that code is code, and before escapes, so that a table's escaped pipe is still one.
    """

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
        if _ESCAPED.search(data, m.start("inner"), m.end()):
            return None, None, None  # `[[a [x\]]]`: an escaped bracket closes nothing
        span = Span(path=NotePath(""), start=m.start(), end=m.end())
        pieces = self._pieces(m["inner"])
        if pieces is None:
            return None, None, None
        inner = "".join(each if isinstance(each, str) else each.text or "" for each in pieces)
        link = parse_wikilink(inner, span, embed=bool(m["bang"]) and start == m.start())
        if link is None:
            return None, None, None
        note = self.desk.note or _NO_NOTE
        element = self.desk.renderer.link(link, note, self.desk.page or note)
        if not isinstance(element, str) and element.tag == RAW:
            return self.md.htmlStash.store(element.get("html", "")), start, m.end()
        if not isinstance(element, str):
            element.text = AtomicString(element.text or "")
            if len(pieces) > 1 and element.text == link.display:
                _fill(element, pieces)
        return element, start, m.end()

    def _pieces(self, inner: str) -> list[str | Element] | None:
        """Return what stands in a link as text and code; None if code is in its name, or something else is anywhere."""
        stash: dict[str, str | Element] = getattr(self.md.treeprocessors["inline"], "stashed_nodes", {})
        pieces: list[str | Element] = []
        for number, part in enumerate(_CODE.split(inner)):
            node = stash.get(part) if number % 2 else part
            if not isinstance(node, str) and (
                node is None or node.tag != "code" or "|" not in inner.partition("\x02")[0]
            ):
                return None
            pieces.append(node)
        return pieces


def _fill(element: Element, pieces: list[str | Element]) -> None:
    """Put text and code into a link, whose name stands before the first pipe."""
    element.text = AtomicString(str(pieces[0]).partition("|")[2].lstrip())
    for piece in pieces[1:]:
        if isinstance(piece, str):
            element[-1].tail = AtomicString(piece)
        else:
            element.append(deepcopy(piece))
    element[-1].tail = AtomicString((element[-1].tail or "").rstrip())


def _escaped(data: str, position: int) -> bool:
    """Return whether an odd number of backslashes stands before a position."""
    first = position
    while first and data[first - 1] == "\\":
        first -= 1
    return (position - first) % 2 == 1
