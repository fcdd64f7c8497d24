"""No page and no style sheet of the site asks another host for anything."""

from __future__ import annotations

import re
from pathlib import Path

LOADS = re.compile(
    r"<(?:script|img|source|iframe|video|audio|embed|object|track)\b[^>]*?\s(?:src|srcset|data|poster)=[\"']?\s*(?:https?:)?//"
    r"|<link\b(?![^>]*\brel=[\"']?(?:canonical|prev|next|alternate)\b)[^>]*?\shref=[\"']?\s*(?:https?:)?//"
    r"|@import[^;]*//|url\(\s*[\"']?(?:https?:)?//"
    r"|\bimport\b[^;\n]{0,200}?[\"'](?:https?:)?//",
    re.I,
)


def test_no_page_and_no_style_sheet_names_another_host(public_site: Path) -> None:
    files = [*public_site.rglob("*.html"), *public_site.rglob("*.css")]
    assert len(files) > 10

    found = [
        (file.name, match[0]) for file in files for match in LOADS.finditer(file.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_no_page_loads_mermaid(public_site: Path) -> None:
    for file in public_site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")

        assert not re.search(r'<script[^>]*src="[^"]*mermaid', text), file
        # Ours would be drawn by a preview; the theme would fetch its own Mermaid for the other.
        assert not re.search(r'<(?:div|pre)[^>]*class="[^"]*\bmermaid\b', text), file
