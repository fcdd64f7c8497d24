"""A note and a module stand differently: what is around a note is beside its text, a module's long contents keep their room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

NOTE = "ressurser/slipbox/sagas/"
MODULE = "curriculum/m12-caching/"


def box(page: Page, selector: str) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an element in the window."""
    found = page.locator(selector).first.bounding_box()
    assert found is not None, selector
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@pytest.mark.parametrize("height", [700, 900])
@pytest.mark.parametrize(
    "note", [NOTE, "ressurser/slipbox/microservices/", "be03/tema/be03-circuit-breaker/"]
)
def test_contents_graph_and_backlinks_of_a_note_stand_beside_its_text(
    page: Page, note: str, height: int
) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(note)
    for way in (0, 100_000):
        page.evaluate("top => scrollTo({ top, behavior: 'instant' })", way)
        contents, around = box(page, ".site-contents"), box(page, ".site-around")
        text = box(page, "article")

        assert text[2] <= min(contents[0], around[0]), "beside the text"
        assert box(page, ".md-sidebar--secondary .md-sidebar__scrollwrap")[3] <= around[1] + 1, "no overlap"
        assert around[3] <= height + 1
    for part in (".slipbox-graph", ".slipbox-backlinks:not(.slipbox-mentions)"):
        page.locator(f".site-around {part}").scroll_into_view_if_needed()
        expect(page.locator(f".site-around {part}")).to_be_in_viewport()


def test_graph_and_backlinks_share_what_the_contents_leave(page: Page) -> None:
    """This note has as many neighbours as a graph shows, and more backlinks than fit."""
    page.goto("ressurser/slipbox/microservices/")
    assert page.locator(".site-around .slipbox-graph a").count() == 16
    graph, backlinks = box(page, ".site-around .slipbox-graph"), box(page, ".site-around .slipbox-backlinks")

    assert graph[3] - graph[1] > 170, "half a dozen neighbours at least"
    assert backlinks[3] - backlinks[1] > 170, "two backlinks with their sentence at least"
    assert graph[3] <= backlinks[1] + 1
    for part in (".slipbox-graph", ".slipbox-backlinks"):
        last = page.locator(f".site-around {part} a").last
        last.focus()
        expect(last).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("width", [390, 1100])
