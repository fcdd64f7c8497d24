"""The policy in a browser: it refuses what is not the site's, and nothing that the site does.

A refusal is an error in the console, which the fixture `page` watches: so every test of this folder, those of the search and of the
learning path too, holds that the policy refuses none of what it does.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

KINDS = [
    "",
    "404.html",
    "curriculum/m12-caching/",
    "curriculum/learning-path/",
    "advanced/a08-security-best-practices/",
    "ressurser/slipbox/sagas/",
    "ressurser/slipbox/",
    "tags/",
    "recent/",
    "graph/",
    "be03/",
    "about/how-this-site-keeps-its-word/",
    "project/reference/api-slipbox/",
    "project/reference/slipbox-cases/",
]
LISTEN = """
  window.refused = [];
  document.addEventListener("securitypolicyviolation", event =>
    window.refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@pytest.mark.parametrize("address", KINDS)
def test_nothing_of_a_page_is_refused(page: Page, address: str) -> None:
    page.add_init_script(LISTEN)
    page.goto(address, wait_until="networkidle")
    page.mouse.wheel(0, 4000)

    assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
    assert page.evaluate("window.refused") == []


@pytest.mark.parametrize(
    ("attack", "refused"),
    [
        (
            "const made = document.createElement('script'); made.text = 'window.ran = true'; document.body.append(made)",
            "script-src-elem inline",
        ),
        (
            "document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.ran = true\">')",
            "script-src-attr inline",
        ),
        (
            "const made = new Image(); made.src = 'https://elsewhere.invalid/pixel.png'",
            "img-src https://elsewhere.invalid/pixel.png",
        ),
        (
            "fetch('https://elsewhere.invalid/').catch(() => {})",
            "connect-src https://elsewhere.invalid/",
        ),
    ],
    ids=["script", "attribute", "picture", "fetch"],
)
def test_what_is_not_the_site_s_is_refused(
    browser: Browser, site_url: str, attack: str, refused: str
) -> None:
    context = browser.new_context(base_url=site_url, service_workers="block")
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto("curriculum/m12-caching/")
    page.evaluate(f"() => {{ {attack} }}")

    page.wait_for_function("window.refused.length > 0")
    assert page.evaluate("window.refused") == [refused]
    assert page.evaluate("window.ran") is None
    context.close()


def test_the_palette_turns_and_stays(page: Page) -> None:
    page.goto("ressurser/slipbox/sagas/")
    page.get_by_role("button", name="Mørk utgave").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")

    page.goto("curriculum/m12-caching/")

    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_copy_button_copies_the_code(browser: Browser, site_url: str) -> None:
    context = browser.new_context(
        base_url=site_url, permissions=["clipboard-read", "clipboard-write"], service_workers="block"
    )
    page = context.new_page()
    page.goto("curriculum/m12-caching/")
    block = page.locator("article .highlight").first
    block.hover()
    block.get_by_role("button", name=re.compile("copy", re.I)).click()

    page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    context.close()


def test_the_tabs_lead_to_their_areas(page: Page) -> None:
    page.goto("")
    page.locator(".md-tabs__link", has_text="Slipbox").click()

    expect(page.locator(".md-tabs__item--active")).to_contain_text("Slipbox")
