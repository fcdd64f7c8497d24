"""A page with its further parts, read as one, and what can be counted in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from tools.pages import ROOT, Page, Section, normal, plain, read_page, shown, subsections
from tools.specification import Kind, Wanted

SNIPPETS = ROOT / "snippets"
_SOURCES = {
    Kind.MODULE: "Sources",
    Kind.CONCEPT: "Sources",
    Kind.TOPIC: "Lenker",
    Kind.NOTE: "Kilder",
    Kind.OVERVIEW: "Kilder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page with its further parts, read as one."""

    pages: tuple[Page, ...]
    wanted: Wanted

    @property
    def parts(self) -> tuple[Section, ...]:
        """Return the sections of the second level of all parts, in order."""
        return tuple(part for page in self.pages for part in page.parts)

    def part(self, title: str) -> Section:
        """Return the section with this heading, from all parts; an empty one if there is none."""
        found = [each for each in self.parts if normal(each.title) == normal(title)]
        blocks = tuple(block for each in found for block in each.elements)
        return Section(title=title, line=found[0].line if found else 1, elements=blocks)

    def text(self) -> str:
        """Return the text with all that it shows of its snippets and their output, in the form in which it is compared."""
        texts = ["".join(page.whole.text()) for page in self.pages]
        for page in self.pages:
            for file in dict.fromkeys(name for name, _ in page.includes()):
                texts += [_read(SNIPPETS / file), _read((SNIPPETS / file).with_suffix(".out"))]
        return normal("\n".join(texts))

    def links(self) -> frozenset[str]:
        """Return the names of the notes that it links to."""
        return frozenset(link for page in self.pages for link in page.links())

    def at(self, line: int, text: str) -> str:
        """Return a finding about a line of the page."""
        return f"{self.pages[0].place}:{line}:1: {text}"

    def missing(self, what: str, names: Iterable[str], line: int = 1) -> tuple[str, ...]:
        """Return a finding for each name that is missing."""
        return tuple(self.at(line, f"{what} {name} is missing") for name in names)


def read_document(wanted: Wanted) -> Document:
    """Read a page and its further parts."""
    return Document(pages=tuple(read_page(file) for file in wanted.files()), wanted=wanted)


def folded_answer(question: Section) -> Element | None:
    """Return the folded block “A good answer covers” below a question, if there is one."""
    folded = (block for block in question.elements if block.tag == "details")
    return next((block for block in folded if normal(plain(block[0])) == "a good answer covers"), None)


def answers(question: Section) -> list[str]:
    """Return the points of a question's folded answer, each as plain text."""
    answer = folded_answer(question)
    return [] if answer is None else [shown(plain(item)) for item in answer.iter("li")]


def has(text: str, key: str) -> bool:
    """Tell whether a normal text holds one of a key's alternatives, as words of their own where they are letters."""
    return any(
        re.search(rf"(?<![\w]){re.escape(normal(each))}" + (r"\b" if len(each) < 3 else ""), text)
        for each in key.split("|")
    )


def items(section: Section, tag: str) -> Iterator[Element]:
    """Yield the items of the lists that stand directly in a section."""
    for block in section.elements:
        if block.tag == tag:
            yield from block.findall("li")


def points(section: Section) -> int:
    """Return how many points a section makes: list items, rows of tables, and paragraphs that begin with a term in bold."""
    count = sum(1 for tag in ("ul", "ol") for _ in items(section, tag))
    for block in section.elements:
        if block.tag == "p" and len(block) and block[0].tag == "strong" and not (block.text or "").strip():
            count += 1
        count += sum(1 for _ in block.iter("tr")) - 1 if block.tag == "table" else 0
    return count + len(subsections(section))


def count_sources(document: Document) -> int:
    """Return how many sources are named: footnotes, and items and addresses in the section that lists them."""
    part = document.part(_SOURCES[document.wanted.kind])
    listed = (
        max(len(part.all("li")), len(part.all("a")))
        if document.wanted.kind is not Kind.TOPIC
        else len(part.all("a"))
    )
    notes = sum(
        1
        for page in document.pages
        for each in page.whole.all("li")
        if (each.get("id") or "").startswith("fn:")
    )
    return listed + notes


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
