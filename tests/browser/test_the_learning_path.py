"""The learning path in a browser: ticks stay, the map shows them, and without a script the page reads as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

PATH = "curriculum/learning-path/"
FIRST = "Finished: M01 Request Flow End-to-End"


def test_a_tick_stays_when_the_page_is_opened_again(page: Page) -> None:
    page.goto(PATH)
    expect(page.locator(".learning-path__status")).to_contain_text(re.compile(r"^0 of \d+ pages finished\."))

    page.get_by_role("checkbox", name=FIRST).check()
    page.reload()

    expect(page.get_by_role("checkbox", name=FIRST)).to_be_checked()
    expect(page.locator(".learning-path__status")).to_contain_text(re.compile(r"^1 of \d+ pages finished\."))
    box = page.get_by_role("link", name="M01 Request Flow End-to-End, finished")
    expect(box).to_have_attribute("data-finished", "")
    expect(box.locator(".learning-path__number")).to_have_text("M01 ✓")


def test_what_can_be_read_next_is_what_has_all_its_needs_finished(page: Page) -> None:
    page.goto(PATH)
    page.get_by_role("checkbox", name=FIRST).check()
    ready = page.locator(".learning-path__status")

    needs_unfinished = page.locator("[data-path-table] tr[data-needs*='m02-http-protocol']").first
    number = needs_unfinished.get_attribute("data-number")

    assert number
    expect(ready).not_to_contain_text("M01")
    expect(ready).not_to_contain_text(number)


def test_the_ticks_can_be_forgotten(page: Page) -> None:
    page.goto(PATH)
    page.get_by_role("checkbox", name=FIRST).check()

    page.get_by_role("button", name="Forget what I have finished").click()

    expect(page.get_by_role("checkbox", name=FIRST)).not_to_be_checked()
    expect(page.get_by_role("checkbox", name=FIRST)).to_be_focused()
    assert page.evaluate("localStorage.getItem('learning-path.finished')") is None


def test_a_ticked_box_is_told_to_another_tab(page: Page) -> None:
    page.goto(PATH)
    other = page.context.new_page()
    other.goto(page.url)

    other.get_by_role("checkbox", name=FIRST).check()

    expect(page.get_by_role("checkbox", name=FIRST)).to_be_checked()


@pytest.mark.parametrize("kept", ['"nonsense"', "{", "null", "[1, null]"])
def test_what_is_kept_and_makes_no_sense_is_as_good_as_nothing(page: Page, kept: str) -> None:
    page.goto(PATH)
    page.evaluate("kept => localStorage.setItem('learning-path.finished', kept)", kept)

    page.reload()

    expect(page.locator(".learning-path__status")).to_contain_text(re.compile(r"^0 of \d+ pages finished\."))


def test_a_box_of_the_map_leads_to_its_module_with_the_keyboard(page: Page) -> None:
    page.goto(PATH)

    page.get_by_role("link", name="M12 Caching").first.focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Caching")


@pytest.fixture
def scriptless(browser: Browser, site_url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site_url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_javascript_the_map_and_the_tables_read_as_they_are(scriptless: Page) -> None:
    scriptless.goto(PATH)

    expect(scriptless.get_by_role("link", name="M12 Caching").first).to_be_visible()
    expect(scriptless.locator("[data-path-table] tr[data-stop='m12-caching']")).to_contain_text("M10")
    expect(scriptless.locator("article input[type=checkbox]")).to_have_count(0)


def test_on_a_phone_the_page_itself_does_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})

    page.goto(PATH)

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
