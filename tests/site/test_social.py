"""The cards for sharing: drawn once in our own type, named by absolute addresses, and only where the site has one."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree.ElementTree import Element

import html5lib
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / "hooks"
PAGES = {
    "index.md": "# Home\n",
    "a/Kø æøå.md": '---\ntitle: A "queue" & more\nmodule: M99\ndescription: Why <it> grows.\nlang: nb\n---\n\n# Kø\n',
}


@pytest.fixture(scope="module")
def card() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HOOKS)
        yield importlib.import_module("social_card")


def build(folder: Path, address: str) -> Path:
    """Build a small site with this hook and return its folder."""
    for name, text in PAGES.items():
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        f"site_name: Small\nsite_url: {address!r}\ntheme: {{name: material, font: false}}\n"
        f"hooks: ['{HOOKS / 'social.py'}']\nplugins: [search]\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def said(page: Path) -> dict[str, str]:
    """Return the properties that programs read from a page's head."""
    head = html5lib.parse(page.read_text(encoding="utf-8"), namespaceHTMLElements=False).find("head")
    assert isinstance(head, Element)
    return {
        str(each.get("property") or each.get("name")): str(each.get("content"))
        for each in head.iter("meta")
        if each.get("property") or each.get("name") == "twitter:card"
    }


def test_a_page_names_its_card_by_an_absolute_address(tmp_path: Path) -> None:
    site = build(tmp_path, "https://example.org/docs/")
    page = next(site.glob("a/*/index.html"))

    found = said(page)

    assert found["og:title"] == 'A "queue" & more'
    assert found["og:description"] == "Why <it> grows."
    assert found["og:url"] == "https://example.org/docs/a/K%C3%B8%20%C3%A6%C3%B8%C3%A5/"
    assert found["og:locale"] == "nb_NO"
    assert found["og:image"] == "https://example.org/docs/assets/social/a/K%C3%B8%20%C3%A6%C3%B8%C3%A5.png"
    assert found["twitter:card"] == "summary_large_image"
    with Image.open(site / "assets/social/a/Kø æøå.png") as picture:
        assert picture.size == (1200, 630)
        assert (int(found["og:image:width"]), int(found["og:image:height"])) == picture.size
    assert (site / "assets/social/a/Kø æøå.png").stat().st_size < 60_000


def test_a_card_is_drawn_once(tmp_path: Path) -> None:
    build(tmp_path, "https://example.org/")
    drawn = {file: file.stat().st_mtime_ns for file in (tmp_path / ".cache/social").iterdir()}
    assert len(drawn) == len(PAGES)

    build(tmp_path, "https://example.org/")

    assert {file: file.stat().st_mtime_ns for file in (tmp_path / ".cache/social").iterdir()} == drawn


def test_a_site_without_an_address_has_none(tmp_path: Path) -> None:
    site = build(tmp_path, "")

    assert not (site / "assets/social").exists()
    assert said(site / "index.html") == {}


@pytest.mark.parametrize("title", ["Short", "W" * 60, "many words " * 30, "🛠 Tools → ¾", ""])
def test_any_title_fits(card: ModuleType, tmp_path: Path, title: str) -> None:
    card.draw_card(title, "Area · M01", "A description that goes on. " * 20, "Site", tmp_path / "card.png")

    with Image.open(tmp_path / "card.png") as picture:
        assert picture.size == (1200, 630)
        grey = picture.convert("L")
        margin = grey.crop((1200 - card.MARGIN + 4, 0, 1200, 630))
        assert title == "W" * 60 or margin.getextrema()[0] > 200, "nothing runs over the margin"


def test_what_does_not_fit_ends_with_an_ellipsis(card: ModuleType) -> None:
    lines = card.wrap("one two three four five six", card.font(40, 400), 160, 2)

    assert len(lines) == 2
    assert lines[-1].endswith(" …")
    assert all(card.font(40, 400).getlength(line) <= 160 for line in lines)
