"""Know what plugins of Obsidian run and we don't, so that a page and `lint` say so instead of showing something else.

Sources: the documentation of Dataview, Templater, Tasks, Meta Bind, Admonition and Excalidraw; Obsidian's help page *Search*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slipbox.region import Region, RegionKind

_RUN = (
    "base button compressed-json contributiongraph datacore datacorejs datacorejsx datacorets datacoretsx dataview dataviewjs "
    "folder-index-content folder-overview leaflet meta-bind meta-bind-button meta-bind-embed meta-bind-js-view query tasks tracker"
)
RUN = frozenset(_RUN.split())
"""Languages of fences that are run; their source says nothing to a reader, so a few words stand in its place."""
DRAWN = frozenset(("cardlink", "chart", "gallery", "img-gallery", "statblock", "timeline"))
"""Languages of fences that are drawn; their source is what a reader can have, and is shown as code. So is `ad-…`."""
DRAWING = "excalidraw-plugin"
"""The property of a note that is a drawing of Excalidraw."""
BANNER = re.compile(r"^==[ \t]*⚠[^\n]*EXCALIDRAW VIEW[^\n]*$", re.MULTILINE)
"""The line that Excalidraw puts into its notes for those who see their text."""

_INFO = re.compile(r"(?P<prefix>[> \t]*)(?:`{3,}|~{3,})[ \t]*(?P<name>[\w-]*)")
_LINK_OPENS = re.compile(r"!?\[\[[^\[\]\n]*\Z")
_LINK_CLOSES = re.compile(r"[^\[\]\n]*\]\]")
_INLINE_QUERY = re.compile(r"`=[ \t].*\b(?:this\.|date\(|dateformat\()|`\$=[ \t]*.*\bdv\.", re.DOTALL)


def unsupported_in(text: str, region: Region) -> str:
    """Return the name of what can't be run and isn't shown: a fence's language, or Templater; empty for anything else."""
    if region.kind is RegionKind.TEMPLATE:
        return "Templater"
    name = _language(text, region)
    return name if name.lower() in RUN else ""


def in_place(text: str, region: Region, words: str) -> str:
    """Return HTML that says `words` in the place of a region, after the marks of quotes and lists that it stands in."""
    found = _INFO.match(text, region.start) if region.kind is RegionKind.FENCE else None
    return f'{found["prefix"] if found else ""}<span class="slipbox-unsupported">{words}</span>'


def within_link(text: str, region: Region) -> tuple[int, int]:
    """Return where a region begins and ends; with the brackets of a link, if it is in its name: `[[<% … %>|words]]`."""
    before = _LINK_OPENS.search(text, max(0, region.start - 200), region.start)
    after = _LINK_CLOSES.match(text, region.end) if before and region.kind is RegionKind.TEMPLATE else None
    return (before.start(), after.end()) if before and after else (region.start, region.end)


def told(text: str, region: Region) -> tuple[str, str]:
    """Return what an author is told of a region that isn't supported, and the hint; empty for anything else."""
    if region.kind is RegionKind.TEMPLATE:
        return "commands of Templater aren't run", "the page says so in its place"
    if unsupported_in(text, region):
        return f'a block of "{_language(text, region)}" isn\'t supported yet', "the page says so in its place"
    name = _language(text, region)
    if name.lower() in DRAWN or name.lower().startswith("ad-"):
        return f'a block of "{name}" isn\'t supported yet', "the page shows its source as code"
    if region.kind is RegionKind.CODE and _INLINE_QUERY.match(text, region.start, region.end):
        return "a query of Dataview isn't run", "the page shows it as code"
    return "", ""


def is_drawing(properties: Mapping[str, object]) -> bool:
    """Return whether a note is a drawing of Excalidraw."""
    return DRAWING in properties


def _language(text: str, region: Region) -> str:
    """Return the language of a fence; empty for any other region."""
    found = _INFO.match(text, region.start) if region.kind is RegionKind.FENCE else None
    return found["name"] if found else ""
