"""Turn the built pages of the curriculum into the chapters of a book: what serves a screen only goes, links lead within the book.

A page is read as it was built, so the book shows what the site shows: code, recorded outputs, badges, drawings. Each id gets its page's
name in front of it, since a book is one document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree.ElementTree import Element, tostring

import html5lib

from tools.chapter_text import clean, forget_namespaces

BASE = "http://this-site.invalid/"
"""Stands for the site while addresses are joined."""
_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
_FIGURE = re.compile(
    r'<figure class="diagram[^>]*data-diagram="(?P<name>\w+)"[^>]*>(?P<svg>.*?)</figure>', re.DOTALL
)
_SAID = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.DOTALL)
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:,[^()]*)?\)")
_LIGHT = re.compile(r'\[data-md-color-scheme="default"\] \{(.*?)\}', re.DOTALL)
_KEPT = frozenset({"div", "span", "a", "section", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements whose ids pandoc keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What a book is made of."""

    site: Path
    """The folder of the built site."""
    address: str
    """Where the site will be read, with a slash at the end; empty if nobody knows."""
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    """The title of each part, and its pages' addresses below the site's root."""
    pictures: Path
    """The folder that takes the drawings."""

    def names(self) -> dict[str, str]:
        """Return the name of each page, by its address."""
        return {url: url.strip("/").rpartition("/")[2] for _, urls in self.parts for url in urls}


def write_book(book: Book) -> str:
    """Return the whole book as one HTML document's body; the drawings are written to their folder."""
    book.pictures.mkdir(parents=True, exist_ok=True)
    colours = read_colours(book.site / "assets/stylesheets/page.css")
    written: list[str] = []
    for title, urls in book.parts:
        written.append(f'<h1 id="part-{len(written)}">{escape(title)}</h1>')
        written += [write_chapter(book, url, colours) for url in urls]
    return "\n".join(written)


def write_chapter(book: Book, url: str, colours: Mapping[str, str]) -> str:
    """Return one page as a chapter."""
    html = (book.site / url / "index.html").read_text(encoding="utf-8")
    found = _ARTICLE.search(html)
    if found is None:
        raise ValueError(f"{url}index.html has no article: is the site built?")
    text = _FIGURE.sub(lambda figure: take_drawing(figure, book.pictures, colours), found[0])
    article = html5lib.parseFragment(text, container="div", namespaceHTMLElements=False)[0]
    forget_namespaces(article)
    clean(article)
    Links(book=book, url=url, names=book.names()).adapt(article)
    return "".join(tostring(child, encoding="unicode", method="html") for child in article)


def take_drawing(figure: re.Match[str], pictures: Path, colours: Mapping[str, str]) -> str:
    """Write a drawing to a file of its own, its colours spelled out; return the picture that shows it."""
    svg = _VARIABLE.sub(lambda found: colours.get(found[1], "#24292e"), figure["svg"])
    (pictures / f"{figure['name']}.svg").write_text(svg, encoding="utf-8")
    said = ". ".join(unescape(text).strip().rstrip(".") for _, text in _SAID.findall(svg)[:2])
    return f'<figure><img src="{pictures.name}/{figure["name"]}.svg" alt="{escape(said)}."></figure>'


def read_colours(sheet: Path) -> dict[str, str]:
    """Return the colours of the light palette, by the names of their variables."""
    found = _LIGHT.search(sheet.read_text(encoding="utf-8"))
    return dict(re.findall(r"(--[\w-]+):\s*(#\w+)", found[1] if found else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The ids and the links of one page, as they are in the book."""

    book: Book
    url: str
    """The page's address below the site's root."""
    names: Mapping[str, str]
    """The names of the pages that are in the book, by address."""

    def adapt(self, article: Element) -> None:
        """Give the ids their page's name, and let links lead within the book, to the site, or nowhere."""
        first = next((each for each in article.iter() if each.tag == "h2"), None)
        if first is not None:
            first.set("id", self.names[self.url])
        for element in list(article.iter()):
            if element.get("id") and element is not first:
                element.set("id", f"{self.names[self.url]}--{element.get('id')}")
                anchor(element)
            if element.tag == "a" and element.get("href"):
                self._lead(element)

    def _lead(self, link: Element) -> None:
        """Change where a link leads; one to a page that nobody can reach becomes its text."""
        address, anchor = urldefrag(urljoin(BASE + self.url, link.get("href") or ""))
        if not address.startswith(BASE):
            return
        page = address.removeprefix(BASE)
        if page in self.names:
            name = self.names[page]
            link.set("href", f"#{name}--{unquote(anchor)}" if anchor else f"#{name}")
        elif self.book.address:
            link.set("href", self.book.address + page + (f"#{anchor}" if anchor else ""))
        else:
            link.tag = "span"
            link.attrib.clear()


def anchor(element: Element) -> None:
    """Move an id that pandoc would lose, as of a list's item, into an empty element within."""
    if element.tag in _KEPT:
        return
    holder = next(iter(element), element) if element.tag == "tr" else element
    mark = Element("span", id=element.attrib.pop("id"))
    mark.tail, holder.text = holder.text, None
    holder.insert(0, mark)


def dead_links(html: str) -> Iterator[str]:
    """Yield each link within a book that leads nowhere."""
    ids = {unescape(each) for each in re.findall(r'\bid="([^"]*)"', html)}
    for href in dict.fromkeys(re.findall(r'\bhref="#([^"]*)"', html)):
        if unescape(href) not in ids:
            yield unescape(href)
