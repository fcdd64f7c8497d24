"""The navigation's patterns: what they match, in which order, and what is left when pages are taken away."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HOOK = Path(__file__).parents[2] / "hooks/navigation.py"
Expand = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def expand() -> Expand:
    spec = importlib.util.spec_from_file_location("navigation", HOOK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Expand = module.expand
    return found


def test_a_pattern_becomes_its_pages_with_the_index_first(expand: Expand) -> None:
    pages = ["a/m02.md", "a/index.md", "a/m01.md", "b/x.md"]

    assert expand([{"A": "a/*.md"}], pages) == [{"A": ["a/index.md", "a/m01.md", "a/m02.md"]}]


def test_a_pattern_stays_in_its_own_folder(expand: Expand) -> None:
    assert expand([{"A": "a/*.md"}], ["a/x.md", "a/deep/y.md"]) == [{"A": ["a/x.md"]}]


def test_emoji_and_spaces_in_a_folder_are_matched_as_they_are(expand: Expand) -> None:
    note = "🛠 Ressurser/Slipbox/Ved sikkerhetshull må alle mikrotjenester patches.md"

    assert expand([{"Notater": "🛠 Ressurser/Slipbox/*.md"}], [note]) == [{"Notater": [note]}]


def test_a_page_that_is_named_is_not_listed_again_by_a_pattern(expand: Expand) -> None:
    navigation = [{"P": ["p/*.md", {"Last": "p/z.md"}]}]

    assert expand(navigation, ["p/a.md", "p/z.md"]) == [{"P": ["p/a.md", {"Last": "p/z.md"}]}]


def test_a_page_that_a_plugin_made_is_listed_only_where_it_is_named(expand: Expand) -> None:
    pages = ["p/index.md", "p/a.md", "tags/index.md"]
    navigation = [{"P": "p/*.md"}, {"Tags": "tags/index.md"}]

    assert expand(navigation, pages, made=["p/index.md", "tags/index.md"]) == [
        {"P": ["p/a.md"]},
        {"Tags": "tags/index.md"},
    ]


def test_a_page_that_the_audience_may_not_see_is_not_listed(expand: Expand) -> None:
    navigation = [{"Home": "index.md"}, {"P": ["p/secret.md", "p/*.md"]}]

    assert expand(navigation, ["index.md", "p/open.md"]) == [{"Home": "index.md"}, {"P": ["p/open.md"]}]


def test_an_area_with_nothing_left_disappears_with_its_title(expand: Expand) -> None:
    navigation = [{"Home": "index.md"}, {"B": ["b/*.md", {"Temaer": "b/tema/*.md"}]}, {"C": "c/only.md"}]

    assert expand(navigation, ["index.md"]) == [{"Home": "index.md"}]


def test_names_are_in_norwegian_order(expand: Expand) -> None:
    pages = ["n/Åpen.md", "n/Zen.md", "n/Øst.md", "n/ære.md", "n/Apen.md", "n/index.md"]

    assert expand([{"N": "n/*.md"}], pages) == [
        {"N": ["n/index.md", "n/Apen.md", "n/Zen.md", "n/ære.md", "n/Øst.md", "n/Åpen.md"]}
    ]


def test_english_titles_on_norwegian_pages_say_that_they_are_english(public_site: Path) -> None:
    titles = re.compile(r'<a [^>]*class="md-tabs__link"(?P<lang> lang="en")?>\s*(?P<title>[^<]+?)\s*</a>')

    def told(address: str) -> dict[str, bool]:
        html = (public_site / address / "index.html").read_text(encoding="utf-8")
        return {found["title"]: bool(found["lang"]) for found in titles.finditer(html)}

    here = told("ressurser/slipbox/sagas")
    assert here == {title: title not in ("BE03", "Slipbox") for title in here} and len(here) > 5
    assert not any(told("curriculum/m12-caching").values())
