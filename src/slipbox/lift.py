"""Take embedded notes out of the paragraphs they were asked for in: a paragraph can't hold one."""

from __future__ import annotations

from xml.etree.ElementTree import Element


def lift(root: Element) -> None:
    """Take embedded notes out of the paragraphs they stand in: a paragraph can't hold one."""
    for parent in list(root.iter()):
        for paragraph in [child for child in parent if child.tag == "p"]:
            if any(is_embed(child) for child in paragraph) or _is_empty(paragraph):
                index = list(parent).index(paragraph)
                parent.remove(paragraph)
                for offset, piece in enumerate(_pieces(paragraph)):
                    parent.insert(index + offset, piece)


def _is_empty(paragraph: Element) -> bool:
    return not len(paragraph) and not (paragraph.text or "").strip() and not paragraph.attrib


def is_embed(element: Element) -> bool:
    """Return whether an element is an embedded note, or what stands in its place."""
    return element.tag == "div" and element.get("class", "").startswith("slipbox-embed")


def _pieces(paragraph: Element) -> list[Element]:
    """Return a paragraph as paragraphs and embedded notes in turn; empty paragraphs are left out."""
    pieces = [Element("p", dict(paragraph.attrib))]
    pieces[0].text = paragraph.text
    for child in list(paragraph):
        if not is_embed(child):
            pieces[-1].append(child)
            continue
        rest = Element("p")
        rest.text, child.tail = child.tail, None
        pieces += [child, rest]
    kept = [piece for piece in pieces if piece.tag != "p" or not _is_empty(piece)]
    for piece in kept:
        piece.tail = "\n"
    return kept


def take_out(parent: Element, child: Element) -> None:
    """Remove a child, its tail kept."""
    index = list(parent).index(child)
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)
