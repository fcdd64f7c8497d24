"""Read a note's text in one pass: its links, headings, block ids and tags, and say what it reads as plain text.

Sources: Obsidian's help pages *Internal links* and *Tags*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

from slipbox.comments import Cut
from slipbox.links import (
    DESTINATION,
    UNMARKED,
    default_display,
    html_links,
    markdown_links,
    parse_wikilink,
    read_links,
)
from slipbox.model import Block, Heading, Link, NotePath, Span, Tag
from slipbox.region import MASK, Region, RegionKind, mask
from slipbox.regions import find_regions

_EMOJI = "\u00a9\u00ae\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_ACCENTS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963"
    "\u0966-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd\u0f18-\u0f84\u102b-\u109d\u17b4-\u17d3\u20e3\u3099\u309a\ufe0f\u200d"
)
"""What belongs to the letter or emoji before it and is no letter itself: accents in decomposed text, vowels of Indic scripts."""
TAG = rf"#(?<![\w&/#]#)(?P<tag>(?=[\d/]*(?:[^\W\d]|[-\ufe0f{_EMOJI}])|/*\d+/+\d)[-\w/{_EMOJI}{_ACCENTS}]+)"
"""A tag: letters, digits, `_`, `-`, `/` and emoji, at least one of them between two others or no digit."""
BLOCK_ID = (
    r"\^(?P<id>[A-Za-z0-9-]+)[ \t]*$"
    r"(?=\n[> \t]*(?:\n|\Z|(?:[-+*]|\d+[.)])[ \t])|\n?\Z|[ \t]*\|)"
)
"""A block id at the end of a paragraph or list item, or on a line of its own."""

_TAG = re.compile(TAG)
_BLOCK_ID = re.compile(BLOCK_ID, re.MULTILINE)
_ATX = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<text>[^\n]*)")
_ITEMS = re.compile(r"^[> \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)+")
"""What stands before a heading in an item of a list."""
_SETEXT = re.compile(r"\n(?P<rule>=+|-+)[ \t]*$", re.MULTILINE)
_NO_HEADING = re.compile(r"[\s#>|\-+*=]")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ ]*(?P<list>[^{}\n]*)\}[ \t]*$")
_CUSTOM_ID = re.compile(r"(?:^|\s)#(?P<id>[^\s#.]+)")
_BRACES = re.compile(r"\{[^{}\n]*\}?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the scanner found in a note's text."""

    links: tuple[Link, ...]
    """Links and embeds in the order of the text, all syntaxes."""
    headings: tuple[Heading, ...]
    """Headings, in order."""
    blocks: tuple[Block, ...]
    """Block ids, in order."""
    tags: tuple[Tag, ...]
    """Tags in the text, in order."""
    shown: str
    """The text with its comments masked."""
    regions: tuple[Region, ...]
    """What isn't read for links."""


def read(path: NotePath, text: str, start: int = 0) -> Reading:
    """Read a note's text from offset `start` (where its body begins).

    What stands around a comment is read as if that weren't there: `[[No%%c%%te]]` is a link to `Note`, as on the page.
    """
    regions = find_regions(text, start)
    comments = [region for region in regions if region.kind is RegionKind.COMMENT]
    if not comments:
        return _read(path, text, start, regions)
    cut = Cut.of(text, comments)
    found = _read(path, cut.text, start, find_regions(cut.text, start))
    return Reading(
        links=tuple(replace(link, span=cut.span(link.span)) for link in found.links),
        headings=tuple(replace(heading, span=cut.span(heading.span)) for heading in found.headings),
        blocks=tuple(replace(block, span=cut.span(block.span)) for block in found.blocks),
        tags=tuple(replace(tag, span=cut.span(tag.span)) for tag in found.tags),
        regions=tuple(regions),
        shown=mask(text, comments),
    )


def _read(path: NotePath, text: str, start: int, regions: list[Region]) -> Reading:
    """Read a text without comments in one pass."""
    masked = mask(text, regions) if regions else text
    links = [
        *read_links(path, text, masked, start),
        *markdown_links(path, text, masked, start),
        *html_links(path, text, regions),
    ]
    links.sort(key=lambda link: link.span.start)
    headings = tuple(_headings(path, text, masked, start))
    return Reading(
        links=tuple(links),
        headings=headings,
        blocks=tuple(_blocks(path, masked, start)),
        tags=tuple(_tags(path, masked, start)),
        regions=tuple(regions),
        shown=text,
    )


