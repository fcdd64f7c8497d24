"""Text can be read on its ground in both palettes: at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = Path(__file__).parents[2] / "docs/assets/stylesheets"
PALETTES = ("default", "slate")
ON_THE_PAGE = (
    "site-ink",
    "site-ink-soft",
    "site-link",
    "site-link-hover",
    "site-good",
    "site-doubt",
    "site-bad",
)
KINDS = (
    "number",
    "special",
    "function",
    "constant",
    "keyword",
    "string",
    "operator",
    "punctuation",
    "comment",
    "generic",
    "variable",
)
IN_CODE = ("md-code-fg-color", *(f"md-code-hl-{kind}-color" for kind in KINDS))
PAIRS = [
    *((text, ground) for text in ON_THE_PAGE for ground in ("site-ground", "site-ground-soft")),
    *((text, "md-code-bg-color") for text in IN_CODE),
    *((text, "md-code-hl-color--light") for text in IN_CODE),
    ("site-link", "site-link-tint"),
    ("site-link-hover", "site-link-tint"),
    ("site-ink", "site-mark"),
    ("site-good", "site-good-tint"),
    ("site-doubt", "site-doubt-tint"),
    ("site-bad", "site-bad-tint"),
]


def properties(palette: str) -> dict[str, str]:
    """Return the colours that the style sheets give in one palette, by name without the hyphens in front."""
    found: dict[str, str] = {}
    for sheet in ("page.css", "code.css"):
        text = (SHEETS / sheet).read_text(encoding="utf-8")
        for block in re.findall(rf'^\[data-md-color-scheme="{palette}"\] \{{(.*?)^\}}', text, re.S | re.M):
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=lambda name: name)
def test_text_stands_out_from_its_ground(palette: str, text: str, ground: str) -> None:
    colours = properties(palette)
    dark, light = sorted((luminance(colours[text]), luminance(colours[ground])))

    assert (light + 0.05) / (dark + 0.05) >= 4.5
