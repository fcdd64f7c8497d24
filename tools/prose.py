"""The words of a page that a reader reads, each with its language, and where they stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import yaml

from tools.pages import DOCS, ROOT, Page

_SKIPPED = frozenset({"a", "code", "kbd", "script", "style"})
_EITHER = frozenset({"em", "i", "q", "cite"})
_BLOCKS = frozenset({"p", "li", "td", "th", "div", "br", "summary", "dt", "dd"})
_SOURCES = frozenset({"Sources", "Kilder"})
_COLUMNS = {"English": "en", "Norsk": "nb"}
_WIKILINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_MATHS = re.compile(r"\$[^$\n]+\$|\\\(.*?\\\)|\\\[.*?\\\]", re.S)
_IDENTIFIER = re.compile(
    r"\S*(?:://|@|\w[._:]\w|\d|_|::)\S*|&\w+;|\{[^{}\n]*\}|\[\^[\w-]+\]|^-{2,}8<.*$", re.M
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_INNER_CAPITAL = re.compile(r"[^\W\d_][A-ZÆØÅ]")
_ALTERNATIVE = re.compile(r"^\s*acc(?:Title|Descr)\s*:\s*(.*)$", re.M)
_CODE = re.compile(
    r"^( *)(`{3,}|~{3,}).*?^\1\2`*~* *$|`[^`\n]+`|https?://\S+|\]\([^()\n]*\)|\[\[[^\[\]|]*(?:\|)?",
    re.M | re.S,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as it is read."""

    text: str
    """Without an English genitive's ending."""
    languages: tuple[str, ...]
    """The languages in one of which it must be right, the page's own first."""
    page: Page

    def place(self) -> tuple[int, int]:
        """Return the line and column of the first place where the word stands outside code and links, else anywhere, else 1:1."""
        pattern = re.compile(rf"(?<![^\W_]){re.escape(self.text)}(?![^\W_])")
        for source in (masked(self.page.source), self.page.source):
            if found := pattern.search(source.replace("’", "'")):
                line_start = source.rfind("\n", 0, found.start())
                return source.count("\n", 0, found.start()) + 1, found.start() - line_start
        return 1, 1


def read_words(page: Page) -> Iterator[Word]:
    """Yield the words of a page: its title, its description and its text, in order.

    A title may be a name in the other language.
    """
    own = language(page)
    for name, languages in {"title": _either(own), "tittel": _either(own), "description": (own,)}.items():
        yield from _words(str(page.properties.get(name, "")), languages, page)
    for part in (page.lead, *page.parts):
        yield from _words(part.title, (own,), page)
        for block in part.elements:
            sources = part.title in _SOURCES or block.get("class") == "footnote"
            for text, languages in _texts(block, _either(own) if sources else (own,)):
                yield from _words(text, languages, page)


def language(page: Page) -> str:
    """Return the language of a page: its own `lang`, else that of its folder in `mkdocs.yml`, else English."""
    place = page.path.relative_to(DOCS).as_posix() if page.path.is_relative_to(DOCS) else ""
    folders = (name for prefix, name in _folders().items() if place.startswith(prefix))
    return str(page.properties.get("lang") or next(folders, "en"))


@cache
def masked(source: str) -> str:
    """Return a page's source with code, addresses and the targets of links blanked out, every place kept."""
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)


@cache
def _folders() -> Mapping[str, str]:
    """Return the languages that `mkdocs.yml` gives to folders."""

    class Loader(yaml.SafeLoader):
        """Reads past the tags that only MkDocs understands."""

    Loader.add_multi_constructor("", lambda *_: None)
    found: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    languages: dict[str, str] = found["extra"]["languages"]
    return languages


def _texts(element: Element, languages: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the pieces of text in an element, each with the languages that it may be in."""
    if element.get("lang"):
        languages = (str(element.get("lang")).partition("-")[0],)
    if element.tag == "table":
        yield from _table(element, languages)
    elif element.tag == "pre":
        for alternative in _ALTERNATIVE.findall(
            "".join(element.itertext()) if element.get("class") == "mermaid" else ""
        ):
            yield alternative, languages
    elif element.tag not in _SKIPPED and not (element.get("id") or "").startswith("fnref"):
        languages = _either(languages[0]) if element.tag in _EITHER else languages
        yield element.text or "", languages
        for child in element:
            yield from _texts(child, languages)
            yield child.tail or "", languages


def _table(table: Element, languages: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts of a table's cells; a column whose head names a language is in it."""
    heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
    for row in table.iter("tr"):
        for place, cell in enumerate(row):
            named = _COLUMNS.get(heads[place]) if place < len(heads) else None
            yield from _texts(cell, (named,) if named else languages)


def _either(own: str) -> tuple[str, ...]:
    """Return both languages, the page's own first: for what is emphasised, and for the titles of sources."""
    return ("nb", "en") if own == "nb" else ("en", "nb")


def _words(text: str, languages: tuple[str, ...], page: Page) -> Iterator[Word]:
    text = _WIKILINK.sub(lambda found: found[2] or " ", text)
    for found in _WORD.finditer(_IDENTIFIER.sub(" ", _MATHS.sub(" ", text))):
        word = found[0].replace("’", "'").removesuffix("'s")
        if len(word) > 1 and not _INNER_CAPITAL.search(word):
            yield Word(text=word, languages=languages, page=page)
