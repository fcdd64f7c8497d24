"""The cards as they are built: each question once in the list, its answer in a file, and a deck of the same questions."""

from __future__ import annotations

import importlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urldefrag, urljoin

import pytest

HOOKS = Path(__file__).parents[2] / "hooks"
LENS = """<h2 id="interview-lens">Interview lens</h2>
<h3 id="why">Why <code>ack</code> late?<a class="headerlink" href="#why">&para;</a></h3>
<p>Given a queue.</p>
<details class="note">
<summary>A good answer covers</summary>
<ul><li>See <a href="#gotchas">above</a>,<sup id="fnref:a"><a href="#fn:a">1</a></sup> <a id="x" href="../m02-http/?a=1#b">b</a>
and <a href="https://www.rfc-editor.org/">c</a>.</li></ul>
</details>
<h3 id="nothing">Nothing here</h3>
<p>Text.</p>
"""


@pytest.fixture(scope="module")
def practice() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HOOKS)
        yield importlib.import_module("practice")


@pytest.fixture(scope="module")
def folder(public_site: Path) -> Path:
    return public_site / "curriculum/practice"


def cards_of_the_list(folder: Path) -> list[str]:
    html = (folder / "index.html").read_text(encoding="utf-8")
    return re.findall(r'<a href="[^"]*" data-card="([^"]+)"', html)


def test_a_card_reads_on_another_page_as_on_its_own(practice: ModuleType) -> None:
    [card] = practice.read_cards(LENS)

    made = practice.moved(card, "curriculum/m13-queues/", "curriculum/practice/")

    assert card.question == "Why <code>ack</code> late?"
    assert made["prompt"] == "<p>Given a queue.</p>"
    assert re.sub(r"\s+", " ", made["answer"]) == (
        '<ul><li>See <a href="../m13-queues/#gotchas">above</a>, <a href="../m02-http/#b">b</a> '
        'and <a href="https://www.rfc-editor.org/">c</a>.</li></ul>'
    )


def test_a_question_without_an_answer_is_no_card(practice: ModuleType) -> None:
    marked = practice.marked(LENS, "m13-queues", "curriculum/m13-queues/", "curriculum/practice/")

    assert marked.count("data-card=") == 1
    assert 'data-card="m13-queues#why"' in marked


def test_the_list_has_every_card_of_every_page_once(public_site: Path, folder: Path) -> None:
    marked = [
        card
        for file in sorted((public_site / "curriculum").glob("m*/index.html"))
        for card in re.findall(r'<details class="note" data-card="([^"]+)"', file.read_text(encoding="utf-8"))
    ]

    assert sorted(cards_of_the_list(folder)) == sorted(marked)
    assert len(marked) == len(set(marked)) > 100


def test_every_card_has_its_answer_in_the_file_that_the_list_names(public_site: Path, folder: Path) -> None:
    html = (folder / "index.html").read_text(encoding="utf-8")
    answers = {}
    for name in re.findall(r'data-answers="([^"]+)"', html):
        found = json.loads((folder / name).read_text(encoding="utf-8"))
        answers |= {f"{Path(name).stem}#{slug}": card["answer"] for slug, card in found.items()}

    assert set(cards_of_the_list(folder)) == set(answers)
    for card, answer in answers.items():
        assert "<li>" in answer and " id=" not in answer and "fnref" not in answer, card
        for href in re.findall(r'href="([^"]+)"', answer):
            if "://" not in href:
                place, anchor = urldefrag(urljoin("/curriculum/practice/", href))
                target = (public_site / place.lstrip("/") / "index.html").read_text(encoding="utf-8")
                assert not anchor or f'id="{anchor}"' in target, (card, href)


def test_the_deck_that_is_offered_has_the_same_questions(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / "cards.apkg") as archive:
        archive.extract("collection.anki2", tmp_path)
    collection = sqlite3.connect(tmp_path / "collection.anki2")
    [(count,)] = collection.execute("SELECT count(*) FROM notes").fetchall()
    collection.close()

    assert count == len(cards_of_the_list(folder))
    assert 'href="cards.apkg" download' in (folder / "index.html").read_text(encoding="utf-8")
