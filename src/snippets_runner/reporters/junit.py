"""Tell a report in the JUnit XML form that continuous integration servers read.

Follows the widely used schema of Jenkins' xUnit plugin: ``testsuites`` / ``testsuite`` / ``testcase`` with ``failure``
and ``skipped``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from snippets_runner.account import Account, Row
from snippets_runner.finding import Finding, in_order
from snippets_runner.model import Status
from snippets_runner.reporters.terminal import finding_text

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def render(account: Account) -> str:
    """Return the whole document: one suite of snippets, one of what is wrong with the project."""
    others = in_order(account.others)
    suites = ET.Element("testsuites")
    snippets = [_snippet(row) for row in account.rows]
    _suite(suites, "snippets", snippets, seconds=account.seconds)
    _suite(
        suites,
        "project",
        [_finding(finding) for finding in others]
        or [ET.Element("testcase", name="project", classname="project")],
    )
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(parent: ET.Element, name: str, cases: list[ET.Element], *, seconds: float = 0.0) -> None:
    counts = {kind: sum(case.find(kind) is not None for case in cases) for kind in ("failure", "skipped")}
    suite = ET.SubElement(
        parent, "testsuite", name=name, tests=str(len(cases)), failures=str(counts["failure"]), errors="0",
        skipped=str(counts["skipped"]), time=f"{seconds:.3f}",
    )  # fmt: skip
    suite.extend(cases)


def _snippet(row: Row) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=row.snippet.rpartition("/")[0].replace("/", "."),
        name=row.snippet,
        time=f"{row.seconds or 0.0:.3f}",
    )
    if row.status is Status.SKIPPED:
        ET.SubElement(case, "skipped", message=_clean(row.reason))
    elif row.status is Status.FAILED:
        told = "\n".join(finding_text(finding) for finding in row.findings)
        ET.SubElement(case, "failure", message=_clean(row.findings[0].message)).text = _clean(told)
    return case


def _finding(finding: Finding) -> ET.Element:
    case = ET.Element("testcase", classname=finding.code.value, name=str(finding.where))
    ET.SubElement(case, "failure", message=_clean(finding.message)).text = _clean(finding_text(finding))
    return case


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
