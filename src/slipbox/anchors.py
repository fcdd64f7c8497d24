"""Give headings and blocks the ids that the page will give them, before it is rendered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown.extensions.toc import slugify as default_slugify
from markdown.extensions.toc import unique

from slipbox.model import Link, Note, NotePath
from slipbox.resolve import find_block, find_heading

Slugify = Callable[[str, str], str]


_WORDS = re.compile(r"[\sA-Z]")
"""In a fragment: the words of a heading, as Obsidian writes them, and no id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The ids in pages, made with the slugify and separator of the `toc` extension; kept once made."""

    slugify: Slugify = default_slugify
    """Makes an id of a heading's text and the separator."""
    separator: str = "-"
    """What stands between words."""
    _made: dict[NotePath, tuple[str, ...]] = field(default_factory=dict)

    def headings(self, note: Note) -> tuple[str, ...]:
        """Return the ids of a note's headings, in order."""
        if note.path not in self._made:
            used = {block_id(block.id) for block in note.blocks}
            used.update(heading.custom_id for heading in note.headings if heading.custom_id)
            self._made[note.path] = tuple(
                heading.custom_id or unique(self.slugify(heading.text, self.separator), used)
                for heading in note.headings
            )
        return self._made[note.path]

    def of(self, note: Note, link: Link) -> str:
        """Return the id that a link's subpath names in its target; empty if nothing bears it."""
        if not link.subpath:
            return ""
        if link.subpath.startswith("^"):
            block = find_block(note, link.subpath)
            return block_id(block.id) if block else ""
        heading = find_heading(note, link.subpath)
        return self.headings(note)[note.headings.index(heading)] if heading else ""

    def by_words(self, note: Note | None, link: Link) -> str:
        """Return the id of a heading that a link in Markdown's own syntax names by its words; empty for an id."""
        return self.of(note, link) if note and _WORDS.search(link.subpath) else ""


def block_id(name: str) -> str:
    """Return the HTML id of the block `^name`."""
    return name
