"""Tell what drift found: the table of snippets and Pythons, then each break with its cause and its pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Any

from snippets_runner.drift import Drift, Trial, Verdict, declared
from snippets_runner.source import Span

WORDS = {
    Verdict.HOLDS: "holds",
    Verdict.BROKE: "BROKE",
    Verdict.NOT_MADE: "not made",
    Verdict.SKIPPED: "-",
}


def lines(drift: Drift) -> Iterator[str]:
    """Yield the table, the breaks, what could not be tried, and the figures."""
    yield from _table(drift)
    for trial in drift.of(Verdict.BROKE):
        yield ""
        yield from _break(drift, trial)
    for trial in drift.of(Verdict.NOT_MADE):
        yield ""
        yield f"{trial.snippet.id} on Python {trial.python}: no environment could be made"
        yield indent(trial.reason, "  | ")
    counts = {verdict: len(drift.of(verdict)) for verdict in Verdict}
    told = [f"{number} {verdict.value}" for verdict, number in counts.items() if number]
    yield ""
    yield f"trials: {', '.join(told) or 'none'}"
    pages = {str(place.path.as_posix()) for trial in drift.of(Verdict.BROKE) for place in _pages(trial)}
    yield f"pages that will lie next: {', '.join(sorted(pages)) or 'none'}"


def since(drift: Drift, trial: Trial) -> str:
    """Word since when a snippet is broken, as far as the ledger and the other trials tell."""
    passed = drift.passed_before(trial.snippet.id)
    if not passed:
        return "the last check here did not pass it either; run `snippets-runner check` first"
    changes = drift.changes(trial)
    if not changes:
        return f"nothing that it declares has changed since it passed on {passed[:10]}: look at what that brings with it"
    return "broke " + ", or ".join(str(change) for change in changes)


def render(drift: Drift) -> str:
    """Return everything as one JSON object."""
    table = {
        "pythons": list(drift.pythons),
        "trials": [_row(drift, trial) for trial in drift.trials],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _table(drift: Drift) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for trial in drift.trials:
        if trial.python:
            rows.setdefault(trial.snippet.id, []).append(WORDS[trial.verdict])
    width = max((len(name) for name in rows), default=0)
    yield f"{'snippet':{width}}  " + "  ".join(f"{version:8}" for version in drift.pythons).rstrip()
    for name, cells in rows.items():
        yield f"{name:{width}}  " + "  ".join(f"{cell:8}" for cell in cells).rstrip()
    yield from _others([trial for trial in drift.trials if not trial.python])


def _others(trials: Sequence[Trial]) -> Iterator[str]:
    """Yield the table of snippets that run on no Python, each with what ran it, or why nothing did."""
    if not trials:
        return
    head = "in other languages"
    width = max(len(head), *(len(trial.snippet.id) for trial in trials))
    yield ""
    yield f"{head:{width}}  on what this machine has"
    for trial in trials:
        what = trial.reason or ", ".join(f"{name} {version}" for name, version in trial.versions.items())
        yield f"{trial.snippet.id:{width}}  {WORDS[trial.verdict]:8}  {what}".rstrip()


def _break(drift: Drift, trial: Trial) -> Iterator[str]:
    for finding in trial.findings:
        python = f" on Python {trial.python}" if trial.python else ""
        yield f"{finding.where}{python}: {finding.code.value}: {finding.message}"
        if finding.details:
            yield indent(finding.details.rstrip(), "  | ", lambda _: True)
    yield f"  {since(drift, trial)}"
    for place in _pages(trial):
        yield f"  shown at {place}"
    newest = [f"{name} {version}" for name, version in declared(trial.snippet, trial.packages).items()]
    if newest:
        yield f"  tried with {', '.join(newest)}"


def _pages(trial: Trial) -> list[Span]:
    return [include.span for include in trial.snippet.shown]


def _row(drift: Drift, trial: Trial) -> dict[str, Any]:
    broke = trial.verdict is Verdict.BROKE
    return {
        "snippet": trial.snippet.id,
        "python": trial.python,
        "verdict": trial.verdict.value,
        "reason": trial.reason,
        "versions": dict(trial.versions),
        "dependencies": declared(trial.snippet, trial.packages),
        "packages": dict(trial.packages),
        "since": since(drift, trial) if broke else "",
        "changes": [
            {"name": each.name, "before": each.before, "after": each.after}
            for each in (drift.changes(trial) if broke else ())
        ],
        "pages": [str(place) for place in _pages(trial)],
        "findings": [
            {
                "code": finding.code.value,
                "path": finding.where.path.as_posix(),
                "line": finding.where.line,
                "column": finding.where.column,
                "message": finding.message,
                "details": finding.details,
            }
            for finding in trial.findings
        ],
    }
