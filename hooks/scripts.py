"""Shorten the scripts of the site as they are written into it, and join those that every page loads: one request, and fewer bytes.

No comment lines, no indentation. It is no minifier: names and lines stay, so that what a browser's tools show can be read. A script with
a text over several lines is left as it is, since there white space may mean something. A script that fails takes none of the others along.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from links import resolve
from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

OURS = ("assets/javascripts/**/*.js", "assets/slipbox/*.js")
FOLDER = "assets/javascripts"
"""Where the joined script is, as are those that ask for their own address."""
_TAG = re.compile(r'<script\b(?=[^>]*\sdefer\b)(?![^>]*\stype=)[^>]*\ssrc="([^"]+)"[^>]*></script>\s*')
"""A script that waits for the page; a plugin may have written the page anew, with its attributes in another order."""
_COMMENT = re.compile(r"^\s*(?://.*|/\*\*.*\*/)\s*$")
_run = {"command": "build"}


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this is a preview."""
    _run["command"] = command


@event_priority(-85)
def on_post_build(config: MkDocsConfig) -> None:
    """Shorten our own scripts in the built site, and join those of every page."""
    if _run["command"] == "serve":
        return
    site = Path(config.site_dir)
    for pattern in OURS:
        for file in sorted(site.glob(pattern)):
            file.write_text(shorten(file.read_text(encoding="utf-8")), encoding="utf-8")
    join(site)


def join(site: Path) -> None:
    """Put the scripts that all pages with scripts load into one file, in their order, and let the pages load that."""
    pages = {file: file.read_text(encoding="utf-8") for file in sorted(site.rglob("*.html"))}
    loaded = {
        file: {resolve(file.relative_to(site).as_posix(), each): each for each in _TAG.findall(html)}
        for file, html in pages.items()
    }
    loaded = {file: scripts for file, scripts in loaded.items() if scripts}
    every = [
        each
        for each in next(iter(loaded.values()), {})
        if each and all(each in one for one in loaded.values())
    ]
    if not every:
        return
    text = "".join(guarded((site / each).read_text(encoding="utf-8")) for each in every)
    name = f"{FOLDER}/site.{sha256(text.encode()).hexdigest()[:12]}.js"
    (site / name).write_text(text, encoding="utf-8")
    for file, scripts in loaded.items():
        file.write_text(_with(pages[file], [scripts[each] for each in every], name), encoding="utf-8")
    for each in every:
        (site / each).unlink()


def guarded(script: str) -> str:
    """Return a script whose failure is told and stops no other."""
    return f"try {{\n{script}}} catch (error) {{\nreportError(error);\n}}\n"


def _with(html: str, addresses: list[str], name: str) -> str:
    """Return a page that loads one script where it loaded the first of several."""
    up = addresses[0].partition("assets/")[0]

    def written(tag: re.Match[str]) -> str:
        if tag[1] not in addresses:
            return tag[0]
        return f'<script src="{up}{name}" defer></script>\n' if tag[1] == addresses[0] else ""

    return _TAG.sub(written, html)


def shorten(script: str) -> str:
    """Return a script without what only its writer reads."""
    lines = script.splitlines()
    if any(line.count("`") % 2 for line in lines):
        return script
    return "\n".join(line.strip() for line in lines if line.strip() and not _COMMENT.match(line)) + "\n"