def _blocks(path: NotePath, masked: str, start: int) -> Iterator[Block]:
    """Yield the block ids: after a space, or on a line of their own."""
    for found in _BLOCK_ID.finditer(masked, start) if "^" in masked else ():
        before = masked[masked.rfind("\n", 0, found.start()) + 1 : found.start()]
        if before[-1:] in (" ", "\t") or not before.strip("> \t"):
            yield Block(span=Span(path=path, start=found.start(), end=found.end("id")), id=found["id"])


def _headings(path: NotePath, text: str, masked: str, start: int) -> Iterator[Heading]:
    """Yield the headings, in order, with their text as the page shows it."""
    places = [*_atx(masked, start), *(_setext(masked, start) if "\n-" in masked or "\n=" in masked else ())]
    for begin, first, last, end, level in sorted(places):
        raw = text[first:last]
        attributes = _ATTRIBUTES.search(raw) if raw.endswith("}") else None
        custom = _CUSTOM_ID.search(attributes["list"]) if attributes else None
        yield Heading(
            span=Span(path=path, start=begin, end=end),
            level=level,
            text=plain_text(raw[: attributes.start()] if attributes else raw),
            custom_id=custom["id"] if custom else None,
        )


def _atx(masked: str, start: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield the headings with hashes: offsets of the line, of the text and its end, of the end, and the level."""
    for found in _ATX.finditer(masked, start):
        begin = masked.rfind("\n", 0, found.start()) + 1
        if not _ITEMS.sub("", masked[begin : found.start()]).strip("> \t"):
            text = found["text"].rstrip(" \t")
            bare = text.rstrip("#")
            text = bare.rstrip(" \t") if bare.endswith((" ", "\t")) else text
            first = found.start("text")
            yield begin, first, first + len(text), found.end(), len(found["marks"])


def _setext(masked: str, start: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield the headings that are underlined; the line above the heading is empty."""
    for found in _SETEXT.finditer(masked, start):
        begin = max(masked.rfind("\n", 0, found.start()) + 1, start)
        above = masked.endswith("\n\n", 0, begin) or begin == start
        if above and begin < found.start() and not _NO_HEADING.match(masked, begin):
            yield begin, begin, found.start(), found.end(), 1 if found["rule"][0] == "=" else 2


def _tags(path: NotePath, masked: str, start: int) -> Iterator[Tag]:
    """Yield the tags in a masked text; what stands inside links is none."""
    if not _TAG.search(masked, start):
        return
    text = UNMARKED.sub(lambda found: MASK * len(found[0]), masked[start:])
    text = DESTINATION.sub(lambda found: MASK * len(found[0]), text)
    text = _BRACES.sub(lambda found: MASK * len(found[0]), text)
    for found in _TAG.finditer(text):
        name = found["tag"].strip("/")
        yield Tag(span=Span(path=path, start=start + found.start(), end=start + found.end()), name=name)


_PLAIN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\\(?P<escape>[\\`*_{}\[\]()>#+.!|~=^$<-])|%%.*?(?:%%|$)"
    r"|<%.*?%>|!?\[\[(?P<wiki>[^\[\]]+)\]\]|!?\[(?P<label>[^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+)>|</?[a-zA-Z!][^<>]*>|\[\^[^\]]*\]|\{:[^{}\n]*\}|\*{1,3}|~~|==|(?<!\w)_{1,3}|_{1,3}(?!\w)",
    re.DOTALL,
)


def plain_text(text: str) -> str:
    """Return Markdown text without its markup, as a reader sees it: links by their display text."""

    def shown(found: re.Match[str]) -> str:
        if found["wiki"] is not None:
            link = parse_wikilink(found["wiki"], Span(path=NotePath(""), start=0, end=0))
            return (link.display or default_display(link)) if link else ""
        code = found["code"]
        return (
            code.strip()
            if code
            else found["escape"] or plain_text(found["label"] or "") or found["auto"] or ""
        )

    return unescape(" ".join(_PLAIN.sub(shown, text).split()))
