"""What the search indexes of a page: its words, also those that it only nearly holds, and none of its furniture."""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

HOOKS = str(Path(__file__).parents[2] / "hooks")
PAGE = """<html lang="nb"><head></head><body><nav>Menyvalg</nav><article>
<h1>Meldingskøer</h1><p class="slipbox-line" data-search-exclude="">Skrevet i går</p>
<p>En spørring venter i <code>asyncio.Queue</code>. Hver melding, og hver kø av kø og melding, har en melding.</p>
<h2 id="lesing">Lesing<a class="headerlink" href="#lesing">¶</a></h2>
<div class="highlight"><span class="filename">les.py</span><pre><code>read(header="If-None-Match")</code></pre></div>
<p class="snippet-badge">ran in 7 ms</p>
<section data-search-exclude><svg><path d="M0 0"/></svg><br/><ul><li>Nabonotat</li></ul></section></article></body></html>"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Index one page twice; returns the folder of both."""
    monkeypatch.syspath_prepend(HOOKS)
    import search

    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    entry = search.Entry(file=file, url="notes/queues/", area="Slipbox", tags=("a", "b c"), names=("Kø",))
    other = search.Entry(file=file, url="notes/others/", area="BE03", tags=("c",), names=())
    for name in ("one", "two"):
        search.index([entry, other], tmp_path / name)
    return tmp_path


def fragments(folder: Path) -> list[dict[str, object]]:
    return [
        json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        for file in sorted((folder / "fragment").iterdir())
    ]


def test_equal_pages_give_equal_files(built: Path) -> None:
    one, two = (
        {file.relative_to(built / name): file.read_bytes() for file in (built / name).rglob("*.*")}
        for name in ("one", "two")
    )

    assert len(one) > 8
    assert one == two


def test_a_page_is_indexed_without_its_furniture(built: Path) -> None:
    page = next(each for each in fragments(built / "one") if each["url"] == "/notes/queues/")
    text = str(page["content"])

    assert "spørring" in text and "Lesing" in text
    assert [
        each for each in ("Menyvalg", "Skrevet", "¶", "ran in", "read(", "Nabonotat") if each in text
    ] == []


def test_a_page_is_found_by_parts_of_compounds_by_folded_letters_and_by_its_code(built: Path) -> None:
    page = next(each for each in fragments(built / "one") if each["url"] == "/notes/queues/")
    alias = set(page["meta"]["alias"].split())  # type: ignore[index]

    assert {"meldingskoer", "meldingskoeer", "if-none-match", "none", "asyncio", "queue"} <= alias


def test_a_page_is_found_first_by_what_it_says_often_and_few_pages_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    from search_text import subjects

    count = Counter({"stampede": 9, "etag": 4, "service": 30, "once": 1, "lock": 4})
    pages = {"stampede": 2, "etag": 1, "service": 90, "once": 1, "lock": 1}

    assert subjects(count, pages, 100) == ["stampede", "etag", "lock"]


def test_which_page_has_which_area_and_tags_is_listed_apart_from_what_there_is(built: Path) -> None:
    there = json.loads((built / "one/filters.json").read_text(encoding="utf-8"))
    pages = json.loads((built / "one/pages.json").read_text(encoding="utf-8"))

    assert there == {"areas": ["Slipbox", "BE03"], "tags": ["a", "b c", "c"]}
    assert sorted(pages.values()) == [[0, 0, 1], [1, 2]]
    assert set(pages) == {
        file.name.partition(".")[0]
        for file in (built / "one/fragment").iterdir()
        if file.name.startswith("nb_")
    }


def test_a_snippet_is_indexed_with_its_place(built: Path) -> None:
    snippets = [each["meta"] for each in fragments(built / "one") if "/code/" in str(each["url"])]

    assert {told["place"] for told in snippets} == {"notes/queues/#lesing", "notes/others/#lesing"}  # type: ignore[index]
    assert {told["title"] for told in snippets} == {"les.py"}  # type: ignore[index]


def test_of_pagefinds_scripts_only_the_worker_is_kept(built: Path) -> None:
    assert [file.name for file in (built / "one").glob("*.js")] == ["pagefind-worker.js"]
    assert [file.name for file in (built / "one").glob("*.css")] == []
    assert "Pagefind 1." in (built / "one/NOTICE.txt").read_text(encoding="utf-8")


def test_without_pagefind_the_site_is_built_and_the_lack_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    import search

    search.index([], tmp_path / "search")

    assert [record.getMessage() for record in caplog.records] == [
        "the search has no index: Pagefind is missing; hint: make setup"
    ]
