"""Print what the specification asks of each page and what the page holds: `make checklist`.

A page that is written is held against its whole specification. One that isn't must be named in `planned-notes.txt`; a page that
is neither has been lost, and that is a fault too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.pages import DOCS, ROOT, read_page
from tools.requirements import Row, hold
from tools.specification import FILES, Kind, State, Wanted, read_planned, read_specification

TITLES = {
    Kind.MODULE: "Modules of the curriculum",
    Kind.CONCEPT: "Advanced concepts",
    Kind.TOPIC: "Topics of BE03",
    Kind.NOTE: "Notes of the slipbox",
    Kind.OVERVIEW: "Overviews",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One page, held against its specification."""

    wanted: Wanted
    state: State
    rows: tuple[Row, ...]

    @property
    def findings(self) -> list[str]:
        """Return what is wrong with the page."""
        if self.state is State.MISSING:
            place = (
                self.wanted.path.relative_to(ROOT)
                if self.wanted.path.is_relative_to(ROOT)
                else self.wanted.path
            )
            return [f"{place}:1:1: the page is gone; bring it back, or name it in planned-notes.txt"]
        return [finding for row in self.rows for finding in row.missing]


def check_page(wanted: Wanted, planned: frozenset[str], links: Mapping[str, frozenset[str]]) -> Checked:
    """Hold one page against its specification."""
    state = wanted.state(planned)
    rows = hold(wanted, links) if state is State.WRITTEN else []
    return Checked(wanted=wanted, state=state, rows=tuple(rows))


def read_links(wanted: Iterable[Wanted], docs: Path = DOCS) -> dict[str, frozenset[str]]:
    """Return what each page that others are tied to links to, by its name."""
    names = {name for each in wanted for name in each.tied_to}
    return {
        file.stem: frozenset(read_page(file).links()) for file in docs.rglob("*.md") if file.stem in names
    }


def table(pages: Iterable[Checked]) -> str:
    """Return one line for each page: its state and, for each requirement, how much of it is held."""
    lines = []
    for page in pages:
        sums: dict[str, list[int]] = {}
        for row in page.rows:
            total = sums.setdefault(row.name, [0, 0])
            total[0] += row.held
            total[1] += row.wanted
        held = " · ".join(f"{name.replace('_', '-')} {have}/{want}" for name, (have, want) in sums.items())
        mark = {State.PLANNED: "–", State.MISSING: "✗"}.get(page.state, "✗" if page.findings else "✓")
        lines.append(f"  {mark} {page.wanted.name:<36} {held or page.state.value}")
    return "\n".join(lines)


def headings(pages: Iterable[Checked]) -> str:
    """Return one line for each heading that a module must have: its number, its module, and whether it is there."""
    lines: list[str] = []
    for page in pages:
        gone = "\n".join(page.findings)
        for heading in page.wanted.own_headings:
            there = page.state is State.WRITTEN and f"“{heading}” is missing" not in gone
            mark = "✓" if there else "–" if page.state is State.PLANNED else "✗"
            number = page.wanted.name.partition("-")[0].upper()
            lines.append(f"  {len(lines) + 1:>3} {mark} {number}  {heading}")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the table, then what is wrong and what is still to come; return 1 if something is wrong."""
    wanted, planned = read_specification(), read_planned()
    links = read_links(wanted)
    chosen = [
        each for each in wanted if not arguments or each.name in arguments or each.path.name in arguments
    ]
    pages = [check_page(each, planned, links) for each in chosen]
    for kind in FILES:
        of_kind = [page for page in pages if page.wanted.kind is kind]
        if not of_kind:
            continue
        written = sum(1 for page in of_kind if page.state is State.WRITTEN)
        print(f"{TITLES[kind]}: {written} of {len(of_kind)} written\n{table(of_kind)}\n")
        if kind is Kind.MODULE:
            print(f"Headings of the modules\n{headings(of_kind)}\n")
    later = [each for page in pages for row in page.rows for each in row.open]
    if later:
        print("Still to come:", *later, "", sep="\n")
    findings = [finding for page in pages for finding in page.findings]
    print(*findings, f"{len(findings)} findings", sep="\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
