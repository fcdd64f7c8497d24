"""The sentence that a backlink shows: words of the text, and no syntax around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipbox.config import Options
from slipbox.graph import context_of
from slipbox.mentions import find_mentions
from slipbox.pipeline import read_edition
from slipbox.testing import write_vault


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('!!! warning "Common claim"\n    One. About [[T]] here. Three.\n', "About [[T]] here."),
        ("??? note\n    About [[T]] here.\n", "About [[T]] here."),
        ('=== "Tab"\n    About [[T]] here.\n', "About [[T]] here."),
        ("Before.\n!!! note\n    About [[T]] here.\n", "About [[T]] here."),
        ("> !!! note\n>     About [[T]] here.\n", "About [[T]] here."),
        ("!!! note\n    - About [[T]] here.\n", "About [[T]] here."),
        ("## Heading\nAbout [[T]] here.\n", "About [[T]] here."),
        ("> [!tip]- Title\n> About [[T]] here.\n", "About [[T]] here."),
        ("About [[T]] here, wow!!! And then.\n", "About [[T]] here, wow!!!"),
    ],
)
def test_a_sentence_leaves_the_head_of_its_block_out(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "A.md").write_text(text, encoding="utf-8")
    (tmp_path / "T.md").write_text("T.\n", encoding="utf-8")
    note = next(
        each for each in read_edition(tmp_path, tmp_path, Options()).notes.values() if each.path == "A.md"
    )

    start, end = context_of(note, note.links[0])

    assert note.text[start:end].strip() == sentence


def test_a_directive_mentions_nothing(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("Taken from the code.\n\n::: slipbox\n", encoding="utf-8")
    (tmp_path / "Slipbox.md").write_text("T.\n", encoding="utf-8")

    assert find_mentions(read_edition(tmp_path, tmp_path, Options())) == {}


def test_of_names_that_begin_alike_the_longest_is_mentioned(tmp_path: Path) -> None:
    files = {
        "Saga.md": "Text.\n",
        "Saga log.md": "Text.\n",
        "b/Saga log entry.md": "Text.\n",
        "a/Saga log entry.md": "Text.\n",
        "Elsewhere.md": "# Other\n\nA saga log entry, a saga log, a saga\n\nlog.\n",
    }
    write_vault(tmp_path, files)
    found = find_mentions(read_edition(tmp_path, tmp_path, Options()))

    assert {path: [mention.link.display for mention in each] for path, each in found.items()} == {
        "a/Saga log entry.md": ["saga log entry"],
        "Saga log.md": ["saga log"],
        "Saga.md": ["saga"],
    }
