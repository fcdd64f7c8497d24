"""The pages are spelt right in both languages, the word lists are in order, and the checker finds what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.pages import Page, read_page
from tools.spelling import LISTS, PACKAGES, WordLists, find_hunspell, misspelt, read_lists, read_pages

HUNSPELL = find_hunspell()
needs_hunspell = pytest.mark.skipif(
    HUNSPELL is None, reason=f"hunspell or one of its dictionaries is missing: {PACKAGES}"
)
NONE = WordLists(words={"en": frozenset(), "nb": frozenset(), "names": frozenset()})


def page(folder: Path, text: str, *, lang: str = "en") -> Page:
    file = folder / "page.md"
    file.write_text(f"---\ntitle: A page\nlang: {lang}\n---\n\n{text}\n", encoding="utf-8")
    return read_page(file)


def found(text: str, folder: Path, *, lang: str = "en", lists: WordLists = NONE) -> list[str]:
    findings = misspelt([page(folder, text, lang=lang)], lists)
    return [finding.removeprefix(f"{folder}/").partition("; mend")[0] for finding in findings]


@needs_hunspell
def test_every_word_of_the_site_is_spelt_right() -> None:
    lists = read_lists()

    findings = list(misspelt(read_pages(), lists))

    assert findings + lists.unused() == [], "\n".join(
        ["", *findings, *lists.unused(), "again: make spelling"]
    )


@pytest.mark.parametrize("name", ["en", "nb", "names"])
def test_a_word_list_is_sorted_and_has_each_word_once(name: str) -> None:
    words = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()

    assert words == sorted(set(words), key=lambda word: (word.casefold(), word))


@needs_hunspell
def test_a_misspelt_word_is_told_with_its_place_once_a_page(tmp_path: Path) -> None:
    assert found("One `begining` of code.\n\nThe begining, the begining.", tmp_path) == [
        "page.md:8:5: “begining” is not a word"
    ]


@needs_hunspell
def test_each_language_has_its_own_dictionary(tmp_path: Path) -> None:
    assert found("Colour and color.", tmp_path) == ["page.md:6:12: “color” is not a word"]
    assert found("En melding blir sendt av the server.", tmp_path, lang="nb") == [
        "page.md:6:26: “the” is not a word"
    ]


@needs_hunspell
@pytest.mark.parametrize(
    "text",
    [
        "Code: `begining`.",
        "```text\nbegining\n```",
        "A [begining](https://example.org/begining) and <https://begining.example>.",
        "A note: [[begining]].",
        "A name: begin_ing, begining.py, beginIng, x86begining.",
        "A formula: $\\begining$.",
        '<span lang="nb">Begynnelsen</span>',
        "The word *begynnelsen*.",
        "| English | Norsk |\n|---|---|\n| beginning | begynnelsen |",
    ],
)
def test_code_links_names_and_words_marked_as_another_language_are_left_out(
    text: str, tmp_path: Path
) -> None:
    assert found(text, tmp_path) == []


@needs_hunspell
@pytest.mark.parametrize(
    "text",
    [
        "The words that a link shows: [[Sagas|begining]].",
        "```mermaid\nflowchart LR\naccTitle: The begining\na-->b\n```",
        "| Head |\n|---|\n| begining |",
        '!!! note "The begining"\n    Text.',
        "## The begining",
        "*begining*",
    ],
)
def test_what_is_read_is_checked_wherever_it_stands(text: str, tmp_path: Path) -> None:
    assert [finding.partition(": ")[2] for finding in found(text, tmp_path)] == ["“begining” is not a word"]


@needs_hunspell
def test_a_listed_word_is_right_and_a_listed_word_that_is_nowhere_is_told(tmp_path: Path) -> None:
    lists = WordLists(
        words={"en": frozenset({"frobnicate"}), "nb": frozenset({"ikkenoe"}), "names": frozenset({"Valkey"})}
    )

    assert found("Frobnicate it with Valkey, as Valkey's users frobnicate.", tmp_path, lists=lists) == []
    assert lists.unused() == [
        "tests/spelling/nb.txt: “ikkenoe” is on no page, or a dictionary has it; take it out"
    ]
