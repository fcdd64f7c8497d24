"""A page's Markdown copy in a browser: copied by a button, and without JavaScript a link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

MODULE = "curriculum/m12-caching/"


@pytest.fixture
def clipboard(browser: Browser, site_url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site_url, service_workers="block")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [(MODULE, "Copy as Markdown", "Copied"), ("ressurser/slipbox/sagas/", "Kopier som Markdown", "Kopiert")],
)
def test_the_button_copies_the_markdown(clipboard: Page, address: str, name: str, said: str) -> None:
    clipboard.goto(address)

    clipboard.get_by_role("button", name=name).click()

    expect(clipboard.get_by_text(f"✓ {said}")).to_be_visible()
    copied = clipboard.evaluate("navigator.clipboard.readText()")
    assert copied == clipboard.request.get(f"{address}index.md").text()
    assert copied.startswith("# ")


def test_without_javascript_it_is_a_link_to_the_copy(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(MODULE)

    address = page.get_by_role("link", name="Copy as Markdown").get_attribute("href")

    assert address == "index.md"
    assert page.request.get(f"{MODULE}{address}").text().startswith("# Caching\n")
    context.close()
