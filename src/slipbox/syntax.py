"""The one grammar of links, tags, headings and block ids; the scanner and the page both read with it.

Sources: Obsidian's help pages *Internal links*, *Embed files*, *Tags*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from slipbox.model import Block, Heading, Link, LinkKind, NotePath, Span, Tag
from slipbox.region import MASK, Region, RegionKind, mask
from slipbox.regions import find_regions

_INNER = r"(?P<inner>[^\[\]\n\x1a\x02\x03]*+(?:(?:\[(?!\[)|\](?!\]))[^\[\]\n\x1a\x02\x03]*+)*+)"
WIKILINK = rf"(?P<bang>!?)\[\[{_INNER}\]\]"
"""A wikilink or embed; it stands on one line and holds no other."""
_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf"
TAG = (
    rf"#(?<![\w&/#]#)(?P<tag>[\d_/-]*[^\W\d_]?[{_EMOJI}]?(?:(?<=[^\W\d_])|(?<=[{_EMOJI}]))"
    rf"[\w/{_EMOJI}\ufe0f\u200d-]*)"
)
"""A tag: letters, digits, `_`, `-`, `/` and emoji, at least one of them neither a digit nor a mark."""
BLOCK_ID = (
    r"\^(?P<id>[A-Za-z0-9-]+)[ \t]*$"
    r"(?=\n[> \t]*(?:\n|\Z|(?:[-+*]|\d+[.)])[ \t])|\n?\Z|[ \t]*\|)"
)
"""A block id at the end of a paragraph or list item, or on a line of its own."""

_WIKILINK = re.compile(rf"\[\[{_INNER}\]\]")
_TAG = re.compile(TAG)
_BLOCK_ID = re.compile(BLOCK_ID, re.MULTILINE)
_PIPE = re.compile(r"\\?\|")
_DESTINATION = re.compile(
    r"\]\([ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*\)"
)
_REFERENCE = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?(?P<bare>[^\s<>]+)>?", re.MULTILINE)
ATTRIBUTE = re.compile(
    r"""\s(?:src|href|poster|data|srcset)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s>"']+))""", re.I
)
_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?|$")
_ATX = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<text>[^\n]*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_SETEXT = re.compile(r"\n(?P<rule>=+|-+)[ \t]*$", re.MULTILINE)
_NO_HEADING = re.compile(r"[\s#>|\-+*=]")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ ]*(?P<list>[^{}\n]*)\}[ \t]*$")
_CUSTOM_ID = re.compile(r"(?:^|\s)#(?P<id>[^\s#.]+)")
_BRACES = re.compile(r"\{[^{}\n]*\}?")
_PROPERTY_LINK = re.compile(r"\[\[(?P<inner>[^\[\]\n]+)\]\]")


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
    """Read a note's text from offset `start` (where its body begins) in one pass."""
    regions = find_regions(text, start)
    masked = mask(text, regions) if regions else text
    links = [
        *read_links(path, masked, start),
        *_markdown_links(path, text, masked, start),
        *_html_links(path, text, regions),
    ]
    links.sort(key=lambda link: link.span.start)
    headings = tuple(_headings(path, text, masked, start))
    return Reading(
        links=tuple(links),
        headings=headings,
        blocks=tuple(_blocks(path, masked, start)),
        tags=tuple(_tags(path, masked, start)),
        regions=tuple(regions),
        shown=mask(text, [region for region in regions if region.kind is RegionKind.COMMENT]),
    )


def read_links(path: NotePath, masked: str, start: int = 0) -> Iterator[Link]:
    """Yield the wikilinks and embeds of a masked text (see `regions.mask`)."""
    for found in _WIKILINK.finditer(masked, start):
        embed = found.start() > start and masked[found.start() - 1] == "!"
        span = Span(path=path, start=found.start() - embed, end=found.end())
        link = parse_wikilink(found["inner"], span, embed=embed)
        if link:
            yield link


def _blocks(path: NotePath, masked: str, start: int) -> Iterator[Block]:
    """Yield the block ids: after a space, or on a line of their own."""
    for found in _BLOCK_ID.finditer(masked, start) if "^" in masked else ():
        before = masked[masked.rfind("\n", 0, found.start()) + 1 : found.start()]
        if before[-1:] in (" ", "\t") or not before.strip("> \t"):
            yield Block(span=Span(path=path, start=found.start(), end=found.end("id")), id=found["id"])


