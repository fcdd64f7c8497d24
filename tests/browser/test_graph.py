"""The page with the whole graph: found by words, narrowed by folder and tag, walked by keys, and told by a table."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from slipbox.layout import layout

STATUS = ".slipbox-graph-page [data-status]"


def open_graph(page: Page) -> None:
    """Open the page and wait until the picture is drawn."""
    page.goto("graph/")
    expect(page.locator(".slipbox-graph-page canvas[data-drawn]")).to_be_visible()


def ink(page: Page) -> int:
    """Return how many pixels of the picture are drawn on."""
    count = page.locator(".slipbox-graph-page canvas").evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let at = 3; at < data.length; at += 4) if (data[at] > 40) drawn += 1;
          return drawn;
        }"""
    )
    return int(count)


def test_the_picture_is_drawn_in_both_palettes(page: Page, palette: str) -> None:
    page.emulate_media(color_scheme=palette)  # type: ignore[arg-type]
    open_graph(page)

    assert ink(page) > 2000
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^(\d+) / \1$"))
    colours = "canvas => ['node', 'ground'].map(name => getComputedStyle(canvas).getPropertyValue(`--slipbox-${name}`))"
    assert all(page.locator("canvas").evaluate(colours)), "the script reads colours that no style sheet has"


def test_a_word_finds_a_note_and_enter_opens_it(page: Page) -> None:
    open_graph(page)
    page.get_by_label("Finn").fill("microservices archi")

    expect(page.locator(STATUS)).to_have_text(re.compile(r"^Microservices Architecture · \d+$"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Microservices Architecture")


def test_a_folder_and_a_tag_narrow_the_picture(page: Page) -> None:
    open_graph(page)
    whole = page.locator(STATUS).inner_text()
    for name in ("Mappe", "Emne"):
        chooser = page.locator(".slipbox-graph-controls").get_by_label(name)
        options = chooser.locator("option").all_inner_texts()
        assert options[0] == "alle"
        assert len(options) > 2
        chooser.select_option(index=1)
        expect(page.locator(STATUS)).not_to_have_text(whole)
        shown, _, total = page.locator(STATUS).inner_text().partition(" / ")
        assert 0 < int(shown) < int(total)
        chooser.select_option(index=0)
        expect(page.locator(STATUS)).to_have_text(whole)


def test_keys_go_from_note_to_note_and_open_one(page: Page) -> None:
    open_graph(page)
    canvas = page.locator(".slipbox-graph-page canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    first = page.locator(STATUS).inner_text()
    assert re.search(r" · \d+$", first)
    for key in ("ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("+")
    page.keyboard.press("-")
    chosen = page.locator(STATUS).inner_text().rpartition(" · ")[0]
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(chosen)


def test_escape_lets_go_of_a_note(page: Page) -> None:
    open_graph(page)
    page.locator(".slipbox-graph-page canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")

    expect(page.locator(STATUS)).to_have_text("")


def test_the_table_says_what_the_graph_says(page: Page) -> None:
    open_graph(page)
    data = page.evaluate("fetch('../graph.json').then(answer => answer.json())")
    rows = page.locator(".slipbox-graph-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    )

    told = {(row[0], row[1], int(row[3])) for row in rows}
    assert told == {(note["title"].strip(), note["folder"], note["in"]) for note in data["notes"]}
    assert sum(int(row[4]) for row in rows) == len(data["links"])


def test_five_thousand_notes_are_drawn_and_found(page: Page) -> None:
    """As on a large site: the places come with the data, so nothing is laid out in the browser."""
    count = 5000
    folders = [f"folder {number % 40}" for number in range(count)]
    links = [[number, (number * 31 + step) % count] for number in range(count) for step in (7, 13, 101)]
    notes = [
        {"title": f"Note {number}", "url": "", "folder": folders[number], "in": 3, "x": x, "y": y, "tags": [f"t{number % 9}"]}
        for number, (x, y) in enumerate(layout(folders, links, rounds=2))
    ]  # fmt: skip
    body = json.dumps({"notes": notes, "links": links})
    page.route("**/graph.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    open_graph(page)

    expect(page.locator(STATUS)).to_have_text("5000 / 5000")
    page.get_by_label("Finn").fill("note 4999")
    expect(page.locator(STATUS)).to_have_text("Note 4999 · 6")
