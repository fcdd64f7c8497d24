"""Linked notes in a reader's hands: the card on hover and focus, the notes around a note, a random one."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

NOTE = "ressurser/slipbox/microservices/"


def a_link(page: Page) -> Locator:
    """Open a note and return a link of it to another one, in view."""
    page.goto(NOTE)
    link = page.locator("article ul a.slipbox-link").first
    link.scroll_into_view_if_needed()
    return link


def card(page: Page) -> Locator:
    return page.locator(".slipbox-preview")


def test_a_preview_opens_on_hover_and_the_pointer_may_move_into_it(page: Page) -> None:
    link = a_link(page)
    link.hover()

    expect(card(page)).to_be_visible()
    expect(card(page).locator("h1")).to_have_text(link.inner_text())
    expect(card(page).locator(".headerlink, .slipbox-backlinks, script, [id]")).to_have_count(0)
    box = card(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    card(page).hover(position={"x": 20, "y": 20})
    page.wait_for_timeout(600)
    expect(card(page)).to_be_visible()
    page.mouse.move(2, 890)
    expect(card(page)).to_have_count(0)


def test_a_preview_closes_when_the_pointer_leaves_its_link(page: Page) -> None:
    a_link(page).hover()
    expect(card(page)).to_be_visible()

    page.mouse.move(2, 890)
    expect(card(page)).to_have_count(0)


def test_escape_closes_a_preview_that_focus_opened(page: Page) -> None:
    link = a_link(page)
    link.evaluate("link => link.previousSibling")
    page.keyboard.press("Tab")
    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(link).to_be_focused()
    expect(card(page)).to_be_visible()

    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(link).to_be_focused()


def test_a_preview_takes_no_stop_of_the_tab_key(page: Page) -> None:
    link = a_link(page)
    link.hover()
    expect(card(page)).to_be_visible()

    stops = card(page).evaluate(
        "card => [...card.querySelectorAll('a, summary, [tabindex]')].filter(each => each.tabIndex >= 0 && each.localName !== 'summary').length"
    )
    assert stops == 0


def test_a_finger_opens_no_preview(browser: Browser, site_url: str) -> None:
    context = browser.new_context(
        base_url=site_url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    link = a_link(page)
    page.evaluate("document.addEventListener('click', event => event.preventDefault(), { capture: true })")
    link.tap()

    page.wait_for_timeout(900)
    expect(card(page)).to_have_count(0)
    context.close()


def test_the_notes_around_a_note_can_be_reached_without_script(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(NOTE)

    around = page.locator(".slipbox-graph a")
    assert around.count() >= 5
    name = around.first.locator("title").text_content()
    around.first.click()
    expect(page.locator("h1")).to_have_text(name or "")
    context.close()


def test_the_notes_around_a_note_have_names_and_take_the_keyboard(page: Page) -> None:
    page.goto(NOTE)
    link = page.locator(".slipbox-graph a").nth(1)
    link.focus()

    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(re.escape(NOTE)))
    expect(page.locator("h1")).to_be_visible()


def test_a_random_note_is_another_note(page: Page) -> None:
    page.goto(NOTE)
    seen = set()
    for _ in range(3):
        before = page.url
        page.get_by_role("link", name=re.compile("^(Et tilfeldig notat|A random note)$")).click()
        page.wait_for_url(lambda url, before=before: url != before)
        expect(page.locator("h1")).to_be_visible()
        seen.add(page.url)
    assert not [url for url in seen if url.endswith("/graph/")]


def test_a_random_note_is_the_list_of_all_without_script(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(NOTE)
    page.get_by_role("link", name="Et tilfeldig notat").click()

    expect(page).to_have_url(re.compile("/graph/$"))
    assert page.locator(".slipbox-graph-table tbody tr").count() > 20
    context.close()


def test_a_drawing_in_a_preview_keeps_its_colours(page: Page) -> None:
    page.goto("ressurser/slipbox/tolerante-lesere-gjør-endring-billig/")
    page.locator("article a.slipbox-link", has_text="m04-serialization").first.hover()
    shape = page.locator(".slipbox-preview svg .node :is(rect, path, polygon)").first
    shape.wait_for()

    assert shape.evaluate("shape => getComputedStyle(shape).fill") != "rgb(0, 0, 0)"
