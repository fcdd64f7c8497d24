"""What a run has to tell, in plain values: it can be written down, and told again by every reporter later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from snippets_runner.finding import Finding, SnippetId, failed, in_order
from snippets_runner.languages.level import Level
from snippets_runner.model import Outcome, Status

if TYPE_CHECKING:
    from snippets_runner.pipeline import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One snippet of a run."""

    snippet: SnippetId
    status: Status
    findings: tuple[Finding, ...]
    cached: bool
    reason: str
    """Why it was skipped."""
    seconds: float | None
    """To the millisecond; None if it did not run."""
    versions: Mapping[str, str]
    guards: tuple[str, ...]
    pages: tuple[str, ...]
    """The places that show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One run."""

    rows: tuple[Row, ...]
    """In the order of the snippets' names."""
    others: tuple[Finding, ...]
    """What is wrong with the project itself."""
    figures: Mapping[str, int]
    commit: str
    seconds: float
    """To the millisecond."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all findings, in the order of their places."""
        return in_order([*self.others, *(finding for row in self.rows for finding in row.findings)])

    @property
    def levels(self) -> Mapping[Level, int]:
        """Return how many blocks of the pages are run, validated and shown."""
        return {level: self.figures.get(f"blocks_{level.value}", 0) for level in Level}

    @property
    def failed(self) -> bool:
        """Tell whether anything is wrong."""
        return failed(self.findings)


def account_of(report: Report) -> Account:
    """Return what a report has to tell.

    Times are rounded here, once: a form that rounds them further tells the same of a kept account as of a fresh one.
    """
    return Account(
        rows=tuple(_row(outcome) for outcome in report.outcomes),
        others=report.project.findings,
        figures=report.ledger.figures,
        commit=report.ledger.commit,
        seconds=round(report.seconds, 3),
    )


def _row(outcome: Outcome) -> Row:
    result = outcome.result
    return Row(
        snippet=outcome.job.snippet.id,
        status=outcome.status,
        findings=outcome.findings,
        cached=outcome.cached,
        reason=outcome.reason,
        seconds=round(result.seconds, 3) if result else None,
        versions=dict(result.versions) if result else {},
        guards=result.guards if result else (),
        pages=tuple(str(include.span) for include in outcome.job.snippet.shown),
    )
