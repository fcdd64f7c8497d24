"""The pages hold what the specification in `content/` asks of their kind, so that no part can go unnoticed.

`make checklist` prints the same as a table; `tools/checklist.py` says how a page is read.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tools.checklist import check_page, read_links
from tools.pages import DOCS, plain, read_page
from tools.specification import Kind, State, Wanted, read_planned, read_specification

SPECIFICATION = read_specification()
PLANNED = read_planned()
COUNTS = {Kind.MODULE: 22, Kind.CONCEPT: 11, Kind.TOPIC: 33, Kind.NOTE: 52, Kind.OVERVIEW: 1}


@pytest.fixture(scope="module")
def links() -> dict[str, frozenset[str]]:
    return read_links(SPECIFICATION)


@pytest.mark.parametrize("wanted", SPECIFICATION, ids=lambda wanted: wanted.name)
def test_a_page_holds_its_specification(wanted: Wanted, links: dict[str, frozenset[str]]) -> None:
    checked = check_page(wanted, PLANNED, links)
    if checked.state is State.PLANNED:
        pytest.skip("planned, and not written yet")

    assert checked.findings == [], "\n".join(
        ["", *checked.findings, f"again: .venv/bin/python -m tools.checklist {wanted.path.name}"]
    )


def test_the_specification_is_whole() -> None:
    kinds = [wanted.kind for wanted in SPECIFICATION]
    modules = [wanted for wanted in SPECIFICATION if wanted.kind is Kind.MODULE]

    assert {kind: kinds.count(kind) for kind in Kind} == COUNTS
    assert sum(len(module.own_headings) for module in modules) == 126
    assert sum(module.counts["questions"] for module in modules) == 110
    assert sum(module.counts["gotchas"] for module in modules) == 188
    assert sum(len(module.snippets) for module in modules) == 137


def test_a_page_that_is_planned_is_not_written() -> None:
    assert [name for name in PLANNED if list(DOCS.rglob(f"{name}.md"))] == []


def test_the_register_has_every_correction_once() -> None:
    tables = read_page(DOCS / "about/corrections.md").whole.all("table")
    first_cells = [
        plain(cell) for table in tables for row in table.iter("tr") for cell in row.findall("td")[:1]
    ]

    registered = [cell for cell in first_cells if cell.startswith("C-")]

    assert len(registered) == len(set(registered))
    assert {each for wanted in SPECIFICATION for each in wanted.corrections} - set(registered) == set()


def test_prerequisites_are_pages_of_the_specification_and_form_no_circle() -> None:
    known = {wanted.name for wanted in SPECIFICATION}
    needs = {
        wanted.name: read_page(wanted.path).properties.get("prerequisites") or []
        for wanted in SPECIFICATION
        if wanted.kind in (Kind.MODULE, Kind.CONCEPT) and wanted.path.is_file()
    }

    assert {name: unknown for name, each in needs.items() if (unknown := sorted(set(each) - known))} == {}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(f"these pages need each other: {' → '.join(error.args[1])}")
