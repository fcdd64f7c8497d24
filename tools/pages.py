"""Read a page of the site as its reader sees it, section by section, without building the site.

Python-Markdown renders the page with the extensions that decide about structure, html5lib parses the result. Code keeps its
includes as they are written, so that a page can be asked what it shows; wikilinks stay `[[…]]` in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import yaml
from markdown import Markdown

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_FENCE = re.compile(r"^ *(`{3,}|~{3,})")
_OPTIONS = re.compile(r"^( *(?:`{3,}|~{3,}) *[\w+#.-]*)[^`\n]*$", re.M)
_INCLUDE = re.compile(r"^ *-{2,}8<-{2,} +[\"']?([^\s\"':]+)(?::([\w-]+))?", re.M)
_WIKILINK = re.compile(r"\[\[([^\[\]|#]*)(#[^\[\]|]*)?(?:\|([^\[\]]*))?\]\]")
_MARKS = re.compile(r"\[\^[\w-]+\]")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CODE = frozenset({"pre", "code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands below it, up to the next heading of its own or a higher level."""

    title: str
    """The heading's plain text; empty for what stands above the first heading."""
    line: int
    """Where the heading stands in the file, counted from 1."""
    elements: tuple[Element, ...]
    """The blocks below the heading, its subheadings among them."""

    def all(self, *tags: str) -> list[Element]:
        """Return the elements with one of these tags, at any depth, in order."""
        return [each for block in self.elements for each in block.iter() if each.tag in tags]

    def text(self, *, without: frozenset[str] = frozenset()) -> str:
        """Return the plain text, blocks on lines of their own, without what stands in elements with these tags."""
        return "\n".join(plain(block, without=without) for block in self.elements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its properties, its text and its parts."""

    path: Path
    """Absolute."""
    source: str
    """The file's text, front matter and all."""
    properties: Mapping[str, Any]
    """The front matter."""
    lead: Section
    """What stands above the first heading."""
    parts: tuple[Section, ...]
    """The sections below headings of the second level, in order."""
    whole: Section
    """Everything, as one section without a title."""

    @property
    def name(self) -> str:
        """Return the name by which notes link to it."""
        return self.path.stem

    @property
    def place(self) -> str:
        """Return the path relative to the repository."""
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else str(self.path)

    def part(self, title: str) -> Section | None:
        """Return the section of the second level with this heading, if there is one."""
        return next((each for each in self.parts if normal(each.title) == normal(title)), None)

    def includes(self) -> list[tuple[str, str | None]]:
        """Return the file and the section of each snippet that the page shows, in order."""
        found = _INCLUDE.findall("\n".join("".join(pre.itertext()) for pre in self.whole.all("pre")))
        return [(file, section or None) for file, section in found]

    def links(self) -> list[str]:
        """Return the name of each note that the page links to, without folder and heading."""
        text = self.whole.text(without=CODE)
        return [found[1].rsplit("/", 1)[-1].strip().removesuffix(".md") for found in _WIKILINK.finditer(text)]


def read_page(path: Path) -> Page:
    """Read a page; its first line and its headings keep their places."""
    source = path.read_text(encoding="utf-8")
    found = _FRONT_MATTER.match(source)
    body = source[found.end() :] if found else source
    offset = source[: found.end()].count("\n") if found else 0
    blocks = _blocks(render(body))
    lead, *parts = _split(blocks, "h2", _heading_lines(body, offset))
    return Page(
        path=path,
        source=source,
        properties=(yaml.safe_load(found[1]) or {}) if found else {},
        lead=lead,
        parts=tuple(parts),
        whole=Section(title="", line=1, elements=blocks),
    )


def subsections(section: Section) -> tuple[Section, ...]:
    """Return the sections below headings of the third level within a section."""
    _, *below = _split(section.elements, "h3", {})
    return tuple(below)


def render(body: str) -> str:
    """Return the HTML of a page's Markdown."""
    fence = {"name": "*", "class": "", "format": _format_fence, "validator": _accept_fence}
    return Markdown(
        extensions=[
            "admonition",
            "attr_list",
            "footnotes",
            "md_in_html",
            "tables",
            "pymdownx.caret",
            "pymdownx.details",
            "pymdownx.mark",
            "pymdownx.superfences",
            "pymdownx.tabbed",
            "pymdownx.tasklist",
            "pymdownx.tilde",
        ],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": [fence]},
            "pymdownx.tabbed": {"alternate_style": True},
        },
    ).convert(_OPTIONS.sub(r"\1", body))  # the options of a fence are another reader's business


def plain(element: Element, *, without: frozenset[str] = frozenset()) -> str:
    """Return an element's text as one line, without what stands in elements with these tags."""
    return " ".join("".join(_words(element, without)).split())


def shown(text: str) -> str:
    """Return a text with each wikilink replaced by what the reader sees of it, and without footnote marks."""
    return _MARKS.sub("", _WIKILINK.sub(lambda found: (found[3] or found[1] or found[2] or "").strip(), text))


def normal(text: str) -> str:
    """Return a text in the form in which two are compared: case, dashes, quotes and spaces don't matter."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text.casefold())
    text = re.sub(r"[“”«»]", '"', text).replace("’", "'").replace("‘", "'")
    text = re.sub(r"(?<=\d)(?:[\u00a0\u2009\u202f,](?=\d{3}(?!\d))| (?=000\b))", "", text)
    return " ".join(text.split())


def _words(element: Element, without: frozenset[str]) -> Iterator[str]:
    """Yield the pieces of an element's text, not of what follows it; footnote marks are left out."""
    if element.tag in without or (element.get("id") or "").startswith("fnref"):
        yield " " if element.tag in without else ""
        return
    yield element.text or ""
    for child in element:
        yield from _words(child, without)
        yield " " if child.tag in ("p", "li", "td", "th", "div", "br") else ""
        yield child.tail or ""


def _blocks(html: str) -> tuple[Element, ...]:
    body = html5lib.parseFragment(html, container="div", namespaceHTMLElements=False)
    for each in body:
        each.tail = None
    return tuple(body)


def _split(blocks: tuple[Element, ...], tag: str, lines: Mapping[str, int]) -> list[Section]:
    """Return what stands above the first heading with this tag, then a section for each of them."""
    titles, groups = [""], [list[Element]()]
    higher = HEADINGS[: HEADINGS.index(tag)]
    for block in blocks:
        if block.tag == tag:
            titles.append(shown(plain(block)))
            groups.append([])
        elif block.tag in higher:
            groups.append([])
            titles.append("")
        else:
            groups[-1].append(block)
    return [
        Section(title=title, line=lines.get(normal(title), 1), elements=tuple(group))
        for place, (title, group) in enumerate(zip(titles, groups, strict=True))
        if title or place == 0
    ]


def _heading_lines(body: str, offset: int) -> dict[str, int]:
    """Return the line of each heading of the second level, by its text as it is compared."""
    lines: dict[str, int] = {}
    fence = ""
    for number, line in enumerate(body.splitlines(), offset + 1):
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        elif not fence and line.startswith("## "):
            title = re.sub(r"\s*\{[^{}]*\}\s*$", "", line[3:]).replace("`", "").replace("*", "")
            lines.setdefault(normal(shown(title)), number)
    return lines


def _accept_fence(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Markdown
) -> bool:
    return True


def _format_fence(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
) -> str:
    return f'<pre class="{escape(language)}">{escape(source)}</pre>'
