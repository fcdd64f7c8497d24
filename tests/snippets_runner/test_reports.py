"""The reports are what their readers expect: SARIF 2.1.0, JUnit's XML, GitHub's workflow commands.

``SARIF_SCHEMA`` names OASIS' own JSON schema, which the nightly job fetches; without it, what the specification
requires of the parts that are written is asked for here.
"""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from sample import Sample

from snippets_runner.finding import Code

KINDS = {"error", "warning", "note", "none"}


@pytest.fixture
def checked(sample: Sample) -> Sample:
    """Return a project whose check found what is hard to write down: odd names, control characters, long differences."""
    sample.settings()
    sample.snippet("fine", "print(1)", out="1\n")
    sample.snippet("a b/ø%,:&<'", "x = 1\nraise ValueError('no <b> & \"\\x00\\x1b[31m\\r\\n%0A,::')")
    sample.snippet("differs", "print('\\ufffe\\x01 & <a>]]>')", out="é,\n\n")
    sample.snippet("skipped", '# /// script\n# [tool.snippets-runner]\n# skip = "not, <today>"\n# ///\n')
    sample.write(
        {"docs/broken.md": '# Broken\n\n```python\n--8<-- "fine.py:missing"\n```\n\n```json\n{\n```\n'}
    )
    done = sample.run(
        "check",
        "--report",
        "sarif=r/sarif.json",
        "--report",
        "junit=r/junit.xml",
        "--report",
        "github=r/github.txt",
    )
    assert done.status == 1, done.err
    return sample


def sarif(project: Sample) -> dict[str, Any]:
    log: dict[str, Any] = json.loads((project.root / "r/sarif.json").read_text("utf-8"))
    return log


@pytest.mark.skipif("SARIF_SCHEMA" not in os.environ, reason="SARIF_SCHEMA names no copy of OASIS' schema")
def test_sarif_by_its_own_schema(checked: Sample) -> None:
    schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    assert [each.message for each in kind(schema).iter_errors(sarif(checked))] == []


def test_sarif_has_what_the_specification_requires(checked: Sample) -> None:
    log = sarif(checked)
    assert log["version"] == "2.1.0"
    assert urlsplit(log["$schema"]).path.endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert run["tool"]["driver"]["name"] == "snippets-runner"
    assert sorted(rules) == sorted(code.value for code in Code)
    assert {each["ruleId"] for each in run["results"]} >= {
        "raised",
        "output-differs",
        "skipped",
        "missing-section",
    }
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in KINDS
        assert result["message"]["text"]
        places = [*result["locations"], *result.get("relatedLocations", [])]
        assert places
        for place in places:
            uri, region = (
                place["physicalLocation"]["artifactLocation"]["uri"],
                place["physicalLocation"]["region"],
            )
            assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+", uri)
            assert ":" not in uri.split("/")[0]
            assert region["startLine"] >= 1
            assert region["startColumn"] >= 1


def test_junit_counts_what_it_holds(checked: Sample) -> None:
    root = ET.parse(checked.root / "r/junit.xml").getroot()
    assert root.tag == "testsuites"
    suites = {suite.attrib["name"]: suite for suite in root}
    assert list(suites) == ["snippets", "project"]
    for suite in suites.values():
        cases = list(suite)
        assert {case.tag for case in cases} == {"testcase"}
        assert all({"name", "classname"} <= case.attrib.keys() for case in cases)
        assert {part.tag for case in cases for part in case} <= {"failure", "skipped"}
        assert all(len(case) <= 1 for case in cases)
        assert int(suite.attrib["tests"]) == len(cases)
        for attribute, tag in (("failures", "failure"), ("skipped", "skipped")):
            assert int(suite.attrib[attribute]) == sum(case.find(tag) is not None for case in cases)
        assert float(suite.attrib["time"]) >= 0
    assert {case.attrib["name"]: [part.tag for part in case] for case in suites["snippets"]} == {
        "snippets/a b/ø%,:&<'.py": ["failure"],
        "snippets/differs.py": ["failure"],
        "snippets/fine.py": [],
        "snippets/skipped.py": ["skipped"],
    }


def test_github_gets_one_command_a_line(checked: Sample) -> None:
    lines = (checked.root / "r/github.txt").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    command = re.compile(
        r"::(?:error|notice) file=[^,:\r]+,line=[1-9]\d*,col=[1-9]\d*,title=[^,:\r]+::(?:[^%\r]|%25|%0D|%0A)+"
    )
    assert lines
    assert [line for line in lines if not command.fullmatch(line)] == []
    assert any("file=snippets/a b/ø%25%2C%3A&<'.py,line=2,col=1," in line for line in lines)
