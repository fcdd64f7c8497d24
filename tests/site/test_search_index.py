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


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.*")}


def test_equal_pages_give_equal_files(built: Path) -> None:
    one, two = (files_of(built / name) for name in ("one", "two"))

    assert len(one) > 8
    assert one == two


def test_a_page_is_indexed_without_its_furniture(built: Path) -> None:
    page = next(each for each in fragments(built / "one") if each["url"] == "/notes/queues/")
    text = str(page["content"])

    assert "spørring" in text and "Lesing" in text
    assert [
        each for each in ("Menyvalg", "Skrevet", "¶", "ran in", "read(", "Nabonotat") if each in text
    ] == []


def test_a_page_is_found_by_folded_letters_by_its_code_and_by_its_headings(built: Path) -> None:
    page = next(each for each in fragments(built / "one") if each["url"] == "/notes/queues/")
    meta: dict[str, str] = page["meta"]  # type: ignore[assignment]

    assert {"meldingskoer", "meldingskoeer"} <= set(meta["near"].split())
    assert {"sporring", "spoerring"} <= set(meta["alias"].split())
    assert {"if-none-match", "none", "asyncio", "queue"} <= set(meta["code"].split())
    assert meta["told"] == "lesing"


def test_a_page_is_found_by_the_parts_of_a_compound_in_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    from search_words import near

    assert near("Meldingskø", "nb", {"melding": 2, "kø": 2}) == ["kø", "melding", "meldingsko", "meldingskoe"]
    assert near("Meldingskø", "nb", {"melding": 2}) == ["meldingsko", "meldingskoe"], "no word of the pages"
    assert near("Meldingskø", "en", {"melding": 2, "kø": 2}) == []


def test_what_code_names_in_several_parts_counts_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    from search_text import Text
    from search_words import names

    text = Text(
        tokens=["etag", "test_a", "test_b", "test_c", "x-one", "x-two"],
        said=Counter({"etag": 2, "test_a": 3, "test_b": 2, "test_c": 1, "x-one": 2, "x-two": 2}),
    )

    often, rest = names(text)

    assert often == ["etag", "test_a", "x-one", "x-two"]
    assert rest == ["one", "test", "test_b", "two"], "two of those that begin alike, and the words of all"


def test_a_page_is_found_first_by_what_it_comes_back_to_and_few_pages_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    from search_text import Reader
    from search_words import subjects

    paragraphs = ["A stampede of readers.", "A stampede and a lock.", "Of a stampede, of stampedes, again."]
    listed = "<pre>lock lock lock lock</pre><p>One lock, once.</p>"
    page = "".join(f"<p>{each} The service.</p>" for each in paragraphs)
    text = Reader(f"\n<h1>Title</h1>{page}{listed}").text

    pages = dict.fromkeys(text.said, 2) | {"service": 90}

    assert (text.said["stampede"], text.said["lock"], text.said["service"]) == (3, 3, 3)
    assert subjects(text, pages, 100) == ["lock", "stampede"]
    assert subjects(text, pages | {"lock": 9}, 100) == ["stampede", "lock"], "fewer pages say it"


def test_an_index_with_what_was_kept_is_the_same_as_a_fresh_one_and_only_what_changed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    import search

    from incremental_build.memo import Memo

    texts = {
        "english": PAGE.replace('"nb"', '"en"'),
        "norsk": PAGE,
        "annen": PAGE.replace("spørring", "leser"),
    }
    entries = []
    for name, text in texts.items():
        file = tmp_path / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        entries.append(search.Entry(file=file, url=f"{name}/", area=name, tags=(), names=()))
    memo, indexes = Memo(tmp_path / "kept.sqlite3"), tmp_path / "indexes"
    search.index(entries, tmp_path / "before", memo.keep, indexes)
    memo.save(whole=True)
    made = {each.name: (each / "of.txt").stat().st_mtime_ns for each in indexes.iterdir()}

    (tmp_path / "norsk.html").write_text(PAGE.replace("venter", "hviler"), encoding="utf-8")
    memo.misses = 0
    search.index(entries, tmp_path / "after", memo.keep, indexes)
    search.index(entries, tmp_path / "fresh")

    assert memo.misses == 1, "one page was read"
    anew = {
        each.name for each in indexes.iterdir() if (each / "of.txt").stat().st_mtime_ns != made[each.name]
    }
    assert anew == {"nb"}
    after, fresh, before = (files_of(tmp_path / name) for name in ("after", "fresh", "before"))
    assert after == fresh
    assert after != before and len(after) > 8


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


def test_of_very_many_headings_the_lowest_are_no_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HOOKS)
    from search_text import PLACES, Reader

    below = "".join(f'<h4 id="d{each}">Deep</h4><p>Text</p>' for each in range(PLACES))
    few, many = (
        Reader(f'\n<article><h1 id="t">Title</h1><h2 id="a">One</h2>{part}</article>').text
        for part in (below[: below.index("</p>") + 4], below)
    )

    assert few.html.count(" id=") == 3
    assert many.html.count(" id=") == 2 and '<h2 id="a">' in many.html
    assert many.html.count("Deep") == PLACES, "they are still text"


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
