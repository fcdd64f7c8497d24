"""The row under a snippet: the whole file, where it comes from and how it is run, by pointer, keys and ear."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent / "axe/axe.min.js"
MODULE = "curriculum/m12-caching/"
NORWEGIAN = "ressurser/slipbox/sagas/"


def test_the_file_that_is_downloaded_is_the_file_that_ran(page: Page) -> None:
    page.goto(MODULE)
    row = page.locator(".snippet-actions").first
    name = row.get_attribute("data-snippet") or ""

    with page.expect_download() as got:
        row.get_by_role("link", name="Download").click()

    assert got.value.suggested_filename == Path(name).name
    assert Path(got.value.path()).read_bytes() == (ROOT / name).read_bytes()


def test_the_whole_file_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(MODULE)
    row = page.locator(".snippet-actions").first

    row.get_by_role("button", name="Copy the file").click()

    expect(row.get_by_role("status")).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == (ROOT / (row.get_attribute("data-snippet") or "")).read_text(encoding="utf-8")


def test_no_repository_is_linked_where_none_is_named(page: Page) -> None:
    page.goto(MODULE)

    assert page.locator(".snippet-actions").count() > 5
    expect(page.locator(".snippet-actions a", has_text="Open in the repository")).to_have_count(0)


def test_the_keyboard_opens_and_escape_closes(page: Page) -> None:
    page.goto(MODULE)
    folded = page.locator(".snippet-run").first
    folded.locator("summary").focus()

    page.keyboard.press("Enter")
    expect(folded.locator("code")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(folded.locator("code")).not_to_be_visible()
    expect(folded.locator("summary")).to_be_focused()


def test_what_a_snippet_needs_is_told_with_its_command(page: Page) -> None:
    page.goto(MODULE)
    row = page.locator("[data-snippet='snippets/m12_caching/cache_aside.py']").first

    row.locator("summary").click()

    expect(row.locator("p")).to_contain_text("PostgreSQL and Valkey")
    expect(row.locator("code")).to_have_text("snippets-runner run snippets/m12_caching/cache_aside.py")


def test_the_badge_tells_the_rest_on_demand(page: Page) -> None:
    page.goto(MODULE)
    badge = page.locator(".snippet-badge--verified").first
    expect(badge.locator("dl")).not_to_be_visible()

    badge.locator("summary").click()

    told = badge.locator("dl").inner_text()
    assert [word for word in ("When", "UTC", "Python 3.", "landlock") if word not in told] == []


def test_a_norwegian_page_says_it_in_norwegian(page: Page) -> None:
    page.goto(NORWEGIAN)

    expect(page.locator(".snippet-actions").first).to_contain_text("Last ned")
    expect(page.locator(".snippet-actions").first).to_contain_text("Kjør lokalt")


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_a_row_with_all_of_it_open(page: Page, palette: str, width: int) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(MODULE)
    page.evaluate("for (const each of document.querySelectorAll('.snippet-foot details')) each.open = true")
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, passed = page.evaluate(
        """async () => {
          const { violations, passes } = await axe.run(".snippet-foot");
          const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
          return [told, passes.length];
        }"""
    )

    assert found == []
    assert passed > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_row_is_not_printed_and_the_badge_is(page: Page) -> None:
    page.goto(MODULE)
    page.emulate_media(media="print")

    expect(page.locator(".snippet-actions").first).not_to_be_visible()
    expect(page.locator(".snippet-badge").first).to_be_visible()


def test_a_long_line_of_an_output_goes_on_below_and_nothing_scrolls(page: Page) -> None:
    address = "curriculum/m21-openapi/"
    page.goto(address)
    page.evaluate("for (const each of document.querySelectorAll('article details')) each.open = true")
    page.evaluate("document.fonts.ready")
    lines = page.locator(".snippet-output__long")
    assert lines.count() > 0

    wide = page.locator(".snippet-output pre > code").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent.slice(0, 200))"
    )

    assert wide == []
    heights = lines.evaluate_all(
        "all => all.filter(each => each.textContent.trimEnd().length > 94).map(each => each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight))"
    )
    assert all(each > 1.9 for each in heights)
