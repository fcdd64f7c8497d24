"""The cards for Anki: what is in the package, and that a newer one updates an older one."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tools.cards import DECK, Card, cards_of, read_cards, write_cards
from tools.pages import read_page
from tools.specification import Kind, Wanted, read_specification

PAGE = """---
title: Queues
module: M99
theme: ASYNC WORK
---

## Interview lens

### Why is `ack` *late* better than [[m01-request-flow|early]]?

??? note "A good answer covers"
    - A crash between the two loses the job[^1], so `a < b`.
    - See [above](#gotchas) and [the RFC](https://www.rfc-editor.org/rfc/rfc9110).

### No answer here

Text.

[^1]: A source.
"""


@pytest.fixture(scope="module")
def modules() -> list[Wanted]:
    return [wanted for wanted in read_specification() if wanted.kind is Kind.MODULE and wanted.path.is_file()]


def notes(package: Path, folder: Path) -> list[tuple[str, list[str], list[str]]]:
    """Return the identity, fields and tags of each note in a package, as Anki reads them."""
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", folder)
    with sqlite3.connect(folder / "collection.anki2") as collection:
        rows = collection.execute("SELECT guid, flds, tags FROM notes ORDER BY id").fetchall()
    collection.close()
    return [(guid, fields.split("\x1f"), tags.split()) for guid, fields, tags in rows]


def decks(folder: Path) -> list[str]:
    collection = sqlite3.connect(folder / "collection.anki2")
    [(written,)] = collection.execute("SELECT decks FROM col").fetchall()
    collection.close()
    return [deck["name"] for deck in json.loads(written).values() if deck["name"].startswith(DECK)]


def test_every_question_of_every_module_is_a_card_of_its_own(modules: list[Wanted], tmp_path: Path) -> None:
    cards = list(read_cards(modules))

    count = write_cards(cards, tmp_path / "cards.apkg")

    found = notes(tmp_path / "cards.apkg", tmp_path)
    assert count == len(found) == len({guid for guid, _, _ in found})
    assert count >= sum(wanted.counts["questions"] for wanted in modules) > 0
    assert len(decks(tmp_path)) == len(modules)
    for _, (question, answer, source), tags in found:
        assert question
        assert answer.startswith("<ul>") and answer.endswith("</ul>") and "<li>" in answer, question
        assert "[[" not in question + answer and "fnref" not in answer, question
        assert tags[0] == source.partition(" ")[0]


def test_a_card_stands_without_its_page(tmp_path: Path) -> None:
    file = tmp_path / "m99-queues.md"
    file.write_text(PAGE, encoding="utf-8")

    [card] = cards_of(read_page(file))
    write_cards([card], tmp_path / "cards.apkg")

    [(_, fields, tags)] = notes(tmp_path / "cards.apkg", tmp_path)
    assert fields[0] == "Why is ack late better than early?"
    assert "".join(fields[1].split("\n")) == (
        "<ul><li>A crash between the two loses the job, so <code>a &lt; b</code>.</li>"
        '<li>See <span>above</span> and <a href="https://www.rfc-editor.org/rfc/rfc9110">the RFC</a>.</li></ul>'
    )
    assert fields[2] == "M99 · Queues"
    assert tags == ["M99", "async-work"]
    assert decks(tmp_path) == [f"{DECK}::M99 Queues"]


def test_a_new_answer_is_the_same_card_and_a_new_question_is_another(tmp_path: Path) -> None:
    def made(question: str, answer: str) -> str:
        card = Card(
            module="M99", theme="SPEED", title="Queues", page="m99-queues", question=question, answer=answer
        )
        folder = tmp_path / "package"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_cards([card], folder / "cards.apkg")
        [(guid, _, _)] = notes(folder / "cards.apkg", folder)
        return guid

    assert made("Why?", "<ul><li>One.</li></ul>") == made("Why?", "<ul><li>Two.</li></ul>")
    assert made("Why?", "<ul><li>One.</li></ul>") != made("How?", "<ul><li>One.</li></ul>")
