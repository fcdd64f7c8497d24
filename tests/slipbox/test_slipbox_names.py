"""Names as addresses and in lists: spelled so that a reader can type them, sorted as Norwegian sorts."""

from __future__ import annotations

import pytest

from slipbox.config import Options
from slipbox.model import NotePath
from slipbox.note import parse_note
from slipbox.redirects import redirects
from slipbox.urls import address_of, assign
from slipbox.words import sort_key


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("🛠 Ressurser/Blåbær.md", "Ressurser/Blåbær"),
        ("📥/🛠️.md", "inbox-tray/hammer-and-wrench"),
        ("👩‍💻/index.md", "woman-personal-computer"),
        ("日本語/ノート.md", "日本語/ノート"),
        ("C++ (v1.2).md", "C-v1.2"),
        ("???.md", "question-mark-question-mark-question-mark"),
        ("a/100% sure?.md", "a/100-sure"),
        ("A\u030a.md", "Å"),
    ],
)
def test_an_address_keeps_letters_and_spells_what_has_none(path: str, address: str) -> None:
    assert address_of(parse_note(NotePath(path), "", Options()), Options()) == address


def test_titles_sort_as_norwegian_sorts() -> None:
    wrong = ["Ål", "zebra", "Øl", "Ære", "ære", "eple", "Éclair", "A\u030ase", "Apple", "Ägg", "år", "日本"]

    assert sorted(wrong, key=sort_key) == [
        "Apple", "Éclair", "eple", "zebra", "Ägg", "Ære", "ære", "Øl", "Ål", "år", "A\u030ase", "日本",
    ]  # fmt: skip


def test_earlier_permalinks_and_slugs_lead_to_the_note() -> None:
    text = "---\npermalink: [/now/, /before/that/]\nslug: old-slug\naliases: [Other name]\n---\n"
    note = parse_note(NotePath("folder/Note.md"), text, Options())
    found, wrong = redirects([note], assign([note], Options()), Options())

    assert found == dict.fromkeys(("Other-name", "before/that", "folder/old-slug"), "folder/Note.md")
    assert wrong == []