def parse_wikilink(
    inner: str, span: Span, *, embed: bool = False, kind: LinkKind = LinkKind.WIKI
) -> Link | None:
    """Read what stands between `[[` and `]]`; None if it names nothing.

    The linkpath ends at the first `#`, both at the first pipe, before which a table cell puts a backslash.
    """
    written, *rest = _PIPE.split(inner, maxsplit=1)
    target, _, subpath = written.replace("\u00a0", " ").partition("#")
    display = rest[0].replace("\\|", "|").strip() if rest else None
    if not target.strip() and not subpath.strip():
        return None
    return Link(
        span=span,
        kind=kind,
        target=target.strip(),
        subpath=subpath.strip(),
        display=display or None,
        embed=embed,
    )


def default_display(link: Link) -> str:
    """Return the text of a link whose author gave none: `A > B` for `[[A#B]]`."""
    parts = [link.target, *(part.strip() for part in link.subpath.split("#"))]
    return " > ".join(part for part in parts if part)


def _markdown_links(path: NotePath, text: str, masked: str, start: int) -> Iterator[Link]:
    """Yield the links and pictures in Markdown's own syntax that point into the vault."""
    for pattern in (_DESTINATION, _REFERENCE):
        for found in pattern.finditer(masked, start):
            destination = found["bare"] or (found.groupdict().get("angle") or "")
            if _EXTERNAL.match(destination):
                continue
            opening = _opening_bracket(masked, found.start()) if pattern is _DESTINATION else found.start()
            display = text[opening + 1 : found.start()] if pattern is _DESTINATION else None
            embed = opening > 0 and masked[opening - 1] == "!"
            yield _file_link(
                path,
                destination,
                opening - embed,
                found.end(),
                kind=LinkKind.MARKDOWN,
                display=display,
                embed=embed,
            )


def _opening_bracket(masked: str, closing: int) -> int:
    """Return the offset of the bracket that the one at `closing` closes; `closing` if none is near."""
    depth = 0
    for position in range(closing, max(-1, closing - 1000), -1):
        depth += {"]": 1, "[": -1}.get(masked[position], 0)
        if not depth:
            return position
    return closing


def _html_links(path: NotePath, text: str, regions: list[Region]) -> Iterator[Link]:
    """Yield what raw HTML points to in the vault."""
    for region in regions:
        if region.kind is RegionKind.HTML:
            for found in ATTRIBUTE.finditer(text, region.start, region.end):
                destination = attribute_value(found)
                if not _EXTERNAL.match(destination):
                    yield _file_link(
                        path, destination, found.start() + 1, found.end(), kind=LinkKind.HTML, embed=True
                    )


def attribute_value(found: re.Match[str]) -> str:
    """Return the value of an attribute that ATTRIBUTE found."""
    return unescape(found["a"] or found["b"] or found["c"] or "")


def _file_link(
    path: NotePath,
    destination: str,
    start: int,
    end: int,
    *,
    kind: LinkKind,
    display: str | None = None,
    embed: bool,
) -> Link:
    """Make the link for a relative URL."""
    target, _, subpath = destination.partition("#")
    return Link(
        span=Span(path=path, start=start, end=end),
        kind=kind,
        target=unquote(target.partition("?")[0]),
        subpath=unquote(subpath),
        display=display,
        embed=embed,
    )


def property_links(path: NotePath, properties: Mapping[str, object], text: str, end: int) -> Iterator[Link]:
    """Yield the wikilinks in the properties, each with its place in the front matter, which ends at `end`."""
    if not properties or "[[" not in text[:end]:
        return
    for found in _PROPERTY_LINK.finditer(text, 0, end):
        link = parse_wikilink(
            found["inner"], Span(path=path, start=found.start(), end=found.end()), kind=LinkKind.PROPERTY
        )
        if link:
            yield link


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
        if not masked[begin : found.start()].strip("> \t"):
            yield begin, found.start("text"), found.end("text"), found.end(), len(found["marks"])


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
    text = _WIKILINK.sub(lambda found: MASK * len(found[0]), masked[start:])
    text = _DESTINATION.sub(lambda found: MASK * len(found[0]), text)
    text = _BRACES.sub(lambda found: MASK * len(found[0]), text)
    for found in _TAG.finditer(text):
        name = found["tag"].strip("/")
        yield Tag(span=Span(path=path, start=start + found.start(), end=start + found.end()), name=name)


_PLAIN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\\(?P<escape>[\\`*_{}\[\]()>#+.!|~=^$<-])|%%.*?(?:%%|$)"
    r"|!?\[\[(?P<wiki>[^\[\]]+)\]\]|!?\[(?P<label>[^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+)>|</?[a-zA-Z!][^<>]*>|\[\^[^\]]*\]|\*{1,3}|~~|==|(?<!\w)_{1,3}|_{1,3}(?!\w)",
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
