"""Projects that have no settings, or few: what is guessed, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import check, states, told


def test_a_single_page_may_stand_among_the_folders(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[tool.snippets-runner]\ndocs = ["docs", "README.md", "docs/page.md"]\ninline = "run"\n',
        "README.md": "```python\nx = 1\n```\n",
        "docs/page.md": "```python\nx = 1\n```\n",
        "CHANGELOG.md": "```python\n1 / 0\n```\n",
    }
    assert sorted(states(check(tmp_path, files))) == ["README.md:1", "docs/page.md:1"]


def test_what_mkdocs_was_told_is_understood(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": """\
            docs_dir: src/pages
            site_name: !ENV [NAME, "x"]
            markdown_extensions:
              - toc
              - pymdownx.superfences:
                  custom_fences:
                    - name: mermaid
                      format: !!python/name:pymdownx.superfences.fence_code_format
              - pymdownx.snippets:
                  base_path: [src/code]
            """,
        "src/pages/index.md": '```python exec="on" source="above"\n--8<-- "a/b.py"\n```\n',
        "src/code/a/b.py": "1 / 0\n",
        "docs/other.md": "```python\nnothing\n```\n",
    }
    report = check(tmp_path, files)
    assert told(report) == ["src/code/a/b.py:1:1: raised: raised ZeroDivisionError: division by zero"]
    assert [str(place) for place in report.findings[0].also] == ["src/pages/index.md:2:1"]


@pytest.mark.parametrize(
    "text", ["", "- a", "a: [", "docs_dir: 3", "markdown_extensions: {a: b}", "\x00", "!x"]
)
def test_settings_of_mkdocs_that_mean_nothing_break_nothing(tmp_path: Path, text: str) -> None:
    assert told(check(tmp_path, {"mkdocs.yml": text, "docs/a.md": "```python\nx = 1\n```\n"})) == []


def test_what_others_wrote_is_left_alone_where_there_is_no_folder_of_pages(tmp_path: Path) -> None:
    wrong = "```python\n1 / 0\n```\n"
    folders = (
        "venv/lib/python3.11/site-packages/a",
        "node_modules/b",
        "vendor/c",
        "site",
        ".tox/d",
        "a/node_modules/e",
    )
    files = {f"{folder}/README.md": wrong for folder in folders}
    report = check(tmp_path, {**files, "README.md": "```python\nx = 1\n```\n"})
    assert states(report) == {"README.md:1": "passed"}


def test_pages_that_hold_components_too_are_read(tmp_path: Path) -> None:
    page = (
        "import { Tabs } from 'tabs'\n\n<Tabs>\n  ```python title=\"a.py\" {1,2}\n  x = 1\n  ```\n</Tabs>\n"
    )
    assert states(check(tmp_path, {"docs/page.mdx": page})) == {"docs/page.mdx:4": "passed"}
