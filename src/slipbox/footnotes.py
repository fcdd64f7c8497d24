"""Number the footnotes of a page in the order of its text, and give a part that is shown elsewhere those it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor

FOOTNOTES = "footnote"
"""The class of the element that holds a note's footnotes."""
_REFERENCE = "footnote-ref"
_BACK = "footnote-backref"


class OrderedFootnotes(Treeprocessor):
    """Orders the footnotes of a page as they are named, if some stand in its lines, whose definitions all come last.

    Python-Markdown's own setting for that numbers the paragraphs' before those in lists and tables.
    """

    def run(self, root: Element) -> None:
        """Sort the footnotes and number the references."""
        items = {item.get("id", ""): item for item in root.iter("li") if item.get("id", "").startswith("fn:")}
        if not any(name.startswith("fn:inline-") for name in items):
            return
        holder = next(each for each in root.iter("ol") if next(iter(items.values())) in list(each))
        named = dict.fromkeys(link.get("href", "")[1:] for link in _references(root))
        order = [name for name in (*named, *items) if name in items]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(order), 1)}
        holder[:] = [items[name] for name in numbers]
        for link in root.iter("a"):
            _number(link, numbers)


def _number(link: Element, numbers: dict[str, int]) -> None:
    """Number a reference to a footnote, and say the number in a way back."""
    number = numbers.get(link.get("href", "")[1:])
    if number and link.get("class") == _REFERENCE:
        link.text = str(number)
    back = re.match(r"#fnref\d*:(.*)", link.get("href", "")) if link.get("class") == _BACK else None
    if back and f"fn:{back[1]}" in numbers:
        link.set("title", re.sub(r"\d+", str(numbers[f"fn:{back[1]}"]), link.get("title", ""), count=1))


def footnotes_of(parts: list[Element], root: Element) -> Element | None:
    """Return the footnotes of a whole note, `root`, that some parts of it refer to and don't hold; None if there are none.

    They are numbered in their order, as are the parts' references to them.
    """
    known = {item.get("id", ""): item for item in root.iter("li") if item.get("id", "").startswith("fn:")}
    for part in parts:
        for element in part.iter("li"):
            known.pop(element.get("id", ""), None)
    wanted: dict[str, Element] = {}
    waiting = list(parts)
    while waiting:
        for reference in _references(waiting.pop()):
            name = reference.get("href", "")[1:]
            if name in known and name not in wanted:
                wanted[name] = deepcopy(known[name])
                waiting.append(wanted[name])
    if not wanted:
        return None
    numbers = {name: number for number, name in enumerate((name for name in known if name in wanted), 1)}
    for part in (*parts, *wanted.values()):
        for link in part.iter("a"):
            _number(link, numbers)
    return _listed([wanted[name] for name in numbers], [*parts, *wanted.values()])


def _references(part: Element) -> Iterator[Element]:
    """Yield the links to footnotes in a part."""
    return (link for link in part.iter("a") if link.get("class") == _REFERENCE)


def _listed(items: list[Element], shown: list[Element]) -> Element:
    """Return the element that holds footnotes, each with the ways back that lead to what is shown."""
    there = {element.get("id") for part in shown for element in part.iter()}
    for item in items:
        for parent in list(item.iter()):
            for link in [child for child in parent if child.get("class") == _BACK]:
                if link.get("href", "")[1:] not in there:
                    parent.remove(link)
    holder = Element("div", {"class": FOOTNOTES})
    SubElement(holder, "hr")
    SubElement(holder, "ol").extend(items)
    return holder
