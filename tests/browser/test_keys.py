"""The keys of the site: they go where they say, never while somebody writes, and can be put off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

MODULE = "curriculum/m12-caching/"
AXE = Path(__file__).parent / "axe/axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}"""


@pytest.mark.parametrize(
    ("key", "address"), [("j", "/curriculum/m13-"), ("k", "/curriculum/m11-"), ("g", "/graph/")]
)
def test_a_key_leads_to_its_page(page: Page, key: str, address: str) -> None:
    page.goto(MODULE)

    page.keyboard.press(key)

    expect(page).to_have_url(re.compile(address))


def test_the_first_page_has_no_previous_one(page: Page) -> None:
    page.goto("")

    page.keyboard.press("k")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_help_lists_the_keys_and_gives_the_focus_back(page: Page) -> None:
    page.goto(MODULE)
    link = page.locator("article a").first
    link.focus()

    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    listed = help_.locator("kbd").all_inner_texts()
    page.keyboard.press("Escape")

    assert listed == ["/", "g", "j", "k", "?", "Esc", "␣", "1–4"], "the page has cards"
    expect(help_).to_be_hidden()
    expect(link).to_be_focused()


def test_the_help_opens_without_a_keyboard(page: Page) -> None:
    page.goto("ressurser/slipbox/sagas/")

    page.get_by_role("button", name="Taster").click()

    expect(page.get_by_role("dialog", name="Taster")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Bruk enkelttaster")).to_be_checked()


@pytest.mark.parametrize("key", ["g", "j", "k", "?"])
def test_a_key_that_is_typed_into_a_field_is_a_letter(page: Page, key: str) -> None:
    page.goto(MODULE)
    page.keyboard.press("/")
    field = page.get_by_role("dialog").locator("input").first
    expect(field).to_be_focused()

    page.keyboard.type(key)

    expect(field).to_have_value(key)
    expect(page).to_have_url(re.compile("/m12-caching/$"))


@pytest.mark.parametrize("key", ["Control+j", "Alt+g", "Meta+k"])
def test_a_key_with_a_modifier_is_the_browsers(page: Page, key: str) -> None:
    page.goto("project/tutorial/")

    page.keyboard.press(key)
    page.wait_for_timeout(300)

    expect(page).to_have_url(re.compile("/project/tutorial/$"))


def test_single_keys_can_be_put_off_and_on_again(page: Page) -> None:
    page.goto(MODULE)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use single keys").uncheck()
    page.keyboard.press("Escape")

    for key in ("j", "n", "/", "?"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile("/m12-caching/$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name=re.compile("Search"))).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("checkbox", name="Use single keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("/curriculum/m13-"))


def test_axe_finds_nothing_in_the_help(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.goto(MODULE)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert page.evaluate(RUN) == []


def test_no_key_loads_how_the_help_looks_before_it_is_opened(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(MODULE)
    page.wait_for_load_state("networkidle")

    assert not [url for url in asked if "keys.css" in url]
