"""Find what is sacred in a note's text: code, math, HTML and comments, in one pass from left to right.

Everything that reads a note (links, tags, headings, block ids) reads the mask made here, so nothing inside
these regions is ever touched. The borders follow Python-Markdown with pymdownx: fences at any depth of list,
quote, tab or admonition; code indented by four columns past its container; HTML blocks to their closing tag.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from slipbox.comments import shut, split_html
from slipbox.inline import TAG, Paragraph
from slipbox.region import Region, RegionKind

_BLOCK_TAGS = (
    "address|article|aside|blockquote|canvas|center|colgroup|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "frameset|h[1-6]|header|hgroup|hr|iframe|legend|li|main|map|math|menu|nav|noscript|object|ol|option|output|p|picture|pre|"
    "progress|script|section|select|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|tr|ul|video"
)
_FENCE = re.compile(r"(?P<prefix>[> \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)")
_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(
    r"(?:[-+*]|\d{1,9}[.)])[ \t]+|(?:!!!|\?\?\?\+?|===[!+]*)[ \t]|\[\^[^\]\n]+\]:|:[ \t]{1,3}(?=\S)"
)
_BREAK = re.compile(r"(?:[-+*]|\d{1,9}[.)])[ \t]|#{1,6}[ \t]|\||>|(?:=+|-+)[ \t]*$")
_HTML_BLOCK = re.compile(rf"<(?P<tag>{_BLOCK_TAGS})(?=[\s/>])", re.IGNORECASE)
_HOLDS_MARKDOWN = frozenset(
    ("article", "aside", "blockquote", "center", "details", "div", "figure", "main", "section")
)
"""HTML that may hold Markdown: where a blank line stands in it, the HTML ends there, and Markdown follows (CommonMark 0.31.2, *HTML blocks*)."""
_TAG_RE = re.compile(TAG)
_MARKDOWN_ATTRIBUTE = re.compile(r"\smarkdown(?:\s*=|[\s/>])", re.IGNORECASE)


def find_regions(text: str, start: int = 0) -> list[Region]:
    """Return the regions of `text` from offset `start` on, in order, none overlapping."""
    return list(_found(text, start))


@lru_cache(maxsize=8192)
def _found(text: str, start: int) -> tuple[Region, ...]:
    """Find them; a text is asked for by whoever reads it, and each pass takes as long as reading its links."""
    if not any(mark in text for mark in ("`", "~~~", "<", "$", "%%", "\\", "    ", "\t")):
        return ()
    return tuple(_Finder(text=text, position=start).run())


def opens_markdown(text: str, region: Region) -> bool:
    """Return whether a region is the tag of HTML that holds Markdown without saying so: it begins its line, and isn't closed in it."""
    before = text[text.rfind("\n", 0, region.start) + 1 : region.start]
    opening = _HTML_BLOCK.match(text, region.start) if len(before) < 4 and not before.strip() else None
    tag = _TAG_RE.match(text, region.start) if opening and opening["tag"].lower() in _HOLDS_MARKDOWN else None
    return bool(
        tag and tag.end() == region.end and tag[0][-2] != "/" and not _MARKDOWN_ATTRIBUTE.search(tag[0])
    )


def _width(blank: str) -> int:
    """Return the columns that leading white space takes, with tabs at every fourth column."""
    return len(blank.expandtabs(4))


