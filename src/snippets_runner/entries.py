"""Make the ledger's entries of a run's outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from snippets_runner.cache import installed
from snippets_runner.finding import SnippetId
from snippets_runner.languages.level import Level
from snippets_runner.ledger import Entry, Ledger, in_utc
from snippets_runner.model import Outcome, Status


def updated(
    ledger: Ledger,
    outcomes: Iterable[Outcome],
    *,
    known: Iterable[SnippetId],
    levels: Mapping[Level, int],
    commit: str,
    now: datetime,
) -> Ledger:
    """Return the ledger with the outcomes of a run in it, and without snippets that are gone."""
    time = in_utc(now)
    rows = {name: entry for name in known if (entry := ledger.entries.get(name)) is not None}
    for outcome in outcomes:
        if not outcome.cached:
            rows[outcome.job.snippet.id] = _row(outcome, time)
    figures = {f"blocks_{level.value}": number for level, number in levels.items()}
    counts = Counter(row.status for row in rows.values())
    figures |= {f"snippets_{status.value}": counts[status] for status in Status}
    return Ledger(entries=rows, figures=figures, commit=commit, time=time)


def _row(outcome: Outcome, time: str) -> Entry:
    result = outcome.result
    return Entry(
        status=outcome.status,
        digest=outcome.job.digest,
        key=outcome.job.key,
        milliseconds=round(result.seconds * 1000) if result else 0,
        versions=dict(result.versions) if result else {},
        dependencies=dict(installed(outcome.job.snippet)),
        time=time,
        reason=outcome.reason,
        guards=result.guards if result else (),
        problem="\n".join(
            f"{each.where}: {each.message}\n{each.details}".strip() for each in outcome.findings
        ),
    )
