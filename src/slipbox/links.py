"""The one grammar of links: wikilinks, Markdown's and HTML's; the scanner and the page both read with it.

Sources: Obsidian's help pages *Internal links* and *Embed files*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import unquote, urlsplit

from slipbox.model import Link, LinkKind, NotePath, Span
from slipbox.region import MASK, Region, RegionKind

CODE = "\x02klzzwxh:[0-9]+\x03"
"""What Python-Markdown puts for a piece of code, and any other element, until a paragraph is done."""
_LETTERS, _BRACKETS = r"[^\[\]\n\x02\x03]*+", r"\[(?!\[)|\](?!\])"
_UNMASKED = r"[^\[\]\n\x1a\x02\x03]*+"
WIKILINK = rf"(?P<bang>!?)\[\[(?!\[)(?P<inner>{_UNMASKED}(?>(?:(?:{_BRACKETS}|{CODE}){_UNMASKED})*))\]\]"
"""A wikilink or embed on a page; it stands on one line and holds no other."""
UNMARKED = re.compile(rf"\[\[(?!\[)(?P<inner>{_LETTERS}(?>(?:(?:{_BRACKETS}){_LETTERS})*))\]\]")
_MASKED = re.compile(f"{MASK}+")
_PIPE = re.compile(r"\\?\|")
DESTINATION = re.compile(
    r"\]\([ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*(?:[ ]+[^\s()<>\"'][^\s()<>]*)*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*\)"
)
REFERENCE = re.compile(
    r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*(?:<(?P<angle>[^<>\n]+)>|(?P<bare>[^\s<>]+))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))[ \t]*$)?",
    re.MULTILINE,
)
"""The definition of a link that is written elsewhere by its label, with its title: `[name]: path` or `[name]: <a path>`."""
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~ ])")
ATTRIBUTE = re.compile(
    r"""\s(?P<name>src|(?:xlink:)?href|poster|data|srcset|action|formaction|cite|longdesc)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s>"']+))""",
    re.I,
)
_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?|$")
_ASIDE = re.compile("\x02([0-9]+)\x03")
_PROPERTY_COMMENT = re.compile(r"%%.*?(?:%%|$)", re.MULTILINE)
_PROPERTY_LINK = re.compile(r"\[\[(?P<inner>[^\[\]\n]+)\]\]")


def read_links(path: NotePath, text: str, masked: str, start: int = 0) -> Iterator[Link]:
    """Yield the wikilinks and embeds of a text that is also given masked (see `regions.mask`)."""
    for found in UNMARKED.finditer(masked, start):
        embed = found.start() > start and masked[found.start() - 1] == "!"
        span = Span(path=path, start=found.start() - embed, end=found.end())
        inner = _with_code(text, found) if MASK in found["inner"] else found["inner"]
        link = parse_wikilink(inner, span, embed=embed)
        if link:
            yield link


def _with_code(text: str, found: re.Match[str]) -> str:
    """Return what stands in a masked link whose display text holds code; nothing if anything else is masked in it."""
    runs = [(run.start(), run.end()) for run in _MASKED.finditer(found.string, *found.span("inner"))]
    named = "|" in found.string[found.start("inner") : runs[0][0]]
    if named and all(text[first] == text[last - 1] == "`" for first, last in runs):
        return text[slice(*found.span("inner"))]
    return ""


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


def markdown_links(path: NotePath, text: str, masked: str, start: int) -> Iterator[Link]:
    """Yield the links and pictures in Markdown's own syntax that point into the vault."""
    for pattern in (DESTINATION, REFERENCE):
        for found in pattern.finditer(masked, start):
            group = "bare" if found["bare"] else "angle"
            destination = unescape(_BACKSLASH.sub(r"\1", text[found.start(group) : found.end(group)]))
            if _EXTERNAL.match(destination):
                continue
            opening = opening_bracket(masked, found.start()) if pattern is DESTINATION else found.start()
            display = text[opening + 1 : found.start()] if pattern is DESTINATION else None
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


def opening_bracket(masked: str, closing: int) -> int:
    """Return the offset of the bracket that the one at `closing` closes; `closing` if none is near."""
    depth = 0
    for position in range(closing, max(-1, closing - 1000), -1):
        depth += {"]": 1, "[": -1}.get(masked[position], 0)
        if not depth:
            return position
    return closing


def html_links(path: NotePath, text: str, regions: list[Region]) -> Iterator[Link]:
    """Yield what raw HTML points to in the vault."""
    for region in regions:
        if region.kind is RegionKind.HTML:
            for found in ATTRIBUTE.finditer(text, region.start, region.end):
                for url in attribute_urls(found):
                    if not _EXTERNAL.match(url):
                        yield _file_link(
                            path, url, found.start() + 1, found.end(), kind=LinkKind.HTML, embed=True
                        )


def link_of_url(url: str, kind: LinkKind) -> Link | None:
    """Return a URL that may lead to a file of the vault as a link, or None for any other.

    It may hold characters that Python-Markdown has put aside because a backslash stood before them.
    """
    parts = urlsplit(unescape(_ASIDE.sub(lambda found: chr(int(found[1])), url)))
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return Link(
        span=Span(path=NotePath(""), start=0, end=0),
        kind=kind,
        target=unquote(parts.path),
        subpath=unquote(parts.fragment),
    )


def attribute_value(found: re.Match[str]) -> str:
    """Return the value of an attribute that ATTRIBUTE found."""
    return unescape(found["a"] or found["b"] or found["c"] or "")


def attribute_urls(found: re.Match[str]) -> list[str]:
    """Return the URLs in an attribute that ATTRIBUTE found: in a `srcset` there are several, each with a size."""
    value = attribute_value(found)
    if found["name"].lower() != "srcset":
        return [value]
    return [part.split()[0] for part in value.split(",") if part.strip()]


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
    """Yield the wikilinks in the properties, each with its place in the front matter, which ends at `end`; none in comments."""
    if not properties or "[[" not in text[:end]:
        return
    comments = [comment.span() for comment in _PROPERTY_COMMENT.finditer(text, 0, end)]
    for found in _PROPERTY_LINK.finditer(text, 0, end):
        if any(first <= found.start() < last for first, last in comments):
            continue
        link = parse_wikilink(
            found["inner"], Span(path=path, start=found.start(), end=found.end()), kind=LinkKind.PROPERTY
        )
        if link:
            yield link
