"""Where to go from a page: who is named, in which order, and for what reason."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

HOOKS = Path(__file__).parents[2] / "hooks"


@pytest.fixture(scope="module")
def hook() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HOOKS)
        yield importlib.import_module("relations")


def items(hook: ModuleType, **given: Mapping[str, str]) -> dict:
    """Return pages by their letter; `needs`, `named` and `tags` are words."""
    return {
        path: hook.Item(
            path=path,
            title=f"Page {path}",
            language=fields.get("language", "en"),
            number="",
            **{key: tuple(fields.get(key, "").split()) for key in ("needs", "named", "tags")},
        )
        for path, fields in given.items()
    }


def section(public_site: Path, page: str) -> dict[str, list[tuple[str, str]]]:
    """Return the groups of a built page: for each heading the titles and reasons."""
    html = (public_site / page / "index.html").read_text(encoding="utf-8")
    [found] = re.findall(r'<section class="page-relations".*?</section>', html, re.DOTALL)
    return {
        title: [(unescape(text), unescape(why)) for text, why in re.findall(ROW, rows)]
        for title, rows in re.findall(r"<h3[^>]*>(.*?)</h3><ul>(.*?)</ul>", found)
    }


ROW = r"<li><a [^>]*>(.*?)</a>(?: <span[^>]*>(.*?)</span>)?</li>"


def test_what_needs_a_page_builds_on_it_and_is_not_named_twice(hook: ModuleType) -> None:
    pages = items(hook, a={}, b={"needs": "a"}, c={"needs": "a"}, d={"named": "a"})

    found = hook.find_relations(pages, {("c", "a"): 2, ("b", "a"): 1})

    assert [each.path for each in found["a"].builds] == ["c", "b"]
    assert [each.path for each in found["a"].related] == ["d"]
    assert [each.path for each in found["b"].needs] == ["a"]
    assert found["b"].related == ()


def test_reasons_are_said_in_the_pages_language(hook: ModuleType) -> None:
    def told(language: str, **fields: object) -> str:
        return str(hook.reason(hook.Relation(path="x", **fields), language))

    assert told("en", links_in=2) == "links here twice"
    assert told("nb", links_in=2) == "lenker hit to ganger"
    assert told("en", links_in=1, links_out=7, tags=("saga", "data", "more")) == (
        "linked both ways, also on saga and data"
    )
    assert told("nb", links_out=5, tags=("saga",)) == "lenket herfra 5 ganger, også om saga"
    assert told("en", cited=3) == "3 pages link to both"
    assert told("en", named=True) == "named as related"


def test_a_rare_tag_counts_for_more_than_a_common_one(hook: ModuleType) -> None:
    crowd = {f"x{number}": {"tags": "common"} for number in range(15)}
    pages = items(hook, a={"tags": "rare common"}, b={"tags": "rare"}, c={"tags": ""}, **crowd)

    found = hook.find_relations(pages, {("a", "x0"): 2})

    assert [each.path for each in found["a"].related] == ["x0"]
    assert found["a"].related[0].tags == ("common",)
    more = hook.find_relations(pages, {("a", "x0"): 2, ("b", "a"): 1})
    assert [each.path for each in more["a"].related][:2] == ["b", "x0"]


def test_a_page_that_links_to_nearly_all_relates_none_of_them(hook: ModuleType) -> None:
    pages = items(hook, **{f"p{number}": {} for number in range(60)})
    links = {("p0", f"p{number}"): 3 for number in range(1, 60)}

    found = hook.find_relations(pages, links)

    assert all(each.related == () for each in found.values())


def test_a_modules_page_says_what_builds_on_it_and_what_it_needs(public_site: Path) -> None:
    groups = section(public_site, "curriculum/m12-caching")

    assert "A11 Advanced Caching Strategies" in dict(groups["Builds on this page"])
    assert [title for title, _ in groups["Needed for this page"]] == ["M02 HTTP Protocol", "M10 Databases"]
    assert 1 <= len(groups["Related"]) <= 4
    assert all(why for _, why in groups["Related"])
    named = [title for rows in groups.values() for title, _ in rows]
    assert len(named) == len(set(named))


def test_a_norwegian_note_is_spoken_to_in_norwegian(public_site: Path) -> None:
    groups = section(public_site, "ressurser/slipbox/sagas")

    assert list(groups) == ["Beslektet"]
    assert len(groups["Beslektet"]) == 4
    assert "lenket begge veier" in dict(groups["Beslektet"])["Kompensasjon er ikke tilbakerulling"]


def test_the_section_stands_before_what_links_here(public_site: Path) -> None:
    html = (public_site / "curriculum/m12-caching/index.html").read_text(encoding="utf-8")

    assert html.index('class="page-relations"') < html.index('class="slipbox-backlinks"')
    assert html.index('class="footnote"') < html.index('class="page-relations"')
