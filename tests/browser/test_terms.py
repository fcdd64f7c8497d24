"""A term's meaning in a browser: by pointer, by keyboard, by touch; Escape closes it, and the text doesn't move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessibility import REACHABLE

MODULE = "curriculum/m13-queues/"
AXE = Path(__file__).parent / "axe/axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}"""
PLACE = """term => [term, term.parentElement, term.parentElement.nextElementSibling]
  .flatMap(each => each ? Object.values(each.getBoundingClientRect().toJSON()) : [])"""
"""Where a term, what it stands in and what follows it are on the screen."""


def test_the_keyboard_shows_a_meaning_and_escape_closes_it(page: Page) -> None:
    page.goto(MODULE)
    term = page.locator("a.term").first
    meaning = page.get_by_role("tooltip")
    page.keyboard.press("Tab")  # from here on the browser shows where the focus is
    term.focus()

    expect(meaning).to_have_text(term.get_attribute("data-meaning") or "")
    expect(term).to_have_attribute("aria-describedby", "term-meaning")
    page.keyboard.press("Escape")

    expect(meaning).to_be_hidden()
    expect(term).to_be_focused()


def test_the_pointer_shows_a_meaning_and_may_go_into_it(page: Page) -> None:
    page.goto(MODULE)
    term = page.locator("a.term").first
    meaning = page.get_by_role("tooltip")
    term.scroll_into_view_if_needed()
    place = term.evaluate(PLACE)

    term.hover()
    expect(meaning).to_be_visible()
    assert term.evaluate(PLACE) == place, "the text doesn't move"
    box = meaning.bounding_box()
    assert box
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.wait_for_timeout(500)
    expect(meaning).to_be_visible()
    page.mouse.move(1, 600)

    expect(meaning).to_be_hidden()


def test_a_term_leads_to_its_row(page: Page) -> None:
    page.goto(MODULE)
    term = page.locator("a.term").first
    anchor = (term.get_attribute("href") or "").partition("#")[2]

    term.click()

    expect(page).to_have_url(re.compile(f"/about/glossary/#{anchor}$"))
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()


@pytest.fixture
def phone(browser: Browser, site_url: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 800}, has_touch=True, service_workers="block"
    )
    yield context.new_page()
    context.close()


def test_the_first_touch_shows_the_meaning_and_the_second_follows(phone: Page) -> None:
    phone.goto(MODULE)
    term = phone.locator("a.term").first

    term.tap()
    expect(phone.get_by_role("tooltip")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    term.tap()

    expect(phone).to_have_url(re.compile("/about/glossary/#term-"))


def test_axe_finds_nothing_with_a_meaning_shown(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.goto("curriculum/m06-validation/")
    page.evaluate(REACHABLE)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    before = page.evaluate(RUN)
    page.locator("a.term").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()

    assert page.evaluate(RUN) == before


def test_axe_finds_nothing_in_the_glossary(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.goto("about/glossary/")
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert page.evaluate(RUN) == []


def test_a_page_without_terms_loads_none_of_it(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("project/architecture/")
    page.wait_for_load_state("networkidle")

    assert not [url for url in asked if "terms." in url]
