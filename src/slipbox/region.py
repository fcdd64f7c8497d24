"""A stretch of a note's text that is sacred: code, math, HTML, a comment; and the mask that hides them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MASK = "\x1a"
"""Stands in a mask for each character of a region (line ends stay)."""


class RegionKind(Enum):
    """What makes a region sacred."""

    FENCE = "fence"
    INDENTED = "indented"
    CODE = "code"
    MATH = "math"
    HTML = "html"
    COMMENT = "comment"
    ESCAPE = "escape"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of text that isn't read for links."""

    kind: RegionKind
    """What it is."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


def mask(text: str, regions: list[Region]) -> str:
    """Return `text` with every character of the regions but line ends replaced; offsets stay."""
    parts: list[str] = []
    position = 0
    for region in regions:
        parts.append(text[position : region.start])
        parts.append("\n".join(MASK * len(line) for line in text[region.start : region.end].split("\n")))
        position = region.end
    parts.append(text[position:])
    return "".join(parts)
