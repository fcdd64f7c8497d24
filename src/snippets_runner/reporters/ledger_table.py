"""Tell the ledger to a person: one line a snippet, then the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from snippets_runner.finding import SnippetId
from snippets_runner.ledger import Entry, Ledger


def lines(ledger: Ledger) -> Iterator[str]:
    """Yield the table, and when and on what commit the last check was."""
    rows = [_cells(name, entry) for name, entry in sorted(ledger.entries.items())]
    heads = ("snippet", "state", "time", "when", "on")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield ""
    yield from figures(ledger.figures)
    yield f"last check: {ledger.time or 'none'}" + (f", commit {ledger.commit[:12]}" if ledger.commit else "")


def figures(numbers: Mapping[str, int]) -> Iterator[str]:
    """Yield the figures of blocks and snippets, a line each."""
    for kind in ("blocks", "snippets"):
        told = [
            f"{number} {name.partition('_')[2]}"
            for name, number in numbers.items()
            if name.startswith(f"{kind}_")
        ]
        if told:
            yield f"{kind}: {', '.join(told)}"


def _cells(name: SnippetId, entry: Entry) -> tuple[str, str, str, str, str]:
    versions = {**entry.versions, **entry.dependencies}
    on = ", ".join(f"{title} {version}" for title, version in versions.items())
    return name, entry.status.value, f"{entry.milliseconds} ms", entry.time, entry.reason or on
