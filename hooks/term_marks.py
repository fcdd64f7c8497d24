"""Find the places of a page where a term may be marked, and mark the first use of each. No reading of files, no pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape, unescape

_TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
_END = re.compile(r'<h2 id="(?:beyond|links|sources|lenker|kilder|les-mer)"')
"""From here on a page lists what is elsewhere."""
RUNNING = frozenset({"p", "li", "dd", "blockquote"})
"""Where running text stands."""
ALONE = frozenset(
    [
        "a",
        "abbr",
        "button",
        "code",
        "pre",
        "kbd",
        "samp",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "summary",
        "details",
        "table",
        "figure",
        "svg",
        "math",
        "script",
        "style",
        "section",
        "nav",
        "sup",
    ]
)
"""What is left alone, with all that it holds."""
QUIET = re.compile(
    r'class="[^"]*\b(?:footnote|admonition-title|slipbox-line|slipbox-planned|slipbox-unresolved|cards-way|arithmatex|mermaid|diagram)\b'
)
"""Elements that are left alone by their class."""
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One row of a glossary."""

    id: str
    """The row's id on the glossary's page."""
    names: tuple[str, ...]
    """The forms that are marked."""
    meaning: str
    """Plain text."""
    explained: frozenset[str]
    """The paths of the pages that explain it, relative to the site's root."""


def mark(html: str, terms: Sequence[Term], home: str, endings: str) -> str:
    """Return HTML whose first use of each term in running text is a link to the glossary at `home`."""
    left: dict[str, Term] = {_key(name): term for term in terms for name in term.names}
    if not left:
        return html
    ordered = sorted((name for term in terms for name in term.names), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(_form, ordered))}){endings}(?![\w/-])")
    form = re.compile(rf"({'|'.join(map(_form, ordered))}){endings}\Z")

    def take(found: re.Match[str]) -> Term | None:
        named = form.match(found[0])
        term = left.get(_key(named[1])) if named else None
        for name in term.names if term else ():
            left.pop(_key(name), None)
        return term

    def link(found: re.Match[str]) -> str:
        term = take(found)
        if term is None:
            return found[0]
        return f'<a class="term" href="{home}#{term.id}" data-meaning="{escape(term.meaning)}">{found[0]}</a>'

    def write(piece: str, role: Role) -> str:
        if role is Role.TOLD:
            for found in pattern.finditer(piece):
                take(found)
        return pattern.sub(link, piece) if role is Role.RUNS else piece

    end = _END.search(html)
    text, rest = (html[: end.start()], html[end.start() :]) if end else (html, "")
    return "".join(write(piece, role) for piece, role in pieces(text)) + rest


class Role(Enum):
    """What a piece of HTML is."""

    RUNS = "running text"
    TOLD = "running text in bold: where a page explains a term"
    OTHER = "a tag, or text that is left alone"


def pieces(html: str) -> Iterator[tuple[str, Role]]:
    """Yield the tags and texts of HTML in order, each with its role."""
    open_tags = [("", False, False, False)]  # the tag; whether text runs in it, is bold, is left alone
    for piece in _TAG.split(html):
        _, runs, bold, alone = open_tags[-1]
        found = _NAME.match(piece) if piece.startswith("<") else None
        if found is None:
            text = runs and not alone and not piece.startswith("<")
            yield piece, (Role.TOLD if bold else Role.RUNS) if text else Role.OTHER
            continue
        name = found[1].lower()
        if piece.startswith("</"):
            while len(open_tags) > 1 and open_tags.pop()[0] != name:
                pass
        elif name not in VOID and not piece.endswith("/>"):
            quiet = name in ALONE or QUIET.search(piece) is not None
            open_tags.append((name, runs or name in RUNNING, bold or name == "strong", alone or quiet))
        yield piece, Role.OTHER


def _form(name: str) -> str:
    """Return what matches a term in HTML: one without capitals also at the beginning of a sentence."""
    text = re.escape(escape(name, quote=False)).replace(r"\ ", r"\s+")
    first = name[:1]
    return (
        f"[{first}{first.upper()}]{text[len(first) :]}" if first.isalpha() and name == name.lower() else text
    )


def _key(name: str) -> str:
    """Return the form in which a term and its use are the same."""
    text = " ".join(unescape(name).split())
    return text[:1].lower() + text[1:] if text[1:] == text[1:].lower() else text
