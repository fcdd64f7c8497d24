"""Texts made to hang or crash a reader: time grows with their length, and nothing is raised."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipbox.audience import Visibility
from slipbox.backlinks import MAX_CONTEXTS
from slipbox.config import Options
from slipbox.export import export
from slipbox.flavour import prepared
from slipbox.lint import lint
from slipbox.model import NotePath
from slipbox.note import parse_note
from slipbox.pipeline import read_edition
from slipbox.testing import render_vault, write_vault

PATTERNS = (
    "[", "[[", "[[a|", "[[a]]", "![[", "]]", "`", "``a`", "$", "$a ", "$$", "%%", "<", "<a ", "<div>\n", "<!--", "</div>", "\\", "#",
    "#a", "# a\n", "^a ", "^[", "> ", "> [!a]\n", "- ", "- a\n", "    a\n\n", "```\n", "```a\n", "~~~\n", "| a ", "|-|\n", "[a](", "](b ",
    "[a]: b\n", "==", "~~", "*", "_", "- [>] a\n", "\n", "\n\n", "a\n=\n\n", "{", "{#a", "[^1]: ", "&", "é", "a. A", "[[a]] b. C ", "\x1a",
    "\x02", "  - a\n", "<a href='x' ", "> > ", "1. a\n", "!!! a\n", "=== a\n", "[a [b ", "\t",
)  # fmt: skip
"""What is repeated."""


def seconds(text: str) -> float:
    """Return the processor's time for all that is read of a note, the less of two."""
    times = []
    for _ in range(2):
        start = time.process_time()
        parse_note(NotePath("a.md"), text, Options())
        prepared(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: repr(pattern))
def test_time_grows_in_line_with_the_text(pattern: str) -> None:
    small, large = (pattern * (size // len(pattern)) for size in (4_000, 16_000))

    assert seconds(large) < 6 * seconds(small) + 0.02


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="[]|#^!`$%<>-\n\\ aå1.*_=~{}:\"'/&\x1a\x02", max_size=200))
def test_any_text_is_a_note(text: str) -> None:
    note = parse_note(NotePath("a.md"), text, Options())

    for link in note.links:
        assert 0 <= link.span.start < link.span.end <= len(note.text)
    assert len(note.shown) == len(note.text)


@pytest.mark.parametrize(
    "block",
    [
        "{" * 5000, "[" * 5000, "a: &a [*a, *a]", "a: *b", "!!python/object/apply:os.system [x]", "a: !!binary x", "? [a]\n: b", "<<: {a: b}",
        "\x00", "a:\n" + " " * 3000 + "b", '{"a": ' * 3000, "- - - -", "a: |\n b\nc", "%YAML 9.9", "a: 'b", "\ufffe: a", "a: " + "x" * 70_000,
        "a: &x [1]\nb: &y [*x,*x]\nc: &z [*y,*y]\npublish: true",
    ],
    ids=lambda block: repr(block[:20]),
)  # fmt: skip
def test_odd_properties_never_make_a_note_public_by_accident(block: str) -> None:
    note = parse_note(NotePath("a.md"), f"---\n{block}\n---\n\nText.\n", Options())

    assert note.visibility is Visibility.INTERNAL or not note.findings


def test_what_is_no_note_is_left_out(tmp_path: Path) -> None:
    outside = write_vault(tmp_path / "outside", {"secret.md": "SECRET"})
    vault = write_vault(
        tmp_path / "vault", {"A.md": "[[secret]] [[loop]] [[fifo]]\n", f"{'å' * 126}.md": "Long.\n"}
    )
    (vault / "linked").symlink_to(outside)
    (vault / "secret.md").symlink_to(outside / "secret.md")
    (vault / "loop.md").symlink_to(vault / "loop.md")
    (vault / ".hidden.md").write_text("SECRET", "utf-8")
    os.mkfifo(vault / "fifo.md")

    edition = read_edition(vault, tmp_path, Options())
    assert sorted(edition.notes) == ["A.md", f"{'å' * 126}.md"]
    assert not [page for page in render_vault(vault, Options()).values() if "SECRET" in page]


def test_a_note_that_cannot_be_read_stops_nobody(tmp_path: Path) -> None:
    vault = write_vault(
        tmp_path, {"A.md": "[[Big]]\n", "Bin.md": b"\x00\xff\xfe", "Big.md": b"x" * (16 * 2**20 + 1)}
    )

    found = {(finding.path, finding.code.value) for finding in lint(vault, vault, Options())}
    assert found == {("Big.md", "unreadable-note"), ("Bin.md", "not-utf8"), ("A.md", "internal-link")}


def test_notes_that_embed_one_another_many_times_do_not_explode(tmp_path: Path) -> None:
    """Forty embeds on each of five levels are a hundred million; a page and its copy stop at a few hundred."""
    files = {f"{level}.md": f"Level {level}. ![[{level + 1}]]\n\n" * 40 for level in range(5)}
    vault = write_vault(tmp_path / "vault", {**files, "5.md": "End.\n"})
    edition = read_edition(vault, tmp_path, Options())

    assert render_vault(vault, Options())[NotePath("0.md")].count("End.") <= 300
    export(edition, vault, tmp_path / "out")
    assert (tmp_path / "out/0.md").read_text("utf-8").count("End.") <= 300
    told = [(finding.path, finding.code.value) for finding in lint(vault, vault, Options())]
    assert told == [(f"{level}.md", "too-many-embeds") for level in range(4)]


def test_a_note_that_links_to_one_note_thousands_of_times_is_quoted_a_few_times(tmp_path: Path) -> None:
    """As a log that names its index in every line; each sentence was once looked for among all links."""
    vault = write_vault(
        tmp_path, {"A.md": "Text.\n", "Log.md": "".join(f"Line {n}, [[A]].\n\n" for n in range(2000))}
    )

    assert render_vault(vault, Options())[NotePath("A.md")].count("<mark>") == MAX_CONTEXTS


def test_a_message_obeys_no_control_character(tmp_path: Path) -> None:
    """What an author pasted into a link can't colour, clear or turn the terminal that tells of it."""
    write_vault(tmp_path, {"docs/Start.md": "[[Gone \x1b[31m note]] and [[a\u202eb]] ![[pic\x07.png]]\n"})
    findings = [str(finding) for finding in lint(tmp_path / "docs", tmp_path, Options())]

    assert len(findings) == 3
    assert "Gone \\x1b[31m note" in findings[0]
    assert all(letter == "\n" or letter.isprintable() for text in findings for letter in text)
