"""The sections of a page as Material's search plugin finds them, found four times as fast.

Material reads each page with `html.parser`, tag by tag, which is a sixth of a build. Here one pattern takes the page apart, and what
Material's parser does with each tag is done at once. That holds for HTML as Markdown and its extensions write it. Of anything else (a
comment, a script, an attribute without quotes, a lone `<`) nothing is said, and Material's own parser reads the page. So does it where it is
another than the one that was read for this file.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from html import escape, unescape
from pathlib import Path
from types import ModuleType
from typing import Any

READ = frozenset({"b3dc5011f0576b864f31496b679d01e9"})
"""Digests of the parsers that this file does the work of."""
_NAME = r"[a-zA-Z_][\w.:-]*"
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9-]*)((?:\s+{_NAME}(?:=\"[^\"]*\")?)*)\s*(/?)>", re.ASCII)
_ATTRIBUTE = re.compile(rf"({_NAME})(?:=\"([^\"]*)\")?", re.ASCII)
_RAW = re.compile(
    r"<(?:script|style|object|iframe|xmp|noembed|noframes|noscript|plaintext)\b"
    r"|<(?:title|textarea)\b(?![^<>]*>[^<]*</(?:title|textarea)>)"
)
"""Elements whose text is read in another way, or is left out; of those that hold plain text, ones that hold more."""
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_KEPT = frozenset(("p", "code", "pre", "li", "ol", "ul", "sub", "sup"))
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)  # fmt: skip


def is_read(module: ModuleType) -> bool:
    """Return whether the parser of Material's search plugin is the one that this file does the work of."""
    text = Path(str(module.__file__)).read_text("utf-8")
    parser = text[text.find("# Search index with") : text.find("# Set up logging")]
    names = text[text.find("# Tags that are self-closing") :]
    return blake2b(f"{parser}{names}".encode(), digest_size=16).hexdigest() in READ


def sections_of(html: str, make_element: Any, make_section: Any) -> list[Any] | None:
    """Return the sections of a page's HTML; None if another has to read it."""
    if _RAW.search(html):
        return None
    reader = _Reader(make_element, make_section)
    at = 0
    try:
        for found in _TAG.finditer(html):
            start = found.start()
            if start > at and not reader.text(html[at:start]):
                return None
            at = found.end()
            closes, tag, attributes, at_once = found.groups()
            if not closes:
                reader.opens(tag, attributes)
                if at_once:
                    reader.closes(tag)
            elif attributes or at_once:
                return None
            else:
                reader.closes(tag)
    except ValueError:  # so Material's parser ends, too
        return None
    if at < len(html) and not reader.text(html[at:]):
        return None
    sections: list[Any] = reader.sections
    return sections


class _Reader:
    """What Material's parser knows on its way."""

    __slots__ = ("_element", "_make", "_open", "_permalinks", "_section", "_skipped", "sections")

    def __init__(self, make_element: Any, make_section: Any) -> None:
        self._element, self._make = make_element, make_section
        self._open: list[str] = []
        self._skipped: set[str] = set()
        """Names of elements that are left out: Material tells elements apart by their names alone."""
        self._permalinks: list[bool] = []
        """For each open link whether it is a heading's own."""
        self._section: Any = None
        self.sections: list[Any] = []

    def _begin(self, element: Any, depth: int) -> None:
        self._section = self._make(element, depth)
        self.sections.append(self._section)

    def _leaves_out(self) -> bool:
        return bool(self._skipped) and not self._skipped.isdisjoint(self._open)

    def _place(self) -> list[str]:
        """Return where to write: the section's title or text."""
        section = self._section
        place: list[str] = section.title if section.el.tag in self._open else section.text
        return place

    def opens(self, tag: str, written: str) -> None:
        if tag in _VOID:
            return
        self._open.append(tag)
        if tag == "a":
            self._permalinks.append("headerlink" in written and _given(written).get("class") == "headerlink")
        elif tag in _HEADINGS:
            self._heading(tag, _given(written))
        if self._section is None:
            self._begin(self._element("hx"), 0)
        if ("data-search-exclude" in written or "linenodiv" in written) and _excludes(_given(written)):
            self._skipped.add(tag)
        elif tag in _KEPT and not self._leaves_out():
            self._place().append(f"<{tag}>")

    def _heading(self, tag: str, attributes: dict[str, str | None]) -> None:
        if "id" not in attributes:
            return
        depth = len(self._open)
        if tag != "h1" and not self.sections:
            self._begin(self._element("hx"), depth)
        section = self._make(self._element(tag, attributes), depth)
        if self.sections:
            section.id = attributes["id"]
        self._section = section
        self.sections.append(section)

    def closes(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            return
        depth = len(self._open)
        if self._section.depth > depth:
            self._leave(depth)
        self._open.pop()
        if tag == "a":
            self._permalinks.pop()
        if tag in self._skipped:
            self._skipped.remove(tag)
        elif tag in _KEPT and not self._leaves_out():
            _close(tag, self._place())

    def _leave(self, depth: int) -> None:
        """Go back to the section around a heading that stood in another element."""
        for section in reversed(self.sections):
            if section.depth <= depth:
                self._section.depth = float("inf")
                self._section = section
                return

    def text(self, data: str) -> bool:
        """Take a text; return whether it is one."""
        if "<" in data:
            return False
        if self._leaves_out():
            return True
        if "&" in data:
            data = unescape(data)
        plain = "pre" not in self._open
        space = data.isspace()
        if plain:
            data = " " if space else data.replace("\n", " ")
        if self._section is None:
            self._begin(self._element("hx"), 0)
        section = self._section
        if section.el.tag in self._open:
            if True not in self._permalinks:
                section.title.append(escape(data, quote=False))
        elif not space:
            section.text.append(escape(data, quote=False))
        elif not plain or not section.text or not section.text[-1].isspace():
            section.text.append(data)
        return True


def _close(tag: str, place: list[str]) -> None:
    """Write a closing tag, or take the opening one away if there is nothing but space behind the first of its kind."""
    index = place.index(f"<{tag}>")
    if all(each.isspace() for each in place[index + 1 : index + 2]) and all(
        each.isspace() for each in place[index + 1 :]
    ):
        del place[index:]
    else:
        place.append(f"</{tag}>")


def _excludes(attributes: dict[str, str | None]) -> bool:
    return "data-search-exclude" in attributes or attributes.get("class") == "linenodiv"


def _given(written: str) -> dict[str, str | None]:
    """Return a tag's attributes; of one that is given twice the last."""
    return {
        name.lower(): None if value is None else unescape(value)
        for name, value in ((found[1], found[2]) for found in _ATTRIBUTE.finditer(written))
    }
