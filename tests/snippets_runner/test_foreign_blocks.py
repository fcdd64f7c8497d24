"""Blocks in other languages, as other people's pages write them: excerpts, terminals, info strings without a language."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import check, told


def figures(root: Path, page: str) -> dict[str, int]:
    report = check(root, {"docs/page.md": page})
    assert told(report) == []
    return {level.value: number for level, number in report.project.levels.items() if number}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("shell", "$ uvicorn main:app\nINFO: running (Press CTRL+C to quit)"),
        ("bash", "(venv) $ ls ./project\n\nfirst.md  (2)"),
        ("sh", "# a remark\n$ echo )\n)"),
        ("zsh", "% echo )\n)"),
    ],
)
def test_a_terminal_is_no_script(language: str, text: str, tmp_path: Path) -> None:
    assert figures(tmp_path, f"```{language}\n{text}\n```\n") == {"shown": 1}


def test_a_script_is_one_though_it_says_dollar(tmp_path: Path) -> None:
    report = check(tmp_path, {"docs/page.md": "```bash\necho $HOME (\n```\n"})
    assert [each.code.value for each in report.findings] == ["invalid-block"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("json", '{\n  "openapi": "3.1.0",\n  "paths": {\n    ...\n'),
        ("json", '{\n  "a": 1,\n  // ...\n}'),
        ("yaml", "a:\n  - b\n ...\n c"),
        ("toml", "[a]\n…\nb = 1"),
        ("toml", "[tool.<TARGET_NAME>]\nb = 1"),
        ("json", '{"id": <ID>}'),
    ],
)
def test_an_excerpt_is_shown(language: str, text: str, tmp_path: Path) -> None:
    assert figures(tmp_path, f"```{language}\n{text}\n```\n") == {"shown": 1}


def test_an_excerpt_is_wrong_where_every_block_is_held_to_account(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.snippets-runner]\ninline = 'forbid'\n",
        "docs/page.md": "```json\n{\n...\n}\n```\n",
    }
    assert [each.code.value for each in check(tmp_path, files).findings] == ["invalid-block"]


@pytest.mark.parametrize("info", ['title="a.txt"', 'hl_lines="4"', 'linenums="1"', ' title="/var/run/x"'])
def test_an_option_is_no_language(info: str, tmp_path: Path) -> None:
    assert figures(tmp_path, f"```{info}\nsome text\n```\n") == {"shown": 1}


def test_a_transcript_may_say_which_python(tmp_path: Path) -> None:
    assert figures(tmp_path, "```pycon3\n>>> 1 + 1\n2\n```\n") == {"run": 1}


def test_what_else_could_be_meant_and_what_to_write_are_two_ways(tmp_path: Path) -> None:
    report = check(tmp_path, {"docs/page.md": "```tex\nx\n```\n\n```zzzzzzzz\nx\n```\n"})
    assert report.findings[0].hint.startswith("did you mean `")
    assert '? or say why it is only shown: `shown = { "tex" = "…" }`' in report.findings[0].hint
    assert ' more, or say why it is only shown: `shown = { "zzzzzzzz" = "…" }`' in report.findings[1].hint
