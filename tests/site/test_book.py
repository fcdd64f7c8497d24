"""The book: a small one is made of two built pages, and everything in it leads somewhere and says what the pages say."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import pytest

from tools.chapter_text import clean
from tools.chapters import Book, dead_links, write_book

pypandoc = pytest.importorskip("pypandoc", reason="the book needs pandoc: run make .venv/.book")

from tools.book import TITLE, make_book, pages_of  # noqa: E402

# The first has a formula in a table.
PAGES = ("curriculum/m01-request-flow/", "curriculum/m12-caching/")
OPF, XHTML, DC = (
    "{http://www.idpf.org/2007/opf}",
    "{http://www.w3.org/1999/xhtml}",
    "{http://purl.org/dc/elements/1.1/}",
)


@pytest.fixture(scope="module")
def book(public_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a small EPUB, in their order."""
    folder = tmp_path_factory.mktemp("book")
    small = Book(site=public_site, address="", parts=(("Part", PAGES),), pictures=folder / "pictures")
    with zipfile.ZipFile(make_book(small, folder, date="2026-11-30")) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def texts(book: dict[str, bytes]) -> dict[str, ElementTree.Element]:
    """Return the parsed documents; one that is not well-formed fails here."""
    return {name: ElementTree.fromstring(data) for name, data in book.items() if name.endswith(".xhtml")}


def test_the_file_is_an_epub_that_says_what_it_is(book: dict[str, bytes]) -> None:
    assert next(iter(book)) == "mimetype"
    assert book["mimetype"].strip() == b"application/epub+zip"
    package = ElementTree.fromstring(book["EPUB/content.opf"])
    assert package.get("version") == "3.0"
    assert package.findtext(f".//{DC}title") == TITLE
    assert package.findtext(f".//{DC}language") == "en"
    assert package.findtext(f".//{DC}identifier")
    listed = {f"EPUB/{unquote(str(item.get('href')))}" for item in package.iter(f"{OPF}item")}
    assert listed == set(book) - {"mimetype", "META-INF/container.xml", "EPUB/content.opf", *META}
    [cover] = [item for item in package.iter(f"{OPF}item") if item.get("properties") == "cover-image"]
    assert book[f"EPUB/{cover.get('href')}"].startswith(b"\x89PNG")


META = ("META-INF/com.apple.ibooks.display-options.xml",)


def test_every_link_and_picture_leads_somewhere_in_the_book(
    book: dict[str, bytes], texts: dict[str, ElementTree.Element]
) -> None:
    ids = {name: {each.get("id") for each in root.iter()} for name, root in texts.items()}
    followed = 0
    for name, root in texts.items():
        for each in root.iter():
            target = each.get("href") or each.get("src")
            if each.tag == f"{XHTML}link" or target is None or "://" in target:
                continue
            file, anchor = urldefrag(unquote(target))
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
            assert place in book, (name, target)
            assert not anchor or anchor in ids[place], (name, target)
            followed += 1

    assert followed > 100


def test_a_chapter_holds_code_outputs_badges_drawings_and_mathematics(
    book: dict[str, bytes], texts: dict[str, ElementTree.Element], public_site: Path
) -> None:
    [chapter] = [
        root for root in texts.values() if any(each.get("id") == "m12-caching" for each in root.iter())
    ]
    words = " ".join("".join(chapter.itertext()).split())
    page = (public_site / PAGES[1] / "index.html").read_text(encoding="utf-8")

    assert words.count("✓ ran in") == page.count('class="snippet-badge snippet-badge--verified"') > 3
    assert "hit ratio 90%: 2.04 ms on average" in words.replace("  ", " ") or "hit ratio 90%" in words
    assert "def effective(hit_ratio" in words
    assert "A good answer covers" in words
    assert any(each.tag == "{http://www.w3.org/1998/Math/MathML}math" for each in chapter.iter())
    assert all(b"/2000/xmlns/" not in data for data in book.values()), "a namespace that no reader accepts"
    drawings = list(chapter.iter(f"{XHTML}img"))
    assert len(drawings) == page.count('<figure class="diagram')
    assert all((each.get("alt") or "").strip() for each in drawings)
    for gone in ("Linked from", "Nearby notes", "Practise these questions", "Copy as Markdown"):
        assert gone not in words


def test_a_box_is_a_box_of_its_kind_and_its_title_a_line(
    texts: dict[str, ElementTree.Element], public_site: Path
) -> None:
    [chapter] = [
        root for root in texts.values() if any(each.get("id") == "m12-caching" for each in root.iter())
    ]
    page = (public_site / PAGES[1] / "index.html").read_text(encoding="utf-8")
    boxes = [each for each in chapter.iter() if (each.get("class") or "").startswith("box ")]
    kinds = Counter(str(each.get("class")).removeprefix("box ") for each in boxes)

    for kind, written in (("info", 'div class="admonition info"'), ("note", 'details class="note"')):
        assert kinds[kind] == page.count(f"<{written}") > 0
    for box in boxes:
        title = box.find(f"{XHTML}p/{XHTML}span[@class='admonition-title']")
        assert title is not None and "".join(title.itertext()).strip()
        assert box.get("role") == "note" and len(box) > 1, "and a text"


def test_of_a_snippets_foot_one_line_is_left(texts: dict[str, ElementTree.Element]) -> None:
    lines = [
        "".join(each.itertext())
        for root in texts.values()
        for each in root.iter(f"{XHTML}span")
        if each.get("class") == "snippet-badge"
    ]
    words = " ".join("".join(root.itertext()) for root in texts.values())

    assert len(lines) == words.count("✓ ran in") > 10
    for gone in ("Guards that were on", "Run locally", "The whole file"):
        assert gone not in words


@pytest.mark.parametrize("badge", ["p", "div"])
def test_of_a_snippet_that_was_not_verified_the_line_is_left(badge: str) -> None:
    page = ElementTree.fromstring(
        f'<div><{badge} class="snippet-badge snippet-badge--unverified">not verified</{badge}></div>'
    )

    clean(page)

    assert (
        ElementTree.tostring(page, encoding="unicode")
        == '<div><p><span class="snippet-badge">not verified</span></p></div>'
    )


def test_a_drawing_has_its_colours_spelled_out(book: dict[str, bytes]) -> None:
    drawings = [data.decode() for name, data in book.items() if name.endswith(".svg")]

    assert drawings
    assert all("var(" not in drawing for drawing in drawings)
    for drawing in drawings:
        ElementTree.fromstring(drawing)


def test_the_contents_name_the_chapters_and_their_sections(texts: dict[str, ElementTree.Element]) -> None:
    contents = texts["EPUB/nav.xhtml"]
    titles = ["".join(each.itertext()) for each in contents.iter(f"{XHTML}a")]

    assert {"Part", "Caching", "Eviction policies"} <= set(titles)


def test_the_whole_book_has_every_module_and_no_dead_link(public_site: Path, tmp_path: Path) -> None:
    parts = pages_of(public_site)
    html = write_book(Book(site=public_site, address="", parts=parts, pictures=tmp_path / "pictures"))

    assert len(parts[0][1]) == 22
    assert list(dead_links(html)) == []
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
