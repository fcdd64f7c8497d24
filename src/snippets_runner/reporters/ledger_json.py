"""Tell a report as JSON for programs, every outcome and finding and the figures; and read it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from snippets_runner.account import Account, Row
from snippets_runner.finding import Code, Finding, Severity, SnippetId
from snippets_runner.model import Status
from snippets_runner.source import Source, Span


def render(account: Account) -> str:
    """Return the account as one JSON object."""
    return json.dumps(table(account), indent=1, ensure_ascii=False) + "\n"


def render_compact(account: Account) -> str:
    """Return the same for programs only: a line, and many times as fast."""
    return json.dumps(table(account), ensure_ascii=False) + "\n"


def table(account: Account) -> dict[str, Any]:
    """Return the account as plain values; each snippet tells the numbers of its findings in the list of all."""
    findings = list(account.findings)
    numbers = {id(finding): number for number, finding in enumerate(findings)}
    return {
        "seconds": account.seconds,
        "commit": account.commit,
        "figures": dict(account.figures),
        "snippets": [_row(row, [numbers[id(finding)] for finding in row.findings]) for row in account.rows],
        "findings": [_finding(finding) for finding in findings],
    }


def read(text: str) -> Account:
    """Return the account that was rendered so.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    return read_table(json.loads(text))


def read_table(table: Mapping[str, Any]) -> Account:
    """Return the account that was made plain values so."""
    findings = [_read_finding(row) for row in table["findings"]]
    told = {number for row in table["snippets"] for number in row["findings"]}
    return Account(
        rows=tuple(_read_row(row, findings) for row in table["snippets"]),
        others=tuple(finding for number, finding in enumerate(findings) if number not in told),
        figures=table["figures"],
        commit=table["commit"],
        seconds=table["seconds"],
    )


def _row(row: Row, findings: list[int]) -> dict[str, Any]:
    return {
        "snippet": row.snippet,
        "status": row.status.value,
        "cached": row.cached,
        "reason": row.reason,
        "seconds": row.seconds,
        "versions": dict(row.versions),
        "guards": list(row.guards),
        "pages": list(row.pages),
        "findings": findings,
    }


def _read_row(row: Mapping[str, Any], findings: Sequence[Finding]) -> Row:
    return Row(
        snippet=SnippetId(row["snippet"]),
        status=Status(row["status"]),
        findings=tuple(findings[number] for number in row["findings"]),
        cached=row["cached"],
        reason=row["reason"],
        seconds=row["seconds"],
        versions=row["versions"],
        guards=tuple(row["guards"]),
        pages=tuple(row["pages"]),
    )


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


def _read_finding(row: Mapping[str, Any]) -> Finding:
    return Finding(
        code=Code(row["code"]),
        where=_place(row["path"], row["line"], row["column"]),
        message=row["message"],
        hint=row["hint"],
        details=row["details"],
        also=tuple(_read_place(place) for place in row["also"]),
        severity=Severity(row["severity"]),
        snippet=row["snippet"],
    )


def _read_place(text: str) -> Span:
    path, line, column = text.rsplit(":", 2)
    return _place(path, int(line), int(column))


def _place(path: str, line: int, column: int) -> Span:
    """Return a place whose text is unknown: as many empty lines and spaces as lead to it."""
    text = "\n" * (line - 1) + " " * (column - 1)
    return Span(source=Source(path=Path(path), text=text), start=len(text), end=len(text))
