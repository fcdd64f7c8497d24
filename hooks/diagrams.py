"""Put the recorded drawing of each Mermaid diagram in its page, so that no page loads Mermaid.

A drawing is recorded as a snippet's output is: in a file of `diagrams/`, named by a hash of the diagram's source and of what draws
it. `make diagrams` makes what is missing, in a browser; a build needs none, and is the same bytes on every machine. A diagram without a recording is
drawn in the reader's browser, which is for previews: where `REQUIRE_VERIFIED` is set, it is a warning, which a strict build refuses.
"""

from __future__ import annotations

import logging
import os
import re
from functools import cache
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import CombinedEvent, event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.diagrams")

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "diagrams"
DRAWN_BY = tuple(
    ROOT / "docs/assets" / path
    for path in ("vendor/mermaid/mermaid.min.js", "javascripts/diagrams.js", "stylesheets/page.css")
)
"""What decides how a diagram looks, besides its source: Mermaid, our use of it, and the colours it takes."""
WORD, VEILED = "mermaid", "mer\x00maid"
LIVE = "DIAGRAMS_LIVE"
"""The variable with which `make diagrams` asks for every diagram's source instead of its drawing."""
MEASURE = 564
"""Width of the text, in CSS pixels; a wider diagram takes the column."""
_DIAGRAM = re.compile(r'<div class="mermaid">(.*?)</div>', re.DOTALL)
_SOURCE = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_WIDTH = re.compile(r'<svg\b[^>]*?\bwidth="(\d+)"')
_HEIGHT = re.compile(r'<svg\b[^>]*?\bheight="(\d+)"')
_COLOURS = re.compile(r"--site-[a-z-]+:\s*#\w+")


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page's HTML with each diagram drawn."""
    del config, files
    if os.environ.get(LIVE) or 'class="mermaid"' not in html:
        return html
    seen: set[str] = set()

    def drawn(found: re.Match[str]) -> str:
        source = unescape(found[1]).strip()
        name = key(source)
        recording = RECORDINGS / f"{name}.svg"
        if not recording.is_file():
            _tell(page, source)
            return found[0]
        picture = _SOURCE.sub("", recording.read_text(encoding="utf-8"))
        if name in seen:
            picture = picture.replace(f"d{name}", f"d{name}-{len(seen)}")
        seen.add(name)
        return figure(picture, name)

    return _DIAGRAM.sub(drawn, html)


@event_priority(100)
def _veil(output: str, /, **_: Any) -> str:
    """Return a page without the plugin's word, if it has no diagram that the plugin is wanted for.

    The plugin parses and writes anew each page that has the word, also in its text: with other quotes and orders of attributes than all
    other pages, so that what comes later does not find what it looks for.
    """
    return output if 'class="mermaid"' in output else output.replace(WORD, VEILED)


def _unveil(output: str, /, **_: Any) -> str:
    """Return a page with the word again; hooks come after plugins."""
    return output.replace(VEILED, WORD)


on_post_page = CombinedEvent(_veil, _unveil)


def figure(picture: str, name: str) -> str:
    """Return a drawing as it stands in a page, with its size for the style sheet: width in pixels, height by width."""
    width, height = (int(found[1]) if (found := told.search(picture)) else 0 for told in (_WIDTH, _HEIGHT))
    wide = " diagram--wide" if width > MEASURE else ""
    size = f' style="--wide: {width}px; --tall: {height / max(width, 1):.2f}"'
    return f'<figure class="diagram{wide}" data-diagram="{name}" data-search-exclude{size}>{picture}</figure>'


def key(source: str) -> str:
    """Return the name of a diagram's recording: 16 hexadecimal digits of a hash of all that decides how it looks."""
    return sha256(f"{_style()}\n{source}".encode()).hexdigest()[:16]


@cache
def _style() -> str:
    mermaid, script, sheet = DRAWN_BY
    colours = "\n".join(_COLOURS.findall(sheet.read_text(encoding="utf-8")))
    digest = sha256(mermaid.read_bytes() + script.read_bytes() + colours.encode())
    return digest.hexdigest()


def _tell(page: Page, source: str) -> None:
    """Say which diagram has no recording, and how it gets one."""
    strict = os.environ.get("REQUIRE_VERIFIED", "").lower() not in ("", "0", "false", "no")
    log.log(
        logging.WARNING if strict else logging.INFO,
        "%s:%d:1: no drawing of this diagram is recorded; hint: make diagrams",
        page.file.abs_src_path,
        _line(Path(page.file.abs_src_path or ""), source),
    )


def _line(file: Path, source: str) -> int:
    """Return the line of the fence that holds a diagram; 1 where it is embedded from another note."""
    begin = [line.strip() for line in source.splitlines()[:3]]
    lines = [line.lstrip("> \t").rstrip() for line in file.read_text(encoding="utf-8").splitlines()]
    found = (
        number
        for number, line in enumerate(lines, 1)
        if "mermaid" in line and lines[number : number + len(begin)] == begin
    )
    return next(found, 1)
