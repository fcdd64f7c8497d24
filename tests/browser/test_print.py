"""A page on paper: all of its text, without what serves a screen, and legible in black and white."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

PAGES = [
    "ressurser/slipbox/mikrotjenester-bør-versjoneres-semantisk/",
    "ressurser/slipbox/sagas/",
    "project/reference/configuration/",
]
SCREEN_ONLY = (
    ".md-header, .md-tabs, .md-sidebar, .md-footer, .md-path, .headerlink, .md-code__nav, .slipbox-graph"
)


@pytest.fixture(params=PAGES)
def paper(page: Page, request: pytest.FixtureRequest) -> Page:
    page.emulate_media(media="screen", color_scheme="dark")
    page.goto(request.param)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.set_viewport_size({"width": 690, "height": 1000})
    page.emulate_media(media="print")
    return page


def test_no_navigation_is_printed(paper: Page) -> None:
    shown = paper.locator(SCREEN_ONLY).evaluate_all(
        "all => all.filter(each => each.getClientRects().length > 0).map(each => each.outerHTML.slice(0, 80))"
    )

    assert shown == []
    expect(paper.locator("h1")).to_be_visible()


def test_the_text_is_black_on_white_whatever_the_screen_was(paper: Page) -> None:
    colours = paper.evaluate(
        """() => [...document.querySelectorAll("h1, article p, article li, article pre code, article pre code span, article td")]
          .map(each => getComputedStyle(each).color.match(/[0-9.]+/g).slice(0, 3).map(Number))
          .map(([red, green, blue]) => Math.max(red, green, blue))"""
    )

    assert max(colours) <= 0x33
    for place in ("body", "article", "article pre code"):
        ground = paper.locator(place).first.evaluate("each => getComputedStyle(each).backgroundColor")
        assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), place


def test_nothing_is_cut_off_at_the_right(paper: Page) -> None:
    wide = paper.evaluate(
        """() => [...document.querySelectorAll("article pre, article pre code, article table, article figure, article p")]
          .filter(each => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
          .map(each => each.outerHTML.slice(0, 120))"""
    )

    assert wide == []
    assert paper.evaluate("document.documentElement.scrollWidth") <= 690


def test_all_that_is_folded_is_printed(paper: Page) -> None:
    # What may be left out the browser works out when it draws the next frame.
    hidden = paper.evaluate(
        """async () => {
          for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
          return [...document.querySelectorAll("article details:not(.snippet-foot *) > :not(summary)")]
            .filter(each => !each.checkVisibility({ contentVisibilityAuto: true }) || each.getBoundingClientRect().height === 0)
            .map(each => each.outerHTML.slice(0, 80));
        }"""
    )

    assert hidden == []


def test_an_external_link_says_where_it_leads(paper: Page) -> None:
    told = paper.locator("article a[href^='http']:not(svg a)").evaluate_all(
        """all => all.map(each => [getComputedStyle(each, "::after").content, ` (${each.getAttribute("href")})`])"""
    )

    assert all(content == f'"{address}"' for content, address in told)


def test_figures_and_rows_are_not_torn_apart(paper: Page) -> None:
    kept = paper.locator("article figure, article tr, article svg").evaluate_all(
        "all => [...new Set(all.map(each => getComputedStyle(each).breakInside))]"
    )

    assert set(kept) <= {"avoid"}


def test_a_module_is_a_document_of_pages(page: Page) -> None:
    page.goto(PAGES[0])

    assert page.pdf(format="A4").startswith(b"%PDF-")
    expect(page.locator("article details[open]")).to_have_count(0)


def test_a_box_has_its_title_and_nothing_over_it(page: Page) -> None:
    page.goto("curriculum/m03-routing/")
    page.emulate_media(media="print")
    titles = page.locator(
        "article :is(.admonition > .admonition-title, details:not(.snippet-output) > summary)"
    )

    drawn = titles.evaluate_all(
        """all => all.flatMap(each => ["::before", "::after"].map(part => getComputedStyle(each, part).content)
          .filter(content => content !== "none").map(content => content + each.textContent))"""
    )

    assert titles.count() > 5
    assert drawn == []


def test_a_drawing_leaves_room_for_text_on_its_page(page: Page) -> None:
    page.goto(PAGES[1])
    page.set_viewport_size({"width": 690, "height": 1000})
    page.emulate_media(media="print")

    heights = page.locator(".diagram svg").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )

    assert len(heights) >= 2
    assert max(heights) <= 115 / 25.4 * 96 + 1
    expect(page.locator(".copy-page")).to_be_hidden()
