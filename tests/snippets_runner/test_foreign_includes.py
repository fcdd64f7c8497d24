"""What pages include in the manner of other tools."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from foreign import check, states, told
from markdown import Markdown

from snippets_runner.markdown_extension import SnippetsRunnerExtension


@pytest.mark.parametrize("include", ["{* ../src/a.py ln[1:4] *}", "{*../src/a.py hl[1,4]*}"])
def test_lines_that_a_file_does_not_have_are_told(tmp_path: Path, include: str) -> None:
    report = check(tmp_path, {"docs/page.md": f"{include}\n", "src/a.py": "x = 1\n\ny = 2\n"})
    assert told(report) == [
        "docs/page.md:1:1: missing-section: ../src/a.py has 3 lines, and line 4 is shown or marked"
    ]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ("2", "b = 2\nc = 3\n"),
        ("1:2", "a = 1\nb = 2\n"),
        (":1", "a = 1\n"),
        ("1:1,3:3", "a = 1\nb = 2\nc = 3\n"),
    ],
)
def test_lines_of_a_file_are_shown_as_pymdownx_shows_them(tmp_path: Path, lines: str, shown: str) -> None:
    page = f'```python\n--8<-- "code/a.py:{lines}"\n```\n'
    report = check(tmp_path, {"docs/page.md": page, "code/a.py": "a = 1\nb = 2\nc = 3\n"})
    assert told(report) == []
    assert list(states(report)) == ["code/a.py"]
    html = Markdown(
        extensions=["pymdownx.superfences", SnippetsRunnerExtension(root=str(tmp_path))],
        extension_configs={"pymdownx.superfences": {"disable_indented_code_blocks": True}},
    ).convert(page)
    assert re.sub("<[^>]*>", "", html).startswith(shown)


def test_a_line_after_the_last_is_told(tmp_path: Path) -> None:
    page = '```python\n--8<-- "code/a.py:2:9"\n```\n'
    report = check(tmp_path, {"docs/page.md": page, "code/a.py": "a = 1\nb = 2\nc = 3\n"})
    assert told(report) == [
        "docs/page.md:2:1: missing-section: code/a.py has 3 lines, and line 9 is shown or marked"
    ]


def test_what_lies_on_another_machine_is_not_fetched(tmp_path: Path) -> None:
    page = '```python\n--8<-- "https://example.org/a.py"\n```\n'
    report = check(tmp_path, {"docs/page.md": page})
    assert states(report) == {"docs/page.md:1": "skipped"}
    assert told(report) == ["docs/page.md:2:1: skipped: it includes what lies on another machine"]
