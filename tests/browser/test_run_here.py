"""A proven snippet runs on the page: nothing before the click, then what was recorded, or the difference, or the error."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tools import pyodide

AXE = Path(__file__).parent / "axe/axe.min.js"
TUTORIAL = "project/tutorial/"
SNIPPET = "snippets/project_tutorial/name_of_a_text.py"
SECONDS = 90_000
pytestmark = pytest.mark.skipif(not pyodide.is_here(), reason="there is no Python for browsers: make pyodide")


def row_of(page: Page, address: str = TUTORIAL, snippet: str = SNIPPET) -> Locator:
    page.set_default_timeout(SECONDS)
    page.goto(address)
    return page.locator(f".snippet-actions[data-run-here][data-snippet='{snippet}']").first


def verdict(row: Locator) -> Locator:
    """Wait for what came of a run; return the panel."""
    panel = row.locator("xpath=../div[@class='snippet-here']")
    expect(panel).to_have_attribute("data-verdict", "same", timeout=SECONDS)
    return panel


def change(row: Locator, text: str) -> Locator:
    """Run a reader's own version; return the panel."""
    panel = verdict(row)
    panel.locator("summary").click()
    panel.locator("textarea").fill(text)
    panel.get_by_role("button", name="Run this").click()
    return panel


def test_nothing_is_loaded_before_the_click_and_then_only_from_here(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    row = row_of(page)
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if "pyodide" in each or "run-here" in each or "run_here" in each] == []

    row.get_by_role("button", name="Run here").click()
    panel = verdict(row)

    assert len([each for each in asked if "/assets/pyodide/" in each]) == len(pyodide.PINS["sha256"])
    recorded = Path(SNIPPET).with_suffix(".out").read_text(encoding="utf-8")
    expect(panel.locator("pre code")).to_have_text(recorded.strip())
    expect(panel.get_by_role("status")).to_contain_text("The same as recorded, on Python 3.14")


def test_a_second_run_needs_no_second_start(page: Page) -> None:
    row = row_of(page, "curriculum/m14-search/", "snippets/m14_search/bool_query.py")
    row.get_by_role("button", name="Run here").click()
    panel = verdict(row)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    panel.evaluate("each => delete each.dataset.verdict")

    row.get_by_role("button", name="Run here").click()
    verdict(row)

    assert asked == []


def test_a_changed_version_runs_and_is_not_compared(page: Page) -> None:
    row = row_of(page)
    row.get_by_role("button", name="Run here").click()

    panel = change(row, "print('mine')")

    expect(panel).to_have_attribute("data-verdict", "changed")
    expect(panel.locator("pre code")).to_have_text("mine")
    expect(panel.get_by_role("status")).to_contain_text("not compared")


def test_an_error_is_shown_with_its_line(page: Page) -> None:
    row = row_of(page)
    row.get_by_role("button", name="Run here").click()

    panel = change(row, "print(1)\nraise KeyError('x')")

    expect(panel).to_have_attribute("data-verdict", "raised")
    expect(panel.locator("pre code")).to_contain_text('File "name_of_a_text.py", line 2')


def test_an_endless_loop_is_stopped_and_the_snippet_runs_again(page: Page) -> None:
    row = row_of(page)
    row.get_by_role("button", name="Run here").click()
    panel = change(row, "while True: pass")
    expect(panel.get_by_role("status")).to_have_text("Running…")

    panel.get_by_role("button", name="Stop").click()

    expect(panel.get_by_role("status")).to_have_text("Stopped")
    source = Path(SNIPPET).read_text(encoding="utf-8")
    panel.locator("textarea").fill(source)
    panel.get_by_role("button", name="Run this").click()
    verdict(row)


def test_a_page_whose_recording_is_another_shows_the_difference(page: Page) -> None:
    name = SNIPPET.removesuffix(".py") + ".out"
    page.route(f"**/{name}", lambda route: route.fulfill(body="something else\n"))
    row = row_of(page)

    row.get_by_role("button", name="Run here").click()
    panel = row.locator("xpath=../div[@class='snippet-here']")

    expect(panel).to_have_attribute("data-verdict", "differs", timeout=SECONDS)
    expect(panel.locator("pre code")).to_contain_text("-something else")


def test_axe_finds_nothing_in_the_panel_and_closing_it_keeps_the_focus(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    row = row_of(page)
    row.get_by_role("button", name="Run here").click()
    panel = verdict(row)
    panel.locator("summary").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found, passed = page.evaluate(
        """async () => {
          const { violations, passes } = await axe.run(".snippet-here");
          return [violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)), passes.length];
        }"""
    )
    assert found == []
    assert passed > 3

    panel.get_by_role("button", name="Close").click()
    expect(panel).not_to_be_visible()
    expect(row.get_by_role("button", name="Run here")).to_be_focused()
