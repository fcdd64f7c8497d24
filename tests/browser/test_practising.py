"""The cards in a browser: asked, answered, graded and kept there, by mouse and by keyboard, on a module's page and on their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessibility import REACHABLE

PRACTICE = "curriculum/practice/"
MODULE = "curriculum/m12-caching/"
AXE = Path(__file__).parent / "axe/axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}"""
KEPT = "Object.keys(JSON.parse(localStorage.getItem('cards.progress') ?? '{}'))"


def begin(page: Page) -> None:
    """Open the practice page and ask the first question of M12."""
    page.goto(PRACTICE)
    page.get_by_label("Modules").select_option("M12 Caching")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#cards-question")).to_be_focused()


def test_an_answer_on_a_modules_page_is_graded_and_kept(page: Page) -> None:
    page.goto(MODULE)
    answer = page.locator("details[data-card]").first
    answer.locator("summary").click()
    good = answer.get_by_role("button", name=re.compile("Good"))
    expect(good.locator(".cards-interval")).to_have_text(re.compile(r"\d+ (min|day|hr)"))

    good.click()

    expect(answer.get_by_role("status")).to_have_text(re.compile(r"Asked again in \d+ minutes\."))
    assert page.evaluate(KEPT) == [answer.get_attribute("data-card")]
    page.goto(PRACTICE)
    expect(page.get_by_role("region", name="Practice").get_by_role("status").first).to_contain_text("1 begun")


def test_an_open_answer_takes_the_grades_keys_while_the_reader_is_in_it(page: Page) -> None:
    page.goto(MODULE)
    answer = page.locator("details[data-card]").nth(1)
    page.keyboard.press("4")
    answer.locator("summary").focus()
    page.keyboard.press("4")
    assert page.evaluate(KEPT) == [], "nothing is open"
    page.keyboard.press("Enter")
    expect(answer.locator(".cards-interval").last).not_to_be_empty()

    page.keyboard.press("4")

    expect(answer.get_by_role("status")).to_contain_text("days")


def test_a_modules_page_loads_the_scheduler_when_an_answer_is_opened(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(MODULE)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "ts-fsrs" in url]

    with page.expect_request(re.compile("ts-fsrs")):
        page.locator("details[data-card] summary").first.click()


def test_a_page_without_cards_loads_none_of_it(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("advanced/a02-event-driven-architecture/")
    page.wait_for_load_state("networkidle")

    assert not [url for url in asked if "cards" in url or "fsrs" in url]


def test_the_keyboard_is_enough_to_practise(page: Page) -> None:
    begin(page)
    question = page.locator("#cards-question")
    first = question.inner_text()

    page.keyboard.press("Space")
    expect(page.locator(".cards-answer li").first).to_be_visible()
    expect(page.locator(".cards-answer")).to_be_focused()
    page.keyboard.press("3")

    expect(question).not_to_have_text(first)
    expect(question).to_be_focused()
    expect(page.locator(".cards-answer")).to_be_hidden()
    assert len(page.evaluate(KEPT)) == 1


def test_what_was_not_known_comes_again_and_the_round_ends(page: Page) -> None:
    begin(page)
    seen: list[str] = []
    for _ in range(20):
        if page.locator("#cards-question").is_hidden():
            break
        seen.append(page.locator("#cards-question").inner_text())
        page.keyboard.press("Space")
        expect(page.locator(".cards-interval").last).not_to_be_empty()
        page.keyboard.press("1" if len(seen) == 1 else "4")
        expect(page.locator(".cards-answer")).to_be_hidden()

    assert len(set(seen)) == 6, "M12 has six questions"
    assert seen.count(seen[0]) == 2, "the one that wasn't known is asked again"
    expect(page.get_by_text("Done for now. The next question is due in")).to_be_visible()


def test_digits_before_the_answer_grade_nothing(page: Page) -> None:
    begin(page)

    page.keyboard.press("3")

    assert page.evaluate(KEPT) == []


def test_links_of_an_answer_lead_where_they_lead_on_its_page(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Show the answer").click()
    expect(page.locator(".cards-answer li").first).to_be_visible()

    page.locator(".cards-from a").click()

    expect(page).to_have_url(re.compile(r"/curriculum/m12-caching/#"))


def test_progress_is_saved_to_a_file_and_taken_from_it(page: Page, tmp_path: Path) -> None:
    begin(page)
    page.keyboard.press("Space")
    expect(page.locator(".cards-interval").last).not_to_be_empty()
    page.keyboard.press("4")
    expect(page.locator(".cards-answer")).to_be_hidden()
    kept = page.evaluate("localStorage.getItem('cards.progress')")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save your progress to a file").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all progress").click()
    expect(page.get_by_text("All is forgotten.")).to_be_visible()
    assert page.evaluate(KEPT) == []

    page.get_by_label("Take progress from a file").set_input_files(file)

    expect(page.get_by_text("One card was taken over.")).to_be_visible()
    assert json.loads(page.evaluate("localStorage.getItem('cards.progress')")) == json.loads(kept)


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "another"}', "null"])
def test_a_file_that_is_something_else_changes_nothing(page: Page, tmp_path: Path, text: str) -> None:
    page.goto(PRACTICE)
    file = tmp_path / "progress.json"
    file.write_text(text, encoding="utf-8")

    page.get_by_label("Take progress from a file").set_input_files(file)

    expect(page.get_by_text("That file holds no saved progress.")).to_be_visible()


@pytest.mark.parametrize("kept", ["{", "null", '{"a#b": {"due": "never"}}', '{"a#b": null}'])
def test_what_is_kept_and_makes_no_sense_is_as_good_as_nothing(page: Page, kept: str) -> None:
    page.goto(PRACTICE)
    page.evaluate("kept => localStorage.setItem('cards.progress', kept)", kept)

    page.reload()

    expect(page.get_by_role("region", name="Practice").get_by_role("status").first).to_contain_text("0 begun")


def test_the_words_are_those_of_the_pages_language(page: Page) -> None:
    def translated(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, body=answer.text().replace('<html lang="en"', '<html lang="nb"'))  # type: ignore[attr-defined]

    page.route(re.compile("/practice/$"), translated)
    page.goto(PRACTICE)

    expect(page.get_by_role("button", name="Begynn")).to_be_visible()


def test_axe_finds_nothing_while_practising(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    begin(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN) == []

    page.keyboard.press("Space")
    expect(page.locator(".cards-interval").last).not_to_be_empty()

    assert page.evaluate(RUN) == []


def test_axe_finds_nothing_in_an_open_answer(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    page.goto("curriculum/m06-validation/")
    page.locator("details[data-card] summary").first.click()
    expect(page.locator(".cards-interval").first).not_to_be_empty()
    page.evaluate(REACHABLE)
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert page.evaluate(RUN) == []


def test_on_a_phone_the_page_does_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    begin(page)
    page.keyboard.press("Space")
    expect(page.locator(".cards-interval").last).not_to_be_empty()

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def scriptless(browser: Browser, site_url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site_url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_javascript_the_list_leads_to_an_answer_that_unfolds(scriptless: Page) -> None:
    scriptless.goto(PRACTICE)
    expect(scriptless.get_by_text("The cards need JavaScript")).to_be_visible()
    scriptless.get_by_text("M12 Caching (6)").click()

    scriptless.get_by_role("link", name="What is a stampede?").click()
    answer = scriptless.locator("details[data-card$='stampede-name-three-cures-and-their-price']")
    answer.locator("summary").click()

    expect(answer.locator("li").first).to_be_visible()
