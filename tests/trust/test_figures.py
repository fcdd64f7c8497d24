"""The page of figures is what the command makes of what was measured, and each figure has its measure."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from tools.trust.figures import FIGURES
from tools.trust.page import PAGE, SEEN, page
from tools.trust.running import read


def test_the_page_of_figures_is_made_from_the_results() -> None:
    seen = json.loads(SEEN.read_text("utf-8"))

    assert PAGE.read_text("utf-8") == page(seen), "run: PYTHONPATH=. .venv/bin/python -m tools.trust page"
    assert set(seen) == {each.name for each in FIGURES}, "each figure is measured"
    assert len({each.name for each in FIGURES}) == len(FIGURES) >= 20
    assert all(each["seen"] and each["on"] for each in seen.values())


def test_what_came_of_tests_is_told_with_what_failed_and_what_was_left_out() -> None:
    cases = (
        '<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>'
        '<testcase name="d"><skipped message="no disk"/></testcase>'
    )
    told = read(ElementTree.fromstring(f"<testsuites><testsuite>{cases}</testsuite></testsuites>"))

    assert told.words("tests hold") == "1 of 3 tests hold; failed: b, c; 1 not run here (no disk)"


SEEN_AND_MET = {
    "links": ("177 of 177 (100 %); linkchecker 88", "160 of 177 (90 %); linkchecker 88"),
    "alarms": ("0 on 93, and 0 on the right twins", "0 on 93, and 1 on the right twins"),
    "speed": ("0.89 s, 0.25 × lychee", "0.89 s; lychee wasn't there"),
    "containment": ("fresh interpreter with every guard +7.9 ms; forked with every guard -6 ms", "fresh interpreter with every guard +16.2 ms; forked with every guard -6.2 ms"),
    "canary": ("28 of 28 tests found none", "27 of 28 tests found none; failed: a"),
    "leak-scan": ("0.71 s for 60 MB; 45 of 45 tests hold", "1.1 s for 60 MB; 45 of 45 tests hold"),
    "inputs": ("261 tried: 0 tracebacks, 0 hangs, at most 353 MB", "261 tried: 0 tracebacks, 1 hangs, at most 353 MB"),
    "outside": ("0 of 261 inputs read a byte from outside; 3 of 3 tests hold", "1 of 261 inputs read a byte from outside; 3 of 3 tests hold"),
    "growth": ("134 of 134 patterns; 0 grow faster, 0 are ended after 5 s", "112 of 134 patterns; 16 grow faster, 6 are ended after 5 s"),
    "same-bytes": ("13 of 13 tests hold, on Python 3.11 and another Python", "12 of 12 tests hold, on Python 3.11; 1 not run here (no other)"),
    "ten-thousand": (
        "28 s warm, 360 s from nothing; memory 260 MB, with 2,000 notes 258; a page 42 KB, with 2,000 notes 42",
        "28 s warm, 360 s from nothing; memory 1109 MB, with 2,000 notes 258; a page 42 KB, with 2,000 notes 42",
    ),
    "supply": ("255 packages, 0 without hashes; 10 of 10 actions pinned, zizmor clean; 53 of 53 tests hold", "255 packages, 0 without hashes; 9 of 10 actions pinned, zizmor clean; 53 of 53 tests hold"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(SEEN_AND_MET))
def test_whether_a_goal_is_met_is_read_from_what_was_seen(name: str) -> None:
    (figure,) = (each for each in FIGURES if each.name == name)
    good, bad = SEEN_AND_MET[name]

    assert figure.met(good) and not figure.met(bad)
    assert not figure.met("not measured")
