"""The page of figures is what the command makes of what was measured, and each figure has its measure."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from tools.trust.figures import FIGURES
from tools.trust.page import PAGE, SEEN, page
from tools.trust.running import read


def test_the_page_of_figures_is_made_from_the_results() -> None:
    seen = json.loads(SEEN.read_text("utf-8"))

    assert PAGE.read_text("utf-8") == page(seen), "run: PYTHONPATH=. .venv/bin/python -m tools.trust page"
    assert set(seen) <= {each.name for each in FIGURES}
    assert len(seen) >= 12
    assert all(each["seen"] and each["on"] for each in seen.values())


def test_what_came_of_tests_is_told_with_what_failed_and_what_was_left_out() -> None:
    cases = (
        '<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>'
        '<testcase name="d"><skipped message="no disk"/></testcase>'
    )
    told = read(ElementTree.fromstring(f"<testsuites><testsuite>{cases}</testsuite></testsuites>"))

    assert told.words("tests hold") == "1 of 3 tests hold; failed: b, c; 1 not run here (no disk)"