def test_on_a_narrow_window_they_come_after_the_text(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(NOTE)
    text, around = box(page, "article"), box(page, ".site-around")

    assert around[1] >= text[3] - 1
    assert abs(around[0] - text[0]) < 2
    if width == 390:
        assert box(page, ".site-contents")[3] <= text[1]
        assert page.locator(".site-contents").get_attribute("open") is None


def test_in_the_source_the_text_comes_first(page: Page) -> None:
    page.goto(NOTE)

    assert page.evaluate(
        "!!(document.querySelector('article').compareDocumentPosition(document.querySelector('.site-around'))"
        " & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    expect(page.get_by_role("complementary", name="Rundt notatet")).to_have_count(1)


def test_a_module_has_them_below_its_text(page: Page) -> None:
    page.goto(MODULE)

    expect(page.locator(".site-around")).to_have_count(0)
    expect(page.locator("article .slipbox-backlinks").first).to_be_attached()


def test_the_line_under_a_title_says_when_how_long_and_what_was_verified(page: Page) -> None:
    page.goto(MODULE)
    expect(page.locator(".slipbox-line").first).to_have_text(
        re.compile(
            r"^Written \d+ \w+ \d{4} .*\d+ min read · \d+ snippets, (verified \d+ \w+ \d{4}|not verified)$"
        )
    )
    expect(page.locator(".note-tags .slipbox-tag").first).to_be_visible()
    expect(page.locator(".note-tags .copy-page")).to_have_text("Copy as Markdown")

    page.goto("ressurser/slipbox/microservices/")
    expect(page.locator(".slipbox-line").first).to_have_text(
        re.compile("3 min lesetid · spirende · 1 kodebit, ")
    )


def test_a_link_has_a_tint_at_rest_and_what_is_not_written_looks_like_no_link(page: Page) -> None:
    page.goto(NOTE)
    look = """each => { const { backgroundColor, color, textDecorationLine, borderBottomWidth } = getComputedStyle(each);
      return [backgroundColor, color, textDecorationLine, borderBottomWidth]; }"""
    for plain in ("", "curriculum/practice/"):
        page.goto(plain)
        written = page.locator("article p > a:not([class]):not([href^='http'])").first
        assert written.evaluate(look)[0] != "rgba(0, 0, 0, 0)", "also where it is written as Markdown's"
    page.goto(NOTE)
    ground, colour, line, _ = page.locator("article li a.slipbox-link").first.evaluate(look)
    none, other, plain, border = page.locator(
        "article .slipbox-planned, article .slipbox-unresolved"
    ).first.evaluate(look)

    assert ground != "rgba(0, 0, 0, 0)"
    assert line == "underline"
    assert (none, plain, border) == ("rgba(0, 0, 0, 0)", "none", "0px")
    assert other != colour


def test_norwegian_words_may_be_parted_and_english_ones_stay_whole(page: Page) -> None:
    hyphens = "each => getComputedStyle(each).hyphens"
    page.goto(NOTE)
    assert page.locator("article > p:not([class])").first.evaluate(hyphens) == "auto"
    assert page.locator("article code").first.evaluate(hyphens) == "manual"

    page.goto(MODULE)
    assert page.locator("article > p:not([class])").first.evaluate(hyphens) == "manual"


def test_a_line_of_what_a_page_is_begins_with_no_dot(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (NOTE, MODULE, "project/reference/configuration/"):
        page.goto(address)
        parts = page.locator(".slipbox-line").first.locator("> span")
        assert parts.count() > 2, address
        cut = box(page, ".slipbox-line")[0] + 1.1 * 14

        for part in parts.all():
            [left, dot] = part.evaluate(
                """each => [each.getBoundingClientRect().left, each.querySelector(":scope > i")?.getBoundingClientRect().right ?? 0]"""
            )
            assert left > cut or dot <= cut + 1, "either amid the line, or cut off"


def test_a_home_page_leads_into_each_area(page: Page) -> None:
    page.goto("")
    areas = page.locator(".md-tabs__link").evaluate_all(
        "all => all.slice(1).map(each => each.textContent.trim())"
    )

    linked = page.locator("#what-is-here ~ * table tr td:first-child a")

    assert linked.all_inner_texts() == areas
    starts = page.locator("#where-to-start + ul > li")
    assert [starts.nth(each).bounding_box()["y"] for each in (0, 2)] == [  # type: ignore[index]
        starts.nth(each).bounding_box()["y"]
        for each in (1, 3)  # type: ignore[index]
    ]


def test_lists_of_notes_and_tags_use_the_column(page: Page) -> None:
    for address in ("tags/", "recent/"):
        page.goto(address)
        lefts = (
            page.locator("article > ul")
            .first.locator("> li")
            .evaluate_all("all => new Set(all.map(each => each.getBoundingClientRect().left)).size")
        )
        assert lefts == 3, address


def test_where_there_is_no_page_there_are_ways_on(page: Page) -> None:
    page.goto("404.html")

    expect(page.get_by_role("heading", level=1, name="There is no page here")).to_be_visible()
    for link in page.locator("article a").all():
        assert page.request.get(link.evaluate("each => each.href")).ok
    expect(page.locator("article [lang=nb]")).to_contain_text("Siden finnes ikke")


def test_a_message_of_a_drawing_is_read_over_the_lines_that_it_crosses(page: Page) -> None:
    page.goto(NOTE)
    text = page.locator(".diagram .messageText").first

    assert text.evaluate("each => getComputedStyle(each).paintOrder").startswith("stroke")
    assert text.evaluate("each => getComputedStyle(each).stroke") == page.locator("body").evaluate(
        "each => getComputedStyle(each).backgroundColor"
    )
