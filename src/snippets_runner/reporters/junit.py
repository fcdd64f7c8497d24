"""Tell a report in the JUnit XML form that continuous integration servers read.

Follows the widely used schema of Jenkins' xUnit plugin: ``testsuites`` / ``testsuite`` / ``testcase`` with ``failure``
and ``skipped``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from snippets_runner.finding import Finding
from snippets_runner.model import Outcome, Status
from snippets_runner.pipeline import Report
from snippets_runner.reporters.terminal import finding_text

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def render(report: Report) -> str:
    """Return the whole document: one suite of snippets, one of what is wrong with the project."""
    about = {id(finding) for outcome in report.outcomes for finding in outcome.findings}
    others = [finding for finding in report.findings if id(finding) not in about]
    suites = ET.Element("testsuites")
    snippets = [_snippet(outcome) for outcome in report.outcomes]
    _suite(suites, "snippets", snippets, seconds=report.seconds)
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


def _snippet(outcome: Outcome) -> ET.Element:
    snippet = outcome.job.snippet.id
    seconds = outcome.result.seconds if outcome.result else 0.0
    case = ET.Element(
        "testcase",
        classname=snippet.rpartition("/")[0].replace("/", "."),
        name=snippet,
        time=f"{seconds:.3f}",
    )
    if outcome.status is Status.SKIPPED:
        ET.SubElement(case, "skipped", message=_clean(outcome.reason))
    elif outcome.status is Status.FAILED:
        told = "\n".join(finding_text(finding) for finding in outcome.findings)
        ET.SubElement(case, "failure", message=_clean(outcome.findings[0].message)).text = _clean(told)
    return case


def _finding(finding: Finding) -> ET.Element:
    case = ET.Element("testcase", classname=finding.code.value, name=str(finding.where))
    ET.SubElement(case, "failure", message=_clean(finding.message)).text = _clean(finding_text(finding))
    return case


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
