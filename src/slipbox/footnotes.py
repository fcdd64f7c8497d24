"""Give a part of a note that is shown elsewhere the footnotes it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

FOOTNOTES = "footnote"
"""The class of the element that holds a note's footnotes."""
_REFERENCE = "footnote-ref"
_BACK = "footnote-backref"


def footnotes_of(parts: list[Element], root: Element) -> Element | None:
    """Return the footnotes of a whole note, `root`, that some parts of it refer to; None if there are none.

    They are numbered in their order, as are the parts' references to them.
    """
    known = {item.get("id", ""): item for item in root.iter("li") if item.get("id", "").startswith("fn:")}
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
        for reference in _references(part):
            if reference.get("href", "")[1:] in numbers:
                reference.text = str(numbers[reference.get("href", "")[1:]])
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
