"""The Tab key through whole pages: each stop is seen, bears a ring, and is left again; what opens gives the focus back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

NOTE = "ressurser/slipbox/sagas/"
MODULE = "curriculum/m12-caching/"
SETTLED = "Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => true)"
MOST = 900
"""Stops that no page has."""
AT_REST = """() => {
  // What is drawn around an element, or around the label of a box that is drawn by it.
  const drawn = (element) => [element, ...(element.matches("input") ? [element.nextElementSibling, ...element.labels] : [])].filter(Boolean).map((each) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each);
    return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow].join();
  });
  const stops = document.querySelectorAll("a, button, input, summary, select, textarea, label, [tabindex], pre, svg a");
  const before = new Map([...stops].map((each) => [each, drawn(each).join("|")]));
  window.walked = new Set();
  window.look = () => {
    const stop = document.activeElement;
    if (stop === document.body || !stop) return { end: true };
    if (window.walked.has(stop)) return { again: true };
    window.walked.add(stop);
    const faults = [];
    // A box that is drawn by its label is where the label is.
    const shown = stop.matches("input") && getComputedStyle(stop).opacity === "0" ? stop.closest("label") ?? stop.nextElementSibling : stop;
    const { left, right, top, bottom } = shown.getClientRects()[0] ?? { left: 0, right: 0, top: 0, bottom: 0 };
    const [x1, x2] = [Math.max(left, 0), Math.min(right, innerWidth)];
    const [y1, y2] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    if (x2 - x1 < 1 || y2 - y1 < 1) faults.push("is not on the screen");
    else if (!(stop instanceof SVGElement)) {
      const hit = document.elementFromPoint((x1 + x2) / 2, (y1 + y2) / 2);
      if (hit && !shown.contains(hit) && !hit.contains(shown)) faults.push(`is under ${hit.outerHTML.slice(0, 80)}`);
    }
    const { visibility, opacity } = getComputedStyle(shown);
    if (visibility !== "visible" || Number(opacity) < 0.3) faults.push("is not visible");
    if (before.has(stop) && drawn(stop).join("|") === before.get(stop)) faults.push("bears no ring");
    return { faults: faults.map((fault) => `${stop.outerHTML.slice(0, 120)} ${fault}`) };
  };
}"""


def walk(page: Page, key: str = "Tab") -> tuple[int, list[str]]:
    """Press a key until the focus has been everywhere; return the number of stops, and what is wrong with them."""
    page.evaluate(AT_REST)
    faults: list[str] = []
    for stops in range(MOST):
        page.keyboard.press(key)
        seen = page.evaluate("window.look()")
        if "faults" not in seen:
            return stops, [*faults, *(["the focus came back before the end"] if "again" in seen else [])]
        faults += seen["faults"]
    return MOST, [*faults, "the focus never came to an end"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", ["", MODULE, NOTE, "graph/", "curriculum/practice/"])
def test_each_stop_is_seen_and_left(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_load_state("networkidle")

    stops, faults = walk(page)

    assert stops > 10
    assert faults == []


UNDER = """() => {
  const stop = document.activeElement;
  if (!stop.closest(".md-sidebar--primary")) return null;
  const { left, right, top, bottom } = stop.getBoundingClientRect();
  const hit = document.elementFromPoint((left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
  return [stop.textContent.trim(), !!hit && (stop.contains(hit) || hit.contains(stop))];
}"""


@pytest.mark.parametrize("address", ["", NOTE, "project/reference/configuration/"])
def test_in_the_menu_of_a_phone_no_stop_is_under_the_level_that_is_open(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.locator("#__drawer").focus()
    page.keyboard.press("Space")
    page.evaluate(SETTLED)

    stops = []
    while (stop := page.evaluate(UNDER)) and len(stops) < MOST:
        stops.append(stop)
        page.keyboard.press("Tab")

    assert len(stops) > 5
    assert [name for name, seen in stops if not seen] == []


def test_the_keyboard_goes_up_and_down_in_the_menu_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("project/reference/configuration/")
    page.locator("#__drawer").focus()
    page.keyboard.press("Space")
    title = page.locator(".md-nav--primary label.md-nav__title:focus")
    expect(title).to_have_text(re.compile("Reference"))

    page.keyboard.press("Enter")

    entry = page.locator(".md-nav--primary label.md-nav__link:focus")
    expect(entry).to_have_text(re.compile("Reference"))
    expect(page.locator(".md-nav--primary a", has_text="Benchmark of the guards")).to_be_hidden()
    page.keyboard.press("Space")
    expect(title).to_have_text(re.compile("Reference"))
    expect(page.locator(".md-nav--primary a", has_text="Benchmark of the guards")).to_be_visible()


def test_a_part_of_the_navigation_is_folded_by_the_keyboard(page: Page) -> None:
    page.goto(NOTE)
    entry = page.locator(".md-sidebar--primary a", has_text="Agile Metoder")
    expect(entry).to_be_visible()

    page.locator(".md-sidebar--primary label.md-nav__link[tabindex='0']", has_text="Notater").focus()
    page.keyboard.press("Enter")

    expect(entry).to_be_hidden()


@pytest.mark.parametrize(("key", "name"), [("/", "Search|Søk"), ("?", "Keyboard shortcuts|Taster")])
@pytest.mark.parametrize("address", ["", MODULE, NOTE, "graph/", "curriculum/practice/"])
def test_a_dialog_gives_the_focus_back_on_escape(page: Page, address: str, key: str, name: str) -> None:
    page.goto(address)
    link = page.locator("article a[href]:visible").first
    link.focus()

    page.keyboard.press(key)
    dialog = page.get_by_role("dialog", name=re.compile(name))
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_a_preview_closes_on_escape_and_leaves_the_focus(page: Page) -> None:
    page.goto(NOTE)
    link = page.locator("article ul a.slipbox-link").first
    link.focus()
    link.hover()
    preview = page.locator(".slipbox-preview")
    expect(preview).to_be_visible()

    page.keyboard.press("Escape")

    expect(preview).to_be_hidden()
    expect(link).to_be_focused()
