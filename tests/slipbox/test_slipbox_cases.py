"""Every case is a folder: a vault, settings, and what lint says and the pages show, to the letter.

A case holds `vault/`, perhaps `options.yml`, `toc.yml` and `planned-notes.txt`, and the golden files `lint.txt` and `pages.html`; one about
addresses, tags in properties, or what is published, has `addresses.txt` too, one about exports `export.txt`. `UPDATE_CASES=1 pytest tests/slipbox` writes the golden files; read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from pymdownx.slugs import slugify

from slipbox.anchors import Anchors
from slipbox.config import Options, parse_options
from slipbox.export import export
from slipbox.lint import lint
from slipbox.model import LinkKind
from slipbox.pipeline import author_edition, read_edition, read_planned
from slipbox.redirects import redirects
from slipbox.render import Renderer
from slipbox.testing import render_note, render_vault
from slipbox.urls import assign
from slipbox.vault import read_vault

CASES = Path(__file__).parents[1] / "cases" / "slipbox"
FOLDERS = sorted(folder for folder in CASES.iterdir() if (folder / "vault").is_dir())
CLASSES = ("slipbox-link", "slipbox-unresolved", "slipbox-planned")
SHOWN = re.compile(r'<(a|span) class="slipbox-(?:link|unresolved|planned)"[^>]*>(.*?)</\1>', re.DOTALL)


def options_of(case: Path) -> Options:
    file = case / "options.yml"
    return parse_options(
        yaml.safe_load(file.read_text("utf-8")) or {} if file.is_file() else {}, where="options.yml"
    )


def toc_of(case: Path) -> dict[str, Any]:
    """Return the settings of the `toc` extension in a case; its `slugify` is a name in `pymdownx.slugs`, and how letters are written."""
    file = case / "toc.yml"
    settings: dict[str, Any] = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}
    if "slugify" in settings:
        settings["slugify"] = slugify(case=settings["slugify"])
    return settings


def golden(file: Path, text: str) -> None:
    """Compare a text with its golden file; with UPDATE_CASES set, write the file instead."""
    if os.environ.get("UPDATE_CASES"):
        file.write_text(text, "utf-8")
    assert file.is_file(), f"no golden file: UPDATE_CASES=1 pytest {__file__}"
    assert text == file.read_text("utf-8")


def test_there_are_cases() -> None:
    assert len(FOLDERS) >= 20
    assert all(re.fullmatch(r"[a-z0-9-]+", folder.name) for folder in FOLDERS)
    assert len(holding("addresses.txt")) >= 6
    assert len(holding("export.txt")) >= 2


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_lint_says_what_is_written(case: Path) -> None:
    findings = lint(case / "vault", case, options_of(case))

    golden(case / "lint.txt", "".join(f"{finding}\n" for finding in findings))


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_pages_show_what_is_written(case: Path) -> None:
    pages = render_vault(case / "vault", options_of(case), root=case, toc=toc_of(case))

    golden(
        case / "pages.html", "".join(f"<!-- {path} -->\n{html.strip()}\n\n" for path, html in pages.items())
    )


def holding(name: str) -> list[Path]:
    """Return the cases that hold a golden file of this name."""
    return [case for case in FOLDERS if (case / name).is_file()]


@pytest.mark.parametrize("case", holding("addresses.txt"), ids=lambda case: case.name)
def test_addresses_and_files_are_what_is_written(case: Path) -> None:
    options = options_of(case)
    edition = read_edition(case / "vault", case, options)
    addresses = assign(edition.notes.values(), options, edition.files)
    others, _ = redirects(edition.notes.values(), addresses, options)
    lines = [
        *(f"{path} → /{unquote(addresses.url(path))}" for path in sorted(addresses.paths)),
        *(f"{path}" for path in edition.files),
        *(f"/{address}/ leads to {path}" for address, path in sorted(others.items())),
        *(
            f"{note.path}: #{' #'.join(tag.name for tag in note.tags)}"
            for note in edition.notes.values()
            if note.tags
        ),
    ]

    golden(case / "addresses.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("case", holding("export.txt"), ids=lambda case: case.name)
def test_the_export_is_what_is_written(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(read_edition(case / "vault", case, options_of(case)), case / "vault", out)
    notes = sorted(file for file in out.rglob("*.md"))

    golden(
        case / "export.txt",
        "".join(f"=== {note.relative_to(out).as_posix()}\n{note.read_text('utf-8')}\n" for note in notes),
    )


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_the_page_shows_the_links_that_the_scanner_reads(case: Path) -> None:
    """One grammar, one reader: in the author's edition every link is seen, none more and none less."""
    options = options_of(case)
    vault = read_vault(case / "vault", options)
    edition = author_edition(vault, options, planned=read_planned(case, options))
    renderer = Renderer(edition=edition, anchors=Anchors(**toc_of(case)))
    for note in edition.notes.values():
        html = render_note(edition, note, embeds=False, toc=toc_of(case)).partition(
            '<section class="slipbox-backlinks"'
        )[0]
        shown = [unescape(re.sub("</?code>", "`", found[2])) for found in SHOWN.finditer(html)]
        links = [link for link in note.links if link.kind is LinkKind.WIKI]
        elements = [renderer.link(link, note, note) for link in links]
        read = [
            each.text or "" for each in elements if not isinstance(each, str) and each.get("class") in CLASSES
        ]
        assert sorted(shown) == sorted(read), note.path
        tags = [f"#{tag.name}" for tag in note.tags if tag.span.end]
        assert re.findall(r'<span class="slipbox-tag">(.*?)</span>', html) == tags, note.path
