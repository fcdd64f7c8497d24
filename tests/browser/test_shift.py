"""Nothing moves under a reader's eyes: what a page shifts while it loads and is scrolled through, by the browser's own count."""

from __future__ import annotations

import pytest
from kinds import KINDS
from playwright.sync_api import Page

MOST = 0.01
"""Goal of the layout shift score; the browser calls up to 0.1 good."""
SHIFT = """new Promise(done => {
  let sum = 0;
  const add = (entries) => { for (const each of entries) if (!each.hadRecentInput) sum += each.value; };
  const watch = new PerformanceObserver((list) => add(list.getEntries()));
  watch.observe({ type: "layout-shift", buffered: true });
  const end = () => requestAnimationFrame(() => setTimeout(() => { add(watch.takeRecords()); done(sum); }, 100));
  const down = () => {
    scrollBy({ top: 700, behavior: "instant" });
    const more = scrollY + innerHeight < document.documentElement.scrollHeight - 2 && scrollY < 15000;
    requestAnimationFrame(() => setTimeout(more ? down : end, 20));
  };
  down();
})"""


def shift(page: Page, address: str, width: int) -> float:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address, wait_until="networkidle")
    return float(page.evaluate(SHIFT))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", KINDS)
def test_a_page_stands_still(page: Page, address: str, width: int) -> None:
    assert shift(page, address, width) <= MOST


def test_what_moves_is_counted(page: Page) -> None:
    page.add_init_script(
        "addEventListener('load', () => setTimeout(() => document.querySelector('article').style.marginTop = '300px', 100))"
    )

    assert shift(page, "", 1280) > MOST
