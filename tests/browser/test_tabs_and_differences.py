"""Variants in tabs and differences of snippets, as the how-to pages show them: with keys, by ear, in both palettes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_accessibility import REACHABLE

AXE = Path(__file__).parent / "axe/axe.min.js"
TABS = "project/how-to/show-variants-in-tabs/"
DIFFERENCE = "project/how-to/show-a-difference/"


def test_the_keys_choose_a_tab_and_the_other_set_follows(page: Page) -> None:
    page.goto(TABS)
    first, second = page.locator(".tabbed-set").all()
    expect(first.locator(".highlight").first).to_be_visible()
    first.locator("input").first.focus()

    page.keyboard.press("ArrowRight")

    expect(first.locator(".highlight").first).not_to_be_visible()
    expect(first.locator(".highlight").nth(1)).to_be_visible()
    expect(first.locator(".snippet-foot").nth(1)).to_be_visible()
    expect(second.get_by_text("that no other has")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("address", "place"), [(TABS, ".tabbed-set"), (DIFFERENCE, ".language-diff")])
def test_axe_finds_nothing(page: Page, palette: str, address: str, place: str, width: int) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert page.locator(place).count() > 0
    page.evaluate(REACHABLE)
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, passed = page.evaluate(
        """async (place) => {
          const { violations, passes } = await axe.run(place);
          return [violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)), passes.length];
        }""",
        place,
    )

    assert found == []
    assert passed > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_line_is_marked_and_its_number_opens_its_explanation(page: Page) -> None:
    page.goto("project/how-to/explain-lines-of-code/")
    block = page.locator("article .highlight:has(.hll)")
    expect(block.locator(".hll")).to_have_count(1)
    expect(block.locator(".hll")).to_contain_text("min(wait * 2, limit)")

    marks = block.locator(".annotation-mark")
    expect(marks).to_have_count(2)
    explanation = page.locator(".annotation", has_text="the tenth delay would be")
    expect(explanation).not_to_be_visible()
    marks.nth(1).press("Enter")
    expect(explanation).to_be_visible()
    page.keyboard.press("Escape")
    expect(explanation).not_to_be_visible()
    expect(marks.nth(1)).to_be_focused()

    expect(page.locator(".highlight:has(.hll) ~ .snippet-output").first).to_contain_text("0.25 0.5 1.0")


def test_a_difference_says_between_what_and_leads_to_the_file(page: Page) -> None:
    page.goto(DIFFERENCE)
    shown = page.locator(".language-diff:has(.filename)").first

    expect(shown.locator(".filename")).to_have_text("skip_locked_queue.py: look → take")
    assert "+ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED" in shown.locator("code").inner_text()
    row = page.locator(".language-diff:has(.filename) + .snippet-foot .snippet-actions")
    expect(row.get_by_role("link", name="Download")).to_be_visible()
