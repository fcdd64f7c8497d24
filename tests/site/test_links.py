"""Every link of the built site leads somewhere, and every anchor is there."""

from __future__ import annotations

import gzip
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HOOK = Path(__file__).parents[2] / "hooks/links.py"
Pages = dict[str, Any]


@pytest.fixture(scope="module")
def links() -> ModuleType:
    spec = importlib.util.spec_from_file_location("links", HOOK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["links"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(public_site: Path, links: ModuleType) -> Pages:
    found: Pages = links.read_pages(public_site)
    assert len(found) > 10
    return found


def test_every_link_has_a_target_and_every_anchor_is_there(
    public_site: Path, links: ModuleType, pages: Pages
) -> None:
    assert sum(1 for _ in links.own_links(pages)) > 100
    assert links.faults(public_site, pages) == []


def test_no_page_uses_an_id_twice(pages: Pages) -> None:
    doubled = {name: [each for each, count in page.ids.items() if count > 1] for name, page in pages.items()}

    assert {name: ids for name, ids in doubled.items() if ids} == {}


def test_every_place_in_the_search_index_is_there(public_site: Path, links: ModuleType, pages: Pages) -> None:
    places = []
    for file in (public_site / "search/fragment").iterdir():
        told = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        own = told["meta"].get("place", told["url"].lstrip("/"))
        places.append(links.resolve("index.html", own))
        places += [links.resolve("index.html", f"{own}#{each['id']}") for each in told["anchors"]]

    assert len(places) > 10
    assert [told for place in places if (told := links.fault(public_site, pages, place))] == []


def test_every_page_can_be_reached_from_the_home_page(
    public_site: Path, links: ModuleType, pages: Pages
) -> None:
    seen: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in pages and name not in seen:
            seen.add(name)
            waiting += [
                target.file for written in pages[name].targets if (target := links.resolve(name, written))
            ]

    texts = {name: (public_site / name).read_text(encoding="utf-8") for name in pages}
    # A redirect is for those who come from elsewhere; a page without the quiet line is a listing, made by slipbox.
    others = {
        name
        for name, text in texts.items()
        if 'http-equiv="refresh"' in text or 'class="slipbox-line"' not in text
    }
    assert len(set(pages) - others) > 10
    assert set(pages) - others - seen == set()


def test_the_count_of_links_is_shown_where_a_page_asks_for_it(
    public_site: Path, links: ModuleType, pages: Pages
) -> None:
    promise = (public_site / "about/how-this-site-keeps-its-word/index.html").read_text(encoding="utf-8")

    assert links.PLACEHOLDER not in promise
    assert f"<span>{sum(1 for _ in links.own_links(pages)):,}</span>" in promise


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<a href="../there/">x</a>', []),
        (
            '<a href="../there/#blåbær">x</a> <a href="../there/#bl%C3%A5b%C3%A6r">x</a> <a href="#here">x</a>',
            [],
        ),
        ('<a href="https://elsewhere.example/#x">x</a> <a href="mailto:a@b.example">x</a>', []),
        ('<a href="../%F0%9F%9B%A0%20tools/">x</a>', []),
        (
            '<a href="../gone/">x</a>',
            ['here/index.html links to "../gone/", and there is no gone/index.html'],
        ),
        ('<img src="no.png">', ['here/index.html links to "no.png", and there is no here/no.png']),
        (
            '<a href="../there/#no">x</a>',
            ['here/index.html links to "../there/#no", and there/index.html has no id "no"'],
        ),
        (
            '<a href="../There/">x</a>',
            ['here/index.html links to "../There/", and there is no There/index.html'],
        ),
    ],
)
def test_a_link_is_followed(tmp_path: Path, links: ModuleType, body: str, told: list[str]) -> None:
    for name, text in {
        "here": f'<p id="here">{body}</p>',
        "there": '<p id="blåbær"></p>',
        "🛠 tools": "<p></p>",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(text, encoding="utf-8")

    assert links.faults(tmp_path, links.read_pages(tmp_path)) == told


def test_linkchecker_finds_nothing(site_url: str, tmp_path: Path) -> None:
    """Its own check of anchors reads a page again for each anchor, minutes for one long page; the tests above do that part."""
    settings = tmp_path / "linkcheckerrc"
    settings.write_text(
        "[checking]\nmaxrequestspersecond=1000\nthreads=4\n[filtering]\ncheckextern=0\n[output]\nstatus=0\nwarnings=1\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("linkchecker"), "--config", settings, "--no-status", site_url],
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors found" in done.stdout
