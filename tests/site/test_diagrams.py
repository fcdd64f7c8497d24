"""Diagrams are recorded drawings: each of a source that a page shows, in the colours of both palettes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hooks.diagrams import RECORDINGS, ROOT, key
from tools.diagrams import read_source

RECORDED = sorted(RECORDINGS.glob("*.svg"))
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", re.IGNORECASE)
SHOWN = re.compile(r'<figure class="diagram[^>]*data-diagram="(\w+)"')


def test_each_recording_is_named_by_the_source_that_it_holds() -> None:
    assert len(RECORDED) > 50
    assert [file.name for file in RECORDED if key(read_source(file)) != file.stem] == []


def test_each_recording_is_of_a_note_and_each_diagram_of_the_site_is_recorded(public_site: Path) -> None:
    shown = {
        name
        for page in public_site.rglob("*.html")
        for name in SHOWN.findall(page.read_text(encoding="utf-8"))
    }
    notes = "\n".join(note.read_text(encoding="utf-8") for note in (ROOT / "docs").rglob("*.md"))
    titles = {file.stem: re.findall(r"accTitle: *(.+)", read_source(file)) for file in RECORDED}

    assert len(shown) > 50
    assert shown <= titles.keys()
    assert [name for name, title in titles.items() if not title or title[0].strip() not in notes] == []


def test_a_page_that_speaks_of_the_plugin_is_written_as_all_others(public_site: Path) -> None:
    """The plugin would parse it and write it anew, and what looks for style sheets and lines in it would find none."""
    page = (public_site / "project/how-to/draw-a-diagram/index.html").read_text(encoding="utf-8")

    assert "mermaid" in page
    assert "\0" not in page
    assert page.count('<link rel="stylesheet"') == 2, "one for screens, one for paper"
    assert '<p class="slipbox-line" lang="en" data-search-exclude>' in page


@pytest.mark.parametrize("recording", RECORDED, ids=lambda file: file.stem)
def test_a_recording_has_a_text_alternative_and_only_colours_of_the_palettes(recording: Path) -> None:
    picture = re.sub(r"<metadata>.*?</metadata>", "", recording.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert re.search(r"<title[^>]*>[^<]{5,}</title>", picture)
    assert re.search(r"<desc[^>]*>[^<]{20,}</desc>", picture)
    own = re.sub(
        r"var\(--site-[a-z-]+, #[0-9a-f]{6}\)|url\(#[^)]*\)|rgba\(128, 128, 128, 0\.\d+\)", "", picture
    )
    drawn = re.sub(r">[^<]*</(?:tspan|title|desc|text)>", ">", own)
    chosen = set(
        COLOUR.findall(read_source(recording))
    )  # an author may name a colour that both palettes can carry
    assert chosen >= set(COLOUR.findall(re.sub(r'(?:id|href|class|by)="[^"]*"|#d[0-9a-f]{16}', "", drawn)))


@pytest.mark.parametrize(("demanded", "level"), [("true", "WARNING"), ("", "INFO")])
def test_a_diagram_without_a_recording_is_named_with_its_line(
    tmp_path: Path, demanded: str, level: str
) -> None:
    page = tmp_path / "docs/index.md"
    page.parent.mkdir()
    page.write_text(
        "# Home\n\nText.\n\n```mermaid\nflowchart LR\n    new --> unseen\n```\n", encoding="utf-8"
    )
    (tmp_path / "mkdocs.yml").write_text(
        f"""site_name: Small
hooks: [{ROOT}/hooks/diagrams.py]
markdown_extensions:
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_div_format
""",
        encoding="utf-8",
    )

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=tmp_path,
        env={"PATH": "", "NO_MKDOCS_2_WARNING": "1", "REQUIRE_VERIFIED": demanded},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    told = f"{level}    -  {page}:5:1: no drawing of this diagram is recorded; hint: make diagrams"
    assert re.sub(" +", " ", told) in re.sub(" +", " ", done.stderr)
    assert '<div class="mermaid">' in (tmp_path / "site/index.html").read_text(encoding="utf-8")
