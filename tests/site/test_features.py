"""The table of what the slipbox does is true: each line names what proves it, and that is there."""

from __future__ import annotations

import re
from pathlib import Path

from show_cases import CASES, PAGE, page

ROOT = Path(__file__).parents[2]
FEATURES = ROOT / "docs/project/reference/slipbox-features.md"
CASE = re.compile(r"\[([^\]]+)\]\(slipbox-cases\.md#([a-z0-9-]+)\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
COLUMNS = 7


def rows() -> list[list[str]]:
    """Return the cells of every line of the tables, without their heads."""
    lines = [line for line in FEATURES.read_text("utf-8").splitlines() if line.startswith("| ")]
    split = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [cells for cells in split if cells[0] != "What"]


def test_each_line_names_its_proof_and_says_something_of_every_peer_or_nothing() -> None:
    assert len(rows()) > 40
    for cells in rows():
        assert len(cells) == COLUMNS, cells[0]
        proofs = cells[1].split(" · ")
        assert all(
            CASE.fullmatch(proof) or TEST.fullmatch(proof) or proof == "[benchmark](benchmark-slipbox.md)"
            for proof in proofs
        ), cells


def test_each_case_that_is_named_exists() -> None:
    named = CASE.findall(FEATURES.read_text("utf-8"))
    assert len(named) > 30
    for words, name in named:
        assert (CASES / name / "pages.html").is_file(), name
        assert words.replace(" ", "-") == name


def test_each_case_is_named() -> None:
    """A rule that has a case is a line of the table, or part of one."""
    named = {name for _, name in CASE.findall(FEATURES.read_text("utf-8"))}
    folders = {folder.name for folder in CASES.iterdir() if (folder / "vault").is_dir()}
    assert folders - named == set()


def test_each_test_that_is_named_exists() -> None:
    named = TEST.findall(FEATURES.read_text("utf-8"))
    assert len(named) > 10
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file} has no {name}"


def test_the_page_of_the_cases_shows_them_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python tests/show_cases.py"
