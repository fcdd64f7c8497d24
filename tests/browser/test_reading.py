"""A reader's way through the site: find a page, follow its links, see its diagrams, its code and what the code printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

MODULE = "curriculum/m12-caching/"


def open_note(page: Page) -> None:
    """Open the note on microservices from the home page, as a reader would."""
    page.goto("")
    page.locator("article > ul a.slipbox-link", has_text="Microservices").click()
    expect(page.locator("h1")).to_have_text(re.compile("Microservices"))


def test_the_home_page_says_what_is_here_and_where_to_start(page: Page) -> None:
    page.goto("")

    expect(page.locator("h1")).to_have_count(1)
    expect(page.get_by_role("heading", name="Where to start")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_wikilink_leads_to_its_note_and_the_backlink_leads_back(page: Page) -> None:
    open_note(page)
    note = page.url

    page.locator("article a.slipbox-link", has_text="Sagas").first.click()
    expect(page.locator("h1")).to_have_text("Sagas")
    page.locator(".slipbox-backlinks").get_by_role("link", name="Microservices", exact=True).click()

    assert page.url.partition("#")[0] == note.partition("#")[0]


def test_a_norwegian_page_says_so_and_speaks_norwegian(page: Page) -> None:
    open_note(page)

    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page.locator(".md-sidebar--secondary .md-nav__title")).to_contain_text("Innhold")


def test_a_diagram_follows_the_palette_of_the_reader(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(MODULE)
    text = page.locator(".diagram svg text").first
    lightness = (
        "node => getComputedStyle(node).fill.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"
    )
    assert text.evaluate(lightness) < 128

    page.get_by_role("button", name="Dark palette").click()

    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert text.evaluate(lightness) > 128


def test_no_page_loads_mermaid(page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "mermaid" in request.url else None)

    page.goto(MODULE)
    page.wait_for_load_state("networkidle")

    assert page.locator(".diagram svg").count() > 0
    assert loaded == []


def test_a_snippet_has_its_output_and_its_badge_under_it(page: Page) -> None:
    page.goto(MODULE)

    output = page.locator(".snippet-output").first
    expect(output).to_be_attached()
    assert (output.text_content() or "").strip()
    expect(page.locator(".snippet-badge").first).to_be_visible()
    assert page.locator(".snippet-badge--failed").count() == 0


def test_88_columns_of_code_fit_at_1280_pixels(page: Page) -> None:
    page.goto(MODULE)
    page.wait_for_function("document.fonts.status === 'loaded'")

    width = page.locator("article .highlight pre > code").first.evaluate(
        """code => {
          const ruler = document.createElement("span");
          ruler.textContent = "m".repeat(88);
          code.prepend(ruler);
          const needed = ruler.getBoundingClientRect().width;
          ruler.remove();
          const style = getComputedStyle(code);
          return [needed, code.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)];
        }"""
    )

    assert width[0] <= width[1], "the column is too narrow"


def test_a_line_of_text_has_65_to_80_characters(page: Page) -> None:
    page.goto(MODULE)
    page.wait_for_function("document.fonts.status === 'loaded'")

    per_line = page.locator("article > p:not([class])").evaluate_all(
        """paragraphs => paragraphs.filter(each => each.textContent.length > 200).map(paragraph => {
          const pen = document.createElement("canvas").getContext("2d");
          const { fontWeight, fontSize, fontFamily } = getComputedStyle(paragraph);
          pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
          const text = paragraph.textContent.replace(/\\s+/g, " ");
          return paragraph.clientWidth / (pen.measureText(text).width / text.length);
        })"""
    )

    assert len(per_line) > 5
    assert 65 <= min(per_line) <= max(per_line) <= 80, per_line


WIDE_CODE = [
    "curriculum/m06-validation/",
    "curriculum/m11-business-logic/",
    "project/reference/slipbox-cases/",
]
"""Pages with lines of code longer than the column."""
SIDEWAYS = """all => all.map(each => { each.style.contentVisibility = "visible"; return each; })
  .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.textContent.slice(0, 80))"""


@pytest.mark.parametrize("address", WIDE_CODE)
def test_no_code_and_no_output_scrolls_at_1280_pixels(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.locator(".code-long").count() > 0

    assert page.locator("article pre > code").evaluate_all(SIDEWAYS) == []


def test_a_long_line_of_code_goes_on_further_in_and_is_copied_as_it_was(page: Page) -> None:
    page.goto(WIDE_CODE[0])
    line = page.locator(".code-long").first
    text = (line.text_content() or "").rstrip("\n")
    indent = len(text) - len(text.lstrip())

    assert len(text) > 88
    assert line.evaluate("line => line.style.getPropertyValue('--in')") == f"{indent + 4}ch"
    block = line.locator("xpath=ancestor::code").text_content() or ""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    line.locator("xpath=ancestor::pre").get_by_role("button").first.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == block


def test_on_a_phone_code_and_output_keep_their_lines_and_scroll_in_their_box(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (WIDE_CODE[0], "curriculum/m21-openapi/"):
        page.goto(address)
        page.evaluate("for (const each of document.querySelectorAll('article details')) each.open = true")
        page.evaluate("document.fonts.ready.then(() => true)")

        heights = page.locator(".code-long, .snippet-output__long").evaluate_all(
            """all => all.map(each => [each.textContent.trimEnd().length,
              each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight)])"""
        )

        assert len(heights) > 0
        assert [each for each in heights if each[1] > 1.1 + each[0] // 50] == [], (
            "it breaks where a wide window does"
        )


def pages_of(site: Path) -> dict[str, str]:
    """Return the HTML of every page that is no redirect, by its address below the root."""
    texts = {
        file.parent.relative_to(site).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(site.rglob("index.html"))
    }
    return {
        "" if address == "." else f"{address}/": text
        for address, text in texts.items()
        if 'http-equiv="refresh"' not in text
    }


def test_every_page_asks_no_other_host_and_logs_no_error_and_scrolls_nothing_sideways(
    page: Page, public_site: Path
) -> None:
    """The fixture `page` watches hosts and errors. A phone shows each page whole, a wide window each line of code."""
    addresses = [*pages_of(public_site), "404.html"]

    assert len(addresses) > 10
    for address in addresses:
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(address, wait_until="load")
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.evaluate("document.fonts.ready.then(() => true)")
        page.evaluate("for (const each of document.querySelectorAll('article details')) each.open = true")
        assert page.locator("article pre > code").evaluate_all(SIDEWAYS) == [], address
