"""The reports are what their readers expect: SARIF 2.1.0, JUnit's XML, GitHub's workflow commands.

SARIF is held to OASIS' own schema, JUnit's XML to that of Jenkins' xUnit plugin (``schemas/README.md``), and GitHub's
commands are read as its runner reads them.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from sample import Sample
from xsd import Schema

from snippets_runner.finding import Code

SCHEMAS = Path(__file__).parent / "schemas"


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


def test_sarif_by_its_own_schema(checked: Sample) -> None:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    log = sarif(checked)
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [each.message for each in validator.iter_errors(log)] == []
    assert log["$schema"] == schema["id"]
    log["runs"][0]["results"][0]["level"] = "bad"
    assert not validator.is_valid(log)


def test_sarif_has_what_its_schema_cannot_ask_for(checked: Sample) -> None:
    log = sarif(checked)
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


def test_junit_by_the_schema_that_jenkins_reads(checked: Sample) -> None:
    schema, root = Schema(SCHEMAS / "junit-10.xsd"), ET.parse(checked.root / "r/junit.xml").getroot()
    assert list(schema.problems(root)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<testcase/>", "/testcase lacks the attribute name"),
        ('<testcase name="a" line="1"/>', "/testcase may not have the attribute line"),
        ('<testcase name="a">text</testcase>', "/testcase may not hold text"),
        ('<testcase name="a"><testcase name="b"/></testcase>', "/testcase may not hold ['testcase']"),
        ("<testsuites><case/></testsuites>", "/testsuites may not hold ['case']"),
        ('<testsuites time="a second"/>', "/testsuites: time='a second' does not fit its type"),
        ("<failure><b/></failure>", "/failure may not hold ['b']"),
    ],
)
def test_the_reader_of_that_schema_refuses_what_it_forbids(text: str, problem: str) -> None:
    schema = Schema(SCHEMAS / "junit-10.xsd")
    assert next(schema.problems(ET.fromstring(text))) == problem


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


def read_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner does: split first, then take the escapes back, ``%25`` last."""

    def plain(value: str, *, escapes: dict[str, str]) -> str:
        for written, meant in escapes.items():
            value = value.replace(written, meant)
        return value.replace("%25", "%")

    ends, marks = {"%0D": "\r", "%0A": "\n"}, {"%3A": ":", "%2C": ","}
    found = []
    for line in text.splitlines():
        assert line.startswith("::"), line
        command, mark, message = line[2:].partition("::")
        assert mark, line
        name, _, rest = command.partition(" ")
        pairs = (each.partition("=") for each in rest.split(","))
        properties = {key: plain(value, escapes={**ends, **marks}) for key, _, value in pairs}
        found.append((name, properties, plain(message, escapes=ends)))
    return found


def test_github_reads_every_finding_at_every_place(checked: Sample) -> None:
    text = (checked.root / "r/github.txt").read_text("utf-8")
    read = {
        (name, each["title"], each["file"], int(each["line"]), int(each["col"]), message.split("\n")[0])
        for name, each, message in read_commands(text)
        if each.keys() == {"file", "line", "col", "title"}
    }
    (run,) = sarif(checked)["runs"]
    told = set()
    for result in run["results"]:
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            where = place["physicalLocation"]
            region = where["region"]
            told.add(
                (
                    {"error": "error", "note": "notice"}[result["level"]],
                    f"snippets-runner {result['ruleId']}",
                    unquote(where["artifactLocation"]["uri"]),
                    region["startLine"],
                    region["startColumn"],
                    result["message"]["text"].split("\n")[0],
                )
            )
    assert read == told
    assert len(read) == text.count("\n") > 5


def test_github_gets_one_command_a_line(checked: Sample) -> None:
    lines = (checked.root / "r/github.txt").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    command = re.compile(
        r"::(?:error|notice) file=[^,:\r]+,line=[1-9]\d*,col=[1-9]\d*,title=[^,:\r]+::(?:[^%\r]|%25|%0D|%0A)+"
    )
    assert lines
    assert [line for line in lines if not command.fullmatch(line)] == []
    assert any("file=snippets/a b/ø%25%2C%3A&<'.py,line=2,col=1," in line for line in lines)


def test_a_report_tells_the_beginning_of_a_long_output_at_the_line_that_differs(sample: Sample) -> None:
    sample.snippet("a", 'print("x" * 20_000)\n')
    told = sample.run("check").out
    assert "\n  | … and 10001 characters more\n" in told
    assert len(told) < 11_000
    sample.snippet("a", 'print("one")\nprint("two" * 9_000)\n', out="one\n")
    told = sample.run("check").out
    assert told.startswith("snippets/a.out:2:1: output-differs: ")
    assert len(told) < 11_000
