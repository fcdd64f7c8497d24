"""Take a page's text for a book: without what serves a screen, folded parts open, boxes of their kind, code as plain text."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

GONE = frozenset({"script", "link", "nav", "button", "style", "input"})
"""Elements that serve a screen only."""
GONE_CLASSES = frozenset(
    [
        "headerlink",
        "slipbox-backlinks",
        "slipbox-graph",
        "slipbox-ways",
        "slipbox-line",
        "page-relations",
        "cards-way",
        "cards-practice",
        "cards-list",
        "md-tags",
        "md-code__nav",
        "linenos",
        "snippets-footer",
        "snippet-actions",
    ]
)
"""Classes of elements that serve a screen only, or say what a book's order says."""
_LANGUAGE = re.compile(r"^language-(.+)$")
_BOXES = frozenset({"note", "info", "tip", "warning", "danger", "example", "question", "abstract", "bug"})
"""The kinds of boxes that unfold, each a class of its element; the others bear the class `admonition`."""
_WRAPPERS = frozenset({"div", "section", "details", "header"})
"""Elements that hold others for the sake of a screen."""
_LINES = frozenset({"filename", "snippet-output__label", "admonition-title"})
"""Classes of lines that look like no other text. Pandoc keeps the class of a word, not of a paragraph."""
_HEADINGS = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 7)}


def forget_namespaces(article: Element) -> None:
    """Let formulas bear their names as HTML writes them: declared elsewhere, a namespace makes a book that no reader opens."""
    for element in article.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
        for name in [name for name in element.attrib if name.startswith("{http://www.w3.org/2000/xmlns/}")]:
            del element.attrib[name]


def clean(element: Element) -> None:
    """Take out what serves a screen only, unfold what is folded, and let code be plain text that says its language."""
    for child in list(element):
        classes = frozenset((child.get("class") or "").split())
        if child.tag in GONE or classes & GONE_CLASSES:
            drop(element, child)
            continue
        if child.tag == "pre":
            flatten(element, child)
        else:
            clean(child)
        if "snippet-badge" in classes:
            child[1:] = []  # when it ran and under which guards: the site says it
            summary = next(iter(child), child)  # what wasn't verified is a line already
            summary.attrib.clear()
            make_line(summary, "snippet-badge")
        if line := next(iter(classes & _LINES), None):
            make_line(child, line)
        if child.tag == "a" and "term" in classes:
            child.attrib.pop("data-meaning", None)
        child.tag = {"summary": "p"}.get(child.tag) or _HEADINGS.get(child.tag, child.tag)
        if "admonition" in classes or (child.tag == "details" and classes & _BOXES):
            make_box(child, classes)
        elif child.tag in _WRAPPERS:
            unwrap(element, child)


def make_box(element: Element, classes: frozenset[str]) -> None:
    """Make a note beside the text a box of the book, open, with the kind that decides its colour; its title is a line of its own."""
    element.tag = "div"
    kind = next(iter(classes & _BOXES), "note")
    held = {"id": element.attrib["id"]} if "id" in element.attrib else {}
    element.attrib.clear()
    element.attrib.update(held | {"class": f"box {kind}", "role": "note"})
    title = next(iter(element), None)
    if title is not None and title.text and title.tag == "p" and not title.get("class"):
        make_line(title, "admonition-title")


def make_line(element: Element, name: str) -> None:
    """Make an element a paragraph, and put its class on all that it holds."""
    element.tag = "p"
    element.attrib.pop("class", None)
    words = Element("span", {"class": name})
    words.text, words[:] = element.text, list(element)
    element.text, element[:] = None, [words]


def unwrap(parent: Element, child: Element) -> None:
    """Put what an element holds in its place, and its id in front of that."""
    if "id" in child.attrib:
        mark = Element("span", id=child.attrib["id"])
        mark.tail, child.text = child.text, None
        child.insert(0, mark)
    place, held = list(parent).index(child), list(child)
    if held:
        held[-1].tail = (held[-1].tail or "") + (child.tail or "")
        child.tail = child.text
    else:
        child.tail = (child.text or "") + (child.tail or "")
    drop(parent, child)
    for offset, each in enumerate(held):
        parent.insert(place + offset, each)


def flatten(parent: Element, pre: Element) -> None:
    """Make a block of code one text, with its language as its class."""
    text = "".join(pre.itertext())
    owner = (parent.get("class") or "").split()
    language = next((found[1] for name in owner if (found := _LANGUAGE.match(name))), "")
    tail = pre.tail
    pre.clear()
    pre.tail = tail
    if language and language != "text":
        pre.set("class", language)
    SubElement(pre, "code").text = text


def drop(parent: Element, child: Element) -> None:
    """Remove an element and keep the text behind it."""
    place = list(parent).index(child)
    tail = child.tail or ""
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(child)
