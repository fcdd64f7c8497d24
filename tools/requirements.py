"""Hold a page against what it must hold: one row for each requirement, with what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tools.document import Document, answers, count_sources, has, items, points, read_document
from tools.pages import normal, plain, shown, subsections
from tools.specification import Kind, Wanted

_WORD = re.compile(r"\w[\w'’-]*")
_CLAIM = frozenset({"Hvorfor", "Motargument"})
_POINTS = {"concepts": "Key concepts", "benefits": "Benefits", "trade_offs": "Trade-offs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement, held against a page."""

    name: str
    """What is counted."""
    held: int
    """How much of it the page has."""
    wanted: int
    """How much of it the page must have."""
    missing: tuple[str, ...] = ()
    """What is wrong, each a `file:line:column: …`."""
    open: tuple[str, ...] = ()
    """What is still to come from another page, and isn't this page's fault."""


def hold(wanted: Wanted, linked_from: Mapping[str, frozenset[str]]) -> list[Row]:
    """Return every requirement of a page that is written, held against it.

    Args:
        wanted: What the page must hold.
        linked_from: What each page of the site links to, by the page's name.
    """
    document = read_document(wanted)
    rows = [
        _properties(document),
        _headings(document),
        *_tables(document),
        *_figures(document),
        *_counts(document),
        *_answers(document),
        *_words(document),
        _snippets(document),
        _links(document),
        *_tied(document, linked_from),
        *_corrections(document),
    ]
    return [row for row in rows if row.wanted]


def _properties(document: Document) -> Row:
    wanted = document.wanted.properties
    missing = [name for name in wanted if name not in document.pages[0].properties]
    return _row("properties", wanted, document.missing("the property", missing))


def _headings(document: Document) -> Row:
    """The page's headings are the wanted ones, in order; a page in several parts may repeat those that all modules have."""
    wanted = list(document.wanted.headings)
    found = [part.title for part in document.parts]
    optional = {normal(each) for each in document.wanted.optional} - {normal(each) for each in found}
    expected = [each for each in wanted if normal(each) not in optional]
    have = {normal(each) for each in found}
    missing = document.missing("the heading", [f"“{each}”" for each in expected if normal(each) not in have])
    known = {normal(each) for each in wanted}
    extra = tuple(
        document.at(part.line, f"the heading “{part.title}” is not among those of this page; make it a `###`")
        for part in document.parts
        if normal(part.title) not in known
    )
    order = expected if len(document.pages) == 1 else list(document.wanted.own_headings)
    known_order = [normal(each) for each in order]
    found_order = [each for each in map(normal, found) if each in set(known_order)]
    # A module may have a heading of its own that all modules have, too: one section for both will do.
    in_order = found_order in (known_order, list(dict.fromkeys(known_order)))
    wrong: tuple[str, ...] = ()
    if not missing and not extra and not in_order:
        wrong = (document.at(1, f"the headings are not in the order {' · '.join(order)}"),)
    faults = missing + extra + wrong
    return Row(name="headings", held=len(expected) - len(missing), wanted=len(expected), missing=faults)


def _tables(document: Document) -> Iterator[Row]:
    """Each key stands in the first column or the head of a table below its heading; one after `~` anywhere below it."""
    for title, keys in document.wanted.tables.items():
        part = document.part(title)
        cells = [
            normal(shown(plain(cell)))
            for table in part.all("table")
            for place, row in enumerate(table.iter("tr"))
            for cell in (list(row) if place == 0 else list(row)[:1])
        ]
        text = normal(shown(part.text()))
        missing = [
            f"“{key.removeprefix('~')}”"
            for key in keys
            if not any(has(cell, key.removeprefix("~")) for cell in (cells, [text])[key.startswith("~")])
        ]
        yield _row(
            "table rows", keys, document.missing(f"in the table of “{title}”, a row for", missing, part.line)
        )


def _figures(document: Document) -> Iterator[Row]:
    if document.wanted.figures:
        text = document.text()
        missing = [f"“{figure}”" for figure in document.wanted.figures if not has(text, figure)]
        yield _row("figures", document.wanted.figures, document.missing("the figure", missing))


