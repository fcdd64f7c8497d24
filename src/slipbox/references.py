"""Take the brackets off the words of a link whose definition leads to what the audience may not see: `[words][label]`, `[label][]`, `[label]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slipbox.config import PrivateLinks
from slipbox.copies import Part
from slipbox.discretion import spoken
from slipbox.links import REFERENCE, opening_bracket
from slipbox.model import Link, LinkKind, Note
from slipbox.names import Folded, fold
from slipbox.pipeline import Edition, State
from slipbox.region import mask
from slipbox.regions import find_regions

_FULL = re.compile(r"\][ \n]?\[(?P<label>[^\[\]]+)\]")
_SHORT = re.compile(r"\[(?P<label>[^\[\]]+)\](?:\[\])?(?![\[(:])")


def unreferenced(note: Note, start: int, end: int, edition: Edition) -> Iterator[Part]:
    """Yield what is written for the brackets of such links between two offsets: their words stay, unless they are redacted; a picture goes."""
    hidden = dict(_hidden(note, edition))
    if not hidden:
        return
    redacted = edition.options.private_links is PrivateLinks.REDACT
    instead = spoken(next(iter(hidden.values())), note.language, edition.options) if redacted else None
    masked = mask(note.text, find_regions(note.text, note.body_start))
    for found in _FULL.finditer(masked, start, end):
        if _label(found["label"]) in hidden:
            opening = opening_bracket(masked, found.start())
            yield from _bare(masked, opening, found.start(), found.end(), instead)
    for found in _SHORT.finditer(masked, start, end):
        if _label(found["label"]) in hidden and masked[found.start() - 1 : found.start()] != "]":
            yield from _bare(masked, found.start(), found.end("label"), found.end(), instead)


def _hidden(note: Note, edition: Edition) -> Iterator[tuple[Folded, Link]]:
    """Yield each label whose definition leads to what the audience may not see."""
    for link in note.links:
        definition = REFERENCE.match(note.text, link.span.start, link.span.end)
        if (
            definition
            and link.kind is LinkKind.MARKDOWN
            and edition.meaning(link, note.path).state is State.PRIVATE
        ):
            yield _label(definition[0].lstrip()[1:].partition("]:")[0]), link


def _bare(masked: str, opening: int, closing: int, end: int, instead: str | None) -> Iterator[Part]:
    """Yield what is written for a link from its opening bracket to its end, with its words up to the closing one."""
    if opening and masked[opening - 1] == "!":
        yield opening - 1, end, ""
    elif instead is not None:
        yield opening, end, instead
    else:
        yield from ((opening, opening + 1, ""), (closing, end, ""))


def _label(written: str) -> Folded:
    return fold(" ".join(written.split()))
