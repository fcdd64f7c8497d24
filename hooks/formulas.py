"""Put the recorded MathML of each formula in its page, so that no page loads what sets mathematics.

`make diagrams` records formulas as it does drawings, in `diagrams/formulas.json`, by their source. A formula without a recording is set
in the reader's browser by KaTeX, which is for previews: where `REQUIRE_VERIFIED` is set, it is a warning, which a strict build refuses.
"""

from __future__ import annotations

import json
import logging
import os
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.formulas")

RECORDED = Path(__file__).parents[1] / "diagrams/formulas.json"
LIVE = "DIAGRAMS_LIVE"
"""The variable with which `make diagrams` asks for sources (hooks/diagrams.py)."""
FORMULA = re.compile(r'(<(span|div) class="arithmatex")>(.*?)(</\2>)', re.DOTALL)
_set: dict[str, str] = {}


def on_pre_build(config: MkDocsConfig) -> None:
    """Read the recordings."""
    del config
    _set.clear()
    if RECORDED.is_file():
        _set.update(json.loads(RECORDED.read_text(encoding="utf-8")))


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page's HTML with each formula set."""
    del config, files
    if os.environ.get(LIVE):
        return html

    def setting(found: re.Match[str]) -> str:
        source = unescape(found[3]).strip()
        if source in _set:
            return f"{found[1]} data-set>{_set[source]}{found[4]}"
        strict = os.environ.get("REQUIRE_VERIFIED", "").lower() not in ("", "0", "false", "no")
        log.log(
            logging.WARNING if strict else logging.INFO,
            "%s:1:1: no setting of the formula %s is recorded; hint: make diagrams",
            page.file.abs_src_path,
            source,
        )
        return found[0]

    return FORMULA.sub(setting, html)
