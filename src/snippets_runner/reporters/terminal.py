"""Tell a report to a person, as plain text; a door may colour it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from snippets_runner.account import Account
from snippets_runner.finding import Finding, Severity
from snippets_runner.languages.level import Level
from snippets_runner.model import Status


def finding_text(finding: Finding) -> str:
    """Word one finding: place, code and message, where else it shows, details, hint."""
    mark = "" if finding.severity is Severity.ERROR else "note: "
    lines = [f"{finding.where}: {mark}{finding.code.value}: {finding.message}"]
    lines += [f"  shown at {place}" for place in finding.also]
    if finding.details:
        lines.append(indent(finding.details.rstrip(), "  | ", lambda _: True))
    lines.append(f"  hint: {finding.hint}")
    return "\n".join(lines)


def summary(account: Account) -> Iterator[str]:
    """Yield the closing lines: snippets by status, blocks by level, findings."""
    counts = {status: sum(row.status is status for row in account.rows) for status in Status}
    cached = sum(row.cached for row in account.rows)
    told = [
        f"{counts[Status.PASSED]} passed" + (f" ({cached} unchanged since they last did)" if cached else "")
    ]
    told += [
        f"{counts[status]} {status.value}" for status in (Status.FAILED, Status.SKIPPED) if counts[status]
    ]
    yield f"snippets: {', '.join(told)} in {account.seconds:.1f} s"
    levels = account.levels
    total = sum(levels.values())
    yield f"blocks on pages: {total}, of which {levels[Level.RUN]} run, {levels[Level.VALIDATED]} validated, {levels[Level.SHOWN]} shown"
    errors = sum(finding.severity is Severity.ERROR for finding in account.findings)
    yield f"findings: {errors}" if errors else "no findings"
