"""What every page has: one heading of the first level, a title, a language, and nothing left of its source's syntax."""

from __future__ import annotations

import posixpath
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

NORWEGIAN = ("ressurser/", "inbox/", "be03", "about/ordliste", "graph/", "recent/", "tags/")
LEFT_OVER = re.compile(r"\[\[[^\[\]\n]{1,80}\]\]|%%|-{2,}8<-{2,}|::: \w|!!! \w|\bTODO\b")
CODE = re.compile(r"<(code|pre|script|style)\b.*?</\1>", re.S)
DRAWN = re.compile(
    r'<(span|div|figure)\b[^>]*\bclass="[^"]*\b(?:arithmatex|diagram)\b[^"]*"[^>]*>.*?</\1>', re.S
)
REDIRECT = 'http-equiv="refresh"'
TAG = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def pages(public_site: Path) -> dict[str, str]:
    found = {
        file.parent.relative_to(public_site).as_posix(): text
        for file in sorted(public_site.rglob("index.html"))
        if REDIRECT not in (text := file.read_text(encoding="utf-8"))
    }
    assert len(found) > 10
    return found


def test_a_page_has_one_heading_of_the_first_level(pages: dict[str, str]) -> None:
    assert {
        address: count for address, text in pages.items() if (count := len(re.findall(r"<h1\b", text))) != 1
    } == {}


def test_a_page_has_a_title_of_its_own(pages: dict[str, str]) -> None:
    titles = [unescape(re.findall(r"<title>(.*?)</title>", text, re.S)[0]) for text in pages.values()]

    assert all(title.strip() for title in titles)
    assert sorted(set(titles)) == sorted(titles)


def test_a_page_says_which_language_it_is_in(pages: dict[str, str]) -> None:
    for address, text in pages.items():
        language = re.findall(r'<html[^>]*\slang="([^"]*)"', text)

        assert language == ["nb" if is_norwegian(address, text) else "en"], address


def is_norwegian(address: str, text: str) -> bool:
    """Return whether a page is to be Norwegian: by its folder, and a tag's page unless all its notes are English."""
    if not address.startswith("tags/"):
        return f"{address}/".casefold().startswith(NORWEGIAN)
    article = re.findall(r"<article.*?</article>", text, re.S)[0]
    links = (unquote(href) for href in re.findall(r'<li><a href="([^"]+)"', article))
    return any(
        f"{posixpath.normpath(posixpath.join(address, link))}/".startswith(NORWEGIAN) for link in links
    )


def test_nothing_of_the_source_s_syntax_is_left_in_the_text(pages: dict[str, str]) -> None:
    left = {}
    for address, text in pages.items():
        article = re.findall(r"<article.*?</article>", text, re.S)[0]
        if found := LEFT_OVER.findall(unescape(TAG.sub("", DRAWN.sub("", CODE.sub("", article))))):
            left[address] = found

    assert left == {}
