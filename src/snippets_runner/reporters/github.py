"""Tell a report as GitHub's workflow commands, which its pages show as annotations at the line.

Source: GitHub Docs, "Workflow commands for GitHub Actions": properties and messages escape ``%``, line breaks and, in
properties, ``:`` and ``,``.
"""

from __future__ import annotations

from snippets_runner.account import Account
from snippets_runner.finding import Severity

LEVELS = {Severity.ERROR: "error", Severity.NOTE: "notice"}


def render(account: Account) -> str:
    """Return one command a finding, at its own place and at each page's line that shows it."""
    lines = []
    for finding in account.findings:
        message = "\n".join(
            part for part in (finding.message, finding.details, f"hint: {finding.hint}") if part
        )
        for place in (finding.where, *finding.also):
            properties = {
                "file": place.path.as_posix(),
                "line": str(place.line),
                "col": str(place.column),
                "title": f"snippets-runner {finding.code.value}",
            }
            told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
            lines.append(f"::{LEVELS[finding.severity]} {told}::{_data(message)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
