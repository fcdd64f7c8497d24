"""Every kind of page, by the rules of axe-core (WCAG 2.2 AA and best practice): both palettes, a wide window and a phone's."""

from __future__ import annotations

from pathlib import Path

import pytest
from kinds import KINDS
from playwright.sync_api import Page, expect

AXE = Path(__file__).parent / "axe/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const { violations, passes } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
  return [told, passes.map(({ id }) => id)];
}"""

SETTLED = "Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => true)"
"""Colours go over into those of the other palette in a moment."""
REACHABLE = """new Promise((done) => {
  const all = document.createElement("style");
  all.textContent = "* { content-visibility: visible !important }";
  document.head.append(all);
  const codes = [...document.querySelectorAll("article pre:not(.snippet-foot pre) > code")];
  const reached = ({ scrollWidth, clientWidth, tabIndex }) => scrollWidth <= clientWidth || tabIndex === 0;
  setInterval(() => codes.every(reached) && done(true), 50);
})"""
"""What scrolls is made a stop of the keyboard when the browser has nothing else to do, soon after a page is loaded.
What is out of sight is not laid out; here it is, so that axe sees it."""
RECKONED = """() => {
  const codes = [...document.querySelectorAll("article pre:not(.snippet-foot pre) > code[style]")];
  const long = codes.filter(({ textContent }) => textContent.split("\\n").some((line) => line.length > 60));
  const unseen = long.filter(({ firstElementChild }) => firstElementChild?.checkVisibility({ contentVisibilityAuto: true }) === false);
  return unseen.length > 3 && long.every(({ tabIndex }) => tabIndex === 0);
}"""
"""Blocks that were never laid out, and whose lines are longer than a phone is wide."""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", KINDS)
def test_axe_finds_nothing_on_a_page(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    if address == "graph/":
        expect(page.locator(".slipbox-graph-page canvas[data-drawn]")).to_be_visible()
    page.evaluate(REACHABLE)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for palette in ("light", "dark"):
        page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
        expect(page.locator("body")).to_have_attribute(
            "data-md-color-scheme", "slate" if palette == "dark" else "default"
        )
        page.evaluate(SETTLED)

        found, passed = page.evaluate(RUN, RULES)

        assert found == [], palette
        assert {"color-contrast", "region", "target-size", "heading-order"} <= set(passed), "axe looked"


def test_a_block_that_scrolls_is_a_stop_of_the_keyboard_before_it_was_ever_seen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("curriculum/m12-caching/")

    page.wait_for_function(RECKONED)


def test_axe_finds_a_fault_where_there_is_one(page: Page) -> None:
    page.goto("graph/")
    page.evaluate("document.querySelector('.slipbox-graph-page canvas').removeAttribute('aria-label')")
    page.evaluate(
        "document.querySelectorAll('nav').forEach(nav => nav.setAttribute('aria-label', 'one name'))"
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, _ = page.evaluate(RUN, RULES)

    assert {each.partition(":")[0] for each in found} == {"landmark-unique"}
