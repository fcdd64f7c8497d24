"""Pages that are made of the vault, by the rules of axe-core, in both palettes: nothing is said by sight alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

AXE = Path(__file__).parent / "axe/axe.min.js"
RUN = """async () => {
  const { violations, passes } = await axe.run(document);
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
  return [told, passes.length];
}"""


@pytest.mark.parametrize("address", ["graph/", "tags/", "recent/", "ressurser/slipbox/microservices/"])
def test_axe_finds_nothing_on_a_page(page: Page, palette: str, address: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.goto(address)
    if address == "graph/":
        expect(page.locator(".slipbox-graph-page canvas[data-drawn]")).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, passed = page.evaluate(RUN)

    assert found == []
    assert passed > 20, "axe looked at the page"


def test_axe_finds_a_fault_where_there_is_one(page: Page) -> None:
    page.goto("graph/")
    page.evaluate("document.querySelector('.slipbox-graph-page canvas').removeAttribute('aria-label')")
    page.evaluate(
        "document.querySelectorAll('nav').forEach(nav => nav.setAttribute('aria-label', 'one name'))"
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, _ = page.evaluate(RUN)

    assert {each.partition(":")[0] for each in found} == {"landmark-unique"}
