"""Pages that a template engine fills in before Markdown reads them: MkDocs-macros, mkdocs-include-markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import check, states, told


@pytest.mark.parametrize(
    "line",
    [
        '{% include "code/a.py" %}',
        "{%- include 'code/a.py' -%}",
        '{% include "../code/a.py" ignore missing %}',
        '{% include "../code/a.py" start="x" end="y" %}',
    ],
)
@pytest.mark.parametrize("in_a_block", [True, False])
def test_an_included_file_runs_and_is_told_with_its_page(
    tmp_path: Path, line: str, *, in_a_block: bool
) -> None:
    page = f"```python\n{line}\n```\n" if in_a_block else f"text\n{line}\n"
    report = check(tmp_path, {"docs/page.md": page, "code/a.py": "x = 1\n1 / 0\n"})
    assert told(report) == ["code/a.py:2:1: raised: raised ZeroDivisionError: division by zero"]
    assert [str(place) for place in report.findings[0].also] == ["docs/page.md:2:1"]


def test_a_file_that_is_not_there_is_told_in_a_block_and_noted_in_text(tmp_path: Path) -> None:
    page = '```python\n{% include "none.py" %}\n```\n\n{% include "none.md" %}\n'
    report = check(tmp_path, {"docs/page.md": page})
    assert [(str(each.where), each.code.value, each.severity.value) for each in report.findings] == [
        ("docs/page.md:2:1", "missing-file", "error"),
        ("docs/page.md:5:1", "missing-file", "note"),
    ]


def test_the_folder_of_macros_is_read_from_the_settings(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "plugins:\n  - search\n  - macros:\n      include_dir: shared/parts\n",
        "docs/page.md": '```python\n{% include "a.py" %}\n```\n',
        "shared/parts/a.py": "x = 1\n",
    }
    assert states(check(tmp_path, files)) == {"shared/parts/a.py": "passed"}


def test_other_languages_are_validated_with_what_they_include(tmp_path: Path) -> None:
    page = '```json\n{% include "a.json" %}\n```\n'
    report = check(tmp_path, {"docs/page.md": page, "docs/a.json": "{,}\n"})
    assert [each.code.value for each in report.findings] == ["invalid-block"]


@pytest.mark.parametrize(
    "page",
    [
        '```jinja\n{% include "header.html" %}\n```\n',
        '```html\n{% include "nav.py" %}\n```\n',
        '```python\n# {% include "a.py" %}\n```\n',
        '```markdown\n{% include "a.py" %}\n```\n',
        'Jinja has {% include "a.py" %} for that.\n',
        '{% include "https://example.org/a.py" %}\n',
        '{% include "layout/*.md" %}\n',
        '{% include "footer.html" %}\n',
    ],
)
def test_what_shows_a_template_includes_nothing(tmp_path: Path, page: str) -> None:
    found = check(tmp_path, {"docs/page.md": page}).findings
    assert [each for each in found if each.code.value != "unknown-language"] == []


def test_the_code_of_a_page_that_a_page_includes_runs_once(tmp_path: Path) -> None:
    files = {
        "README.md": "```python\n1 / 0\n```\n",
        "docs/a.md": '{%\n  include-markdown "../README.md"\n  start="<!--intro-->"\n%}\n',
        "docs/b.md": "{! ../README.md !}\n\n{! c.md !}\n",
        "docs/c.md": '```python\nx = 1\n```\n\n{% include-markdown "./a.md" %}\n',
    }
    report = check(tmp_path, files)
    assert states(report) == {"README.md:1": "failed", "docs/c.md:1": "passed"}
    assert told(report) == ["README.md:2:1: raised: raised ZeroDivisionError: division by zero"]


@pytest.mark.parametrize("line", ["x = {{ version }}", "{% for each in versions %}", "{{ macro() }}"])
def test_a_line_that_an_engine_fills_in_is_no_python_and_the_hint_says_why(tmp_path: Path, line: str) -> None:
    report = check(tmp_path, {"docs/page.md": f"```python\n{line}\n```\n"})
    (finding,) = report.findings
    assert str(finding.where).startswith("docs/page.md:2:")
    assert "template engine" in finding.hint


def test_braces_of_an_f_string_are_none_of_an_engine_s(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, {"docs/page.md": "```python\nprint(f'{{}} {name}')\n```\n"}).findings
    assert "template engine" not in finding.hint


def test_what_zensical_was_told_is_understood(tmp_path: Path) -> None:
    files = {
        "zensical.toml": """\
            [project]
            docs_dir = "pages"
            [project.markdown_extensions.pymdownx.snippets]
            base_path = [".", "parts"]
            """,
        "pages/index.md": '```python\n--8<-- "a.py"\n```\n',
        "parts/a.py": "x = 1\n",
    }
    assert states(check(tmp_path, files)) == {"parts/a.py": "passed"}
