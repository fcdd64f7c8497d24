"""Tell a report in SARIF 2.1.0, the form in which code hosts and editors take findings of static analysis.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from snippets_runner import __version__
from snippets_runner.account import Account
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.source import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.NOTE: "note"}


def render(account: Account) -> str:
    """Return the log as JSON: one run, one rule for each kind of finding, one result for each finding."""
    run = {
        "tool": {
            "driver": {
                "name": "snippets-runner",
                "semanticVersion": __version__,
                "rules": [{"id": code.value} for code in Code],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in account.findings],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)
        + "\n"
    )


def _result(finding: Finding) -> dict[str, Any]:
    text = "\n".join(part for part in (finding.message, finding.details, f"hint: {finding.hint}") if part)
    identity = f"{finding.code.value}\0{finding.where.path.as_posix()}\0{finding.message}"
    result: dict[str, Any] = {
        "ruleId": finding.code.value,
        "ruleIndex": list(Code).index(finding.code),
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding.where)],
        "partialFingerprints": {"finding/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if finding.also:
        result["relatedLocations"] = [
            {"id": number, **_location(place)} for number, place in enumerate(finding.also)
        ]
    return result


def _location(place: Span) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(place.path.as_posix())}, "region": region}}
