"""Tell a report as JSON for programs: every outcome and finding, and the figures."""

from __future__ import annotations

import json
from typing import Any

from snippets_runner.finding import Finding
from snippets_runner.model import Outcome
from snippets_runner.pipeline import Report


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    table = {
        "seconds": round(report.seconds, 3),
        "commit": report.ledger.commit,
        "figures": dict(report.ledger.figures),
        "snippets": [_outcome(outcome) for outcome in report.outcomes],
        "findings": [_finding(finding) for finding in report.findings],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    result = outcome.result
    return {
        "snippet": outcome.job.snippet.id,
        "status": outcome.status.value,
        "cached": outcome.cached,
        "reason": outcome.reason,
        "seconds": round(result.seconds, 4) if result else None,
        "versions": dict(result.versions) if result else {},
        "guards": list(result.guards) if result else [],
        "pages": [str(include.span) for include in outcome.job.snippet.shown],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "path": finding.where.path.as_posix(),
        "line": finding.where.line,
        "column": finding.where.column,
        "message": finding.message,
        "hint": finding.hint,
        "details": finding.details,
        "also": [str(place) for place in finding.also],
        "snippet": finding.snippet,
    }
