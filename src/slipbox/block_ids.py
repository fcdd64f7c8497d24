"""Give blocks the ids that their authors wrote after them (`^id`).

Source: Obsidian's help page *Internal links*, "Link to a block in a note".
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from slipbox.names import fold

_AT_END = re.compile(r"(?:^|[ \t\n])\^(?P<id>[A-Za-z0-9-]+)[ \t]*$")
_HOLDERS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6")


class BlockIds(Treeprocessor):
    """Turns `^id` at the end of a block, or on a line of its own after one, into the block's HTML id.

    Runs before inline patterns, while a block's text is still as written.
    """

    def run(self, root: Element) -> None:
        """Give every block its id; of two of one name the first, which links lead to."""
        self.taken: set[str] = set()
        for parent in list(root.iter()):
            before: Element | None = None
            for child in list(parent):
                gone = child.tag in _HOLDERS and self._take(child, parent, before)
                before = before if gone else child

    def _take(self, element: Element, parent: Element, before: Element | None) -> bool:
        """Take the id off an element's text; return whether the element is gone because it held nothing else."""
        found = _AT_END.search(element.text) if element.text and "^" in element.text else None
        if not found:
            return False
        assert element.text is not None
        rest = element.text[: found.start()].rstrip()
        if rest or element.tag != "p" or before is None or len(element):
            element.text = rest
            self._name(element, found["id"])
            return False
        if before.tag == "p" and HTML_PLACEHOLDER_RE.fullmatch((before.text or "").strip()):
            before.tag = "div"  # around code or raw HTML, which a paragraph can't hold
        self._name(before, found["id"])
        parent.remove(element)
        return True

    def _name(self, element: Element, name: str) -> None:
        """Give an element an id that no other has."""
        if fold(name) not in self.taken:
            element.set("id", name)
        self.taken.add(fold(name))