def _counts(document: Document) -> Iterator[Row]:
    """Each count reaches what is wanted."""
    counts: dict[str, Callable[[Document], int]] = {
        "patterns": lambda page: len(subsections(page.part("Patterns"))),
        "gotchas": lambda page: sum(1 for _ in items(page.part("Gotchas"), "ol")),
        "questions": lambda page: sum(
            1 for each in subsections(page.part("Interview lens")) if answers(each)
        ),
        "diagrams": lambda page: sum(
            1 for each in page.pages for pre in each.whole.all("pre") if pre.get("class") == "mermaid"
        ),
        "links": lambda page: len(page.links()),
        "sources": count_sources,
    }
    for name, least in document.wanted.counts.items():
        count = counts[name](document) if name in counts else points(document.part(_POINTS[name]))
        told = f"there are {count} {name.replace('_', '-')}, and the specification has {least}"
        yield Row(
            name=name,
            held=min(count, least),
            wanted=least,
            missing=() if count >= least else (document.at(1, told),),
        )


def _answers(document: Document) -> Iterator[Row]:
    """Each question of the interview lens has its folded answer, in points."""
    questions = subsections(document.part("Interview lens")) if document.wanted.kind is Kind.MODULE else ()
    line = document.part("Interview lens").line
    bare = [f"“{each.title}”" for each in questions if not answers(each)]
    missing = document.missing("the list in “A good answer covers” of", bare, line)
    yield Row(name="answers", held=len(questions) - len(bare), wanted=len(questions), missing=missing)


def _words(document: Document) -> Iterator[Row]:
    if document.wanted.words is None:
        return
    least, most = document.wanted.words
    page = document.pages[0]
    if document.wanted.kind is Kind.NOTE:
        sections = [page.lead, *(part for part in page.parts if part.title in _CLAIM)]
        blocks = [each for part in sections for each in part.elements if each.tag in ("p", "ul", "ol")]
    else:
        blocks = list(page.whole.elements)
    count = sum(len(_WORD.findall(shown(plain(each, without=frozenset({"pre"}))))) for each in blocks)
    fits = least <= count <= most
    told = f"the text has {count} words, and should have {least} to {most}"
    yield Row(name="length", held=int(fits), wanted=1, missing=() if fits else (document.at(1, told),))


def _snippets(document: Document) -> Row:
    """Each file is shown; one that is planned, or belongs to another page, may still be to come."""
    shown_files = {file for page in document.pages for file, _ in page.includes()}
    absent = [file for file in document.wanted.snippets if file not in shown_files]
    own = _own_folders(document.wanted)
    late = [file for file in absent if file in document.wanted.planned or not file.startswith(own)]
    missing = [file for file in absent if file not in late]
    return Row(
        name="snippets",
        held=len(document.wanted.snippets) - len(absent),
        wanted=len(document.wanted.snippets),
        missing=document.missing("the snippet", missing),
        open=tuple(document.at(1, f"the snippet {file} is not shown yet") for file in late),
    )


def _links(document: Document) -> Row:
    have = document.links()
    missing = [f"[[{name}]]" for name in document.wanted.links if name not in have]
    return _row("required links", document.wanted.links, document.missing("the link to", missing))


def _tied(document: Document, linked_from: Mapping[str, frozenset[str]]) -> Iterator[Row]:
    """A topic and each page that it is tied to are linked, in one direction or both; what isn't written can't link yet."""
    have, name = document.links(), document.wanted.name
    loose = [
        f"[[{other}]]"
        for other in document.wanted.tied_to
        if other not in have and name not in linked_from.get(other, frozenset())
    ]
    missing = document.missing("a link, in either direction, between this page and", loose)
    yield _row("ties", document.wanted.tied_to, missing)


def _corrections(document: Document) -> Iterator[Row]:
    """Each common claim is named by its number in the text, and the page has a box for such claims."""
    if not document.wanted.corrections:
        return
    text = "\n".join(page.whole.text() for page in document.pages)
    missing = document.missing(
        "the correction", [each for each in document.wanted.corrections if each not in text]
    )
    boxes = [
        each
        for page in document.pages
        for each in page.whole.all("div", "details")
        if "warning" in (each.get("class") or "").split()
    ]
    bare = () if boxes else (document.at(1, "there is no `!!! warning` box for its common claims"),)
    yield Row(
        name="corrections",
        held=len(document.wanted.corrections) - len(missing),
        wanted=len(document.wanted.corrections),
        missing=missing + bare,
    )


def _row(name: str, wanted: Iterable[str], missing: tuple[str, ...]) -> Row:
    count = len(tuple(wanted))
    return Row(name=name, held=count - len(missing), wanted=count, missing=missing)


def _own_folders(wanted: Wanted) -> tuple[str, ...]:
    """Return how the folders begin whose snippets a page of this kind brings along."""
    if wanted.kind is Kind.NOTE:
        return ("ms_",)
    return ("be03_",) if wanted.kind is Kind.TOPIC else (f"{wanted.name.partition('-')[0]}_",)
