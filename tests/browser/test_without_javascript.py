"""With JavaScript off a reader gets text, code, what it printed, diagrams, the way on, and what links here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

MODULE = "curriculum/m12-caching/"


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def scriptless(browser: Browser, site_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site_url, java_script_enabled=False, viewport={"width": request.param, "height": 900}
    )
    yield context.new_page()
    context.close()


def test_text_code_output_and_badge_are_there(scriptless: Page) -> None:
    scriptless.goto(MODULE)

    expect(scriptless.locator("h1")).to_be_visible()
    expect(scriptless.locator("article > p").first).to_be_visible()
    expect(scriptless.locator("article .highlight code").first).to_be_visible()
    expect(scriptless.locator(".snippet-output pre").first).to_be_visible()
    expect(scriptless.locator(".snippet-badge").first).to_be_visible()


def test_the_whole_file_and_how_to_run_it_are_there(scriptless: Page) -> None:
    scriptless.goto(MODULE)
    row = scriptless.locator(".snippet-actions").first

    expect(row.get_by_role("link", name="Download")).to_be_visible()
    row.locator("summary").click()

    expect(row.locator("code")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "kind"),
    [("curriculum/m20-integrations/", "snippet-output"), (MODULE, "note")],
    ids=["output", "answer"],
)
def test_what_is_folded_can_be_opened(scriptless: Page, address: str, kind: str) -> None:
    scriptless.goto(address)
    folded = scriptless.locator(f"article details.{kind}").first
    content = folded.locator("> :not(summary)").first
    expect(content).not_to_be_visible()

    folded.locator("> summary").click()

    expect(content).to_be_visible()


def test_a_diagram_is_drawn(scriptless: Page) -> None:
    scriptless.goto(MODULE)

    picture = scriptless.locator(".diagram svg").first
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert picture.locator("title").first.text_content()


def test_what_links_to_a_note_leads_there(scriptless: Page) -> None:
    scriptless.goto("ressurser/slipbox/sagas/")
    link = scriptless.locator(".slipbox-backlinks a").first
    name = link.inner_text()

    link.click()

    expect(scriptless.locator("h1")).to_have_text(name)


def test_the_contents_lead_to_their_sections(scriptless: Page) -> None:
    scriptless.goto(MODULE)
    links = scriptless.locator(".md-sidebar--secondary a.md-nav__link")
    hrefs = [link.get_attribute("href") or "" for link in links.all()]

    assert len(hrefs) > 5
    assert all(scriptless.locator(f"[id='{href.removeprefix('#')}']").count() == 1 for href in hrefs)


def test_the_way_on_leads_to_the_next_page(scriptless: Page) -> None:
    scriptless.goto(MODULE)
    scriptless.locator(".md-footer__link--next").click()

    expect(scriptless).to_have_url(re.compile("/curriculum/m13-"))


def test_the_navigation_leads_to_another_area(scriptless: Page) -> None:
    """On a phone it is a drawer, which a label opens."""
    scriptless.goto("")
    tabs = scriptless.locator(".md-tabs__link", has_text="Slipbox")
    if tabs.is_visible():
        tabs.click()
    else:
        scriptless.locator("header label[for='__drawer']").click()
        link = scriptless.locator(".md-nav--primary a.md-nav__link", has_text="Slipbox").first
        expect(link).to_be_visible()
        link.click()

    expect(scriptless).to_have_url(re.compile("/slipbox/"))


def test_a_set_of_tabs_shows_each_of_its_tabs(scriptless: Page) -> None:
    scriptless.goto("project/how-to/show-variants-in-tabs/")
    tabs = scriptless.locator("article .tabbed-set").first
    blocks = tabs.locator("> .tabbed-content > .tabbed-block")
    expect(blocks.nth(0)).to_be_visible()

    tabs.locator("> .tabbed-labels > label").nth(1).click()

    expect(blocks.nth(1)).to_be_visible()
    expect(blocks.nth(0)).not_to_be_visible()


def test_the_page_of_cards_says_where_the_questions_are(scriptless: Page) -> None:
    scriptless.goto("curriculum/practice/")

    expect(scriptless.get_by_text("The cards need JavaScript")).to_be_visible()
    assert scriptless.locator("article a[href*='../m']").count() > 50


def test_what_needs_a_script_is_not_offered(scriptless: Page) -> None:
    scriptless.goto(MODULE)

    for button in scriptless.locator("button").all():
        expect(button).not_to_be_visible()