@dataclass(slots=True)
class _Finder:
    """The state of one pass; a line is a fence, indented code, an HTML block, or text of a paragraph."""

    text: str
    position: int
    regions: list[Region] = field(default_factory=list)
    containers: list[int] = field(default_factory=list)
    after_blank: bool = True
    chunk: int = -1
    closers: dict[str, list[int]] | None = None
    ends: dict[str, dict[int, int]] = field(default_factory=dict)
    blanks: list[int] | None = None
    closes: dict[str, int] = field(default_factory=dict)

    def run(self) -> list[Region]:
        """Read the text line by line."""
        while self.position < len(self.text):
            end = self.text.find("\n", self.position)
            end = len(self.text) if end < 0 else end
            self.position = self._line(self.position, end)
        self._flush(len(self.text))
        found = sorted(self.regions, key=lambda region: region.start)
        if "%%" not in self.text:
            return found
        return shut([piece for region in found for piece in self._pieces(region)], self.text)

    def _pieces(self, region: Region) -> Iterator[Region]:
        """Yield a region, raw HTML without the comments in it, and those."""
        html = region.kind is RegionKind.HTML
        yield from split_html(self.text, region.start, region.end) if html else (region,)

    def _add(self, kind: RegionKind, start: int, end: int) -> None:
        self.regions.append(Region(kind=kind, start=start, end=end))

    def _line(self, start: int, end: int) -> int:
        """Read the line between two offsets; return where to go on."""
        line = self.text[start:end]
        if not line.strip():
            resumed = self._flush(start)
            self.after_blank = True
            return max(end + 1, resumed)
        first = line.lstrip(" \t>")[:1]
        past = self._fence(start, end, line) if first in ("`", "~") else 0
        past = past or self._indented(start, end, line)
        if not past and first == "<":
            past = self._html_block(start, end, line)
        return past or self._paragraph(start, end, line)

    def _paragraph(self, start: int, end: int, line: str) -> int:
        """Take the line as text: end the paragraph before where the line begins a block of its own."""
        indent = _INDENT.match(line)
        column = _width(indent[0]) if indent else 0
        content = line.lstrip()
        if self.after_blank:
            while self.containers and column < self.containers[-1]:
                self.containers.pop()
        if self.chunk >= 0 and _BREAK.match(content):
            resumed = self._flush(start)
            if resumed > start:
                return resumed
        if _ITEM.match(content):
            level = column // 4 * 4 + 4
            while self.containers and self.containers[-1] >= level:
                self.containers.pop()
            self.containers.append(level)
        if self.chunk < 0:
            self.chunk = start
        self.after_blank = False
        return end + 1

    def _fence(self, start: int, end: int, line: str) -> int:
        """Take a fenced block if one opens here and is closed."""
        opening = _FENCE.match(line)
        if not opening or (opening["fence"][0] == "`" and "`" in opening["info"]):
            return 0
        close = self._closing(opening["fence"], end)
        if close is None or not self._holds(opening["prefix"], end + 1, close):
            return 0
        resumed = self._flush(start)
        if resumed > start:
            return resumed
        stop = self.text.find("\n", close)
        stop = len(self.text) if stop < 0 else stop
        self._add(RegionKind.FENCE, start, stop)
        self.after_blank = True
        return stop + 1

    def _closing(self, fence: str, after: int) -> int | None:
        """Return the offset of the next line after offset `after` that consists of this fence."""
        if self.closers is None:
            self.closers = {}
            for found in re.finditer(r"^[> \t]*(`{3,}|~{3,})[ \t]*$", self.text, re.MULTILINE):
                self.closers.setdefault(found[1], []).append(found.start())
        lines = self.closers.get(fence, [])
        index = bisect_right(lines, after)
        return lines[index] if index < len(lines) else None

    def _holds(self, prefix: str, start: int, close: int) -> bool:
        """Return whether no line up to the closing one stands left of the opening fence."""
        width = _width((prefix.rstrip("\t ") and prefix.rstrip()) or prefix)
        if not width:
            return True
        for line in self.text[start : close + len(prefix)].split("\n"):
            lead = re.match(r"[> \t]*", line)
            if line.strip() and _width(lead[0] if lead else "") < width:
                return False
        return True

    def _indented(self, start: int, end: int, line: str) -> int:
        """Take code indented past its container after a blank line."""
        if not self.after_blank or line[0] not in " \t":
            return 0
        column = _width(_INDENT.match(line)[0])  # type: ignore[index]
        while self.containers and column < self.containers[-1]:
            self.containers.pop()
        base = self.containers[-1] if self.containers else 0
        if column < base + 4 or (self.containers and _ITEM.match(line.lstrip()) and column < base + 8):
            return 0
        self._add(RegionKind.INDENTED, start, end)
        return end + 1

    def _html_block(self, start: int, end: int, line: str) -> int:
        """Take an HTML block whose tag begins the line, up to its closing tag."""
        blank = len(line) - len(line.lstrip())
        begin = start + blank
        if blank > 3 or self.text[begin] != "<":
            return 0
        stop = self._html_end(begin)
        if not stop:
            return 0
        resumed = self._flush(start)
        if resumed > start:
            return resumed
        self._add(RegionKind.HTML, begin, stop)
        self.after_blank = True
        return stop

    def _html_end(self, begin: int) -> int:
        """Return the offset after the HTML block that begins here; 0 if none does or it holds Markdown."""
        if self.text.startswith("<!--", begin):
            stop = self.text.find("-->", begin)
            return stop + 3 if stop >= 0 else 0
        opening = _HTML_BLOCK.match(self.text, begin)
        tag = opening and _TAG_RE.match(self.text, begin)
        if not opening or not tag or _MARKDOWN_ATTRIBUTE.search(tag[0]):
            return 0
        name = opening["tag"].lower()
        if name == "hr" or tag[0].endswith("/>"):
            return tag.end()
        end = self._closed(name).get(begin)
        if end is None:
            return len(self.text)
        return 0 if name in _HOLDS_MARKDOWN and self._has_blank_line(tag.end(), end) else end

    def _closed(self, name: str) -> dict[int, int]:
        """Return for each opening tag of this name the offset after the tag that closes it; found once for all of them."""
        if name not in self.ends:
            self.ends[name], waiting = {}, list[int]()
            for found in re.finditer(rf"<(/?){name}(?=[\s/>])[^>]*>", self.text, re.IGNORECASE):
                if not found[1]:
                    waiting.append(found.start())
                elif waiting:
                    self.ends[name][waiting.pop()] = found.end()
        return self.ends[name]

    def _has_blank_line(self, start: int, end: int) -> bool:
        """Return whether a blank line stands between two offsets."""
        if self.blanks is None:
            self.blanks = [found.start() for found in re.finditer(r"\n[ \t]*(?=\n)", self.text)]
        index = bisect_left(self.blanks, start)
        return index < len(self.blanks) and self.blanks[index] < end

    def _flush(self, end: int) -> int:
        """Read the paragraph up to `end` for inline regions; return where to go on (past a long comment)."""
        if self.chunk < 0:
            return end
        position, self.chunk = self.chunk, -1
        return Paragraph(self.text, end, self.regions, closes=self.closes).read(position)
