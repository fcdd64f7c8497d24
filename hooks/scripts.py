"""Shorten the scripts of the site as they are written into it: no comment lines, no indentation.

It is no minifier: names and lines stay, so that what a browser's tools show can be read. A script with a text over several lines is left
as it is, since there white space may mean something.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

OURS = ("assets/javascripts/**/*.js", "assets/slipbox/*.js")
_COMMENT = re.compile(r"^\s*(?://.*|/\*\*.*\*/)\s*$")
_run = {"command": "build"}


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this is a preview."""
    _run["command"] = command


@event_priority(-85)
def on_post_build(config: MkDocsConfig) -> None:
    """Shorten our own scripts in the built site."""
    if _run["command"] == "serve":
        return
    for pattern in OURS:
        for file in sorted(Path(config.site_dir).glob(pattern)):
            file.write_text(shorten(file.read_text(encoding="utf-8")), encoding="utf-8")


def shorten(script: str) -> str:
    """Return a script without what only its writer reads."""
    lines = script.splitlines()
    if any(line.count("`") % 2 for line in lines):
        return script
    return "\n".join(line.strip() for line in lines if line.strip() and not _COMMENT.match(line)) + "\n"
