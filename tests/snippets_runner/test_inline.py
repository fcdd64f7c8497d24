"""Code that stands in pages runs there, with the marks and the includes of other tools understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippets_runner.config import load_config
from snippets_runner.pipeline import Report, run

FENCE = "```python\n{}\n```\n"


def check(root: Path, page: str, *, settings: str = "") -> Report:
    """Check a project of one page; without settings, as a project that never heard of the runner."""
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "page.md").write_text(page, encoding="utf-8")
    if settings:
        (root / "pyproject.toml").write_text(f"[tool.snippets-runner]\n{settings}\n", encoding="utf-8")
    return run(load_config(root), use_cache=False)


def told(report: Report) -> list[str]:
    return [f"{each.where}: {each.code.value}: {each.message}" for each in report.findings]


def states(report: Report) -> dict[str, str]:
    return {outcome.job.snippet.id: outcome.status.value for outcome in report.outcomes}


def test_a_project_without_settings_has_its_fences_run_with_the_pages_own_lines(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        "# A\n\n"
        + FENCE.format("x = 1\nprint(x)")
        + "\n"
        + FENCE.format("def f():\n    raise ValueError('no')\n\n\nf()"),
    )
    assert states(report) == {"docs/page.md:3": "passed", "docs/page.md:8": "failed"}
    assert told(report) == ["docs/page.md:10:5: raised: raised ValueError: no"]
    assert 'page.md", line 13, in <module>' in report.findings[0].details


def test_each_fence_is_a_program_of_its_own_unless_it_continues_one(tmp_path: Path) -> None:
    page = FENCE.format("x = 1") + FENCE.format("x") + "```python continuation\nassert x\n```\n"
    report = check(tmp_path, page)
    assert told(report) == ["docs/page.md:5:1: raised: raised NameError: name 'x' is not defined"]


@pytest.mark.parametrize(
    "page",
    [
        '```python session="a"\nx = 1\n```\n\ntext\n\n```python session="a"\nassert x == 1\n```\n',
        "```python\nx = 1\n```\n\n```python continuation\nassert x == 1\n```\n",
        "```python\nx = 1\n```\n\n<!--pytest-codeblocks:cont-->\n\n```python\nassert x == 1\n```\n",
        '- a list\n\n    ```python session="a"\n    x = 1\n    ```\n\n    ```python session="a"\n    assert x == 1\n    ```\n',
    ],
)
def test_fences_share_their_state_by_session_or_continuation(tmp_path: Path, page: str) -> None:
    report = check(tmp_path, page)
    assert told(report) == []
    assert list(states(report).values()) == ["passed"]


def test_a_setting_makes_a_page_one_program(tmp_path: Path) -> None:
    page = FENCE.format("x = 1") + "\n" + FENCE.format("assert x == 1")
    assert told(check(tmp_path, page, settings='inline = "run"\ninline-session = "page"')) == []


@pytest.mark.parametrize(
    "page",
    [
        '```python test="skip"\n1 / 0\n```\n',
        '```{.python test="skip"}\n1 / 0\n```\n',
        "```python notest\n1 / 0\n```\n",
        "<!-- skip: next -->\n\n```python\n1 / 0\n```\n",
        "<!--pytest.mark.skip-->\n```python\n1 / 0\n```\n",
        "<!--pytest-codeblocks:skip-->\n```python\n1 / 0\n```\n",
        "<!-- skip: start -->\n\ntext\n\n```python\n1 / 0\n```\n\n<!-- skip: end -->\n",
        "> <!-- skip: next -->\n> ```python\n> 1 / 0\n> ```\n",
    ],
)
def test_the_marks_of_other_tools_leave_a_fence_alone_and_say_so(tmp_path: Path, page: str) -> None:
    report = check(tmp_path, page)
    assert list(states(report).values()) == ["skipped"]
    assert [each.severity.value for each in report.findings] == ["note"]


def test_an_expected_error_may_be_marked(tmp_path: Path) -> None:
    page = '```python expect-error="ZeroDivisionError"\n1 / 0\n```\n\n<!--pytest-codeblocks:expect-error-->\n```python\n1 / 0\n```\n'
    assert told(check(tmp_path, page)) == []


def test_a_transcript_is_held_to_its_answers(tmp_path: Path) -> None:
    page = "```pycon\n>>> 1 + 1\n2\n>>> [1,\n...  2]\n[1, 2]\n>>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: x\n```\n\n```python\n>>> 1 + 2\n4\n```\n"
    report = check(tmp_path, page)
    assert told(report) == ["docs/page.md:14:1: output-differs: an answer is not what this transcript says"]
    assert "Got:\n    3" in report.findings[0].details


@pytest.mark.parametrize(
    "include",
    [
        "{* ../src_docs/app.py hl[1:2] *}",
        "{!../src_docs/app.py!}",
        "{!> ../src_docs/app.py!}",
        "```python\n{!../src_docs/app.py!}\n```",
        "```{literalinclude} ../src_docs/app.py\n:lines: 1-2\n```",
        '```python\n--8<-- "src_docs/app.py"\n```',
    ],
)
def test_files_are_included_in_the_manner_of_other_tools(tmp_path: Path, include: str) -> None:
    (tmp_path / "src_docs").mkdir()
    (tmp_path / "src_docs" / "app.py").write_text("x = 1\nassert x == 2, x\n", encoding="utf-8")
    report = check(tmp_path, f"# A\n\n{include}\n")
    assert told(report) == ["src_docs/app.py:2:1: raised: raised AssertionError: 1"]
    assert [place.line for place in report.findings[0].also] == [4 if include.startswith("```python") else 3]


def test_an_included_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    report = check(tmp_path, "{* ../src_docs/ap.py *}\n")
    assert told(report) == [
        "docs/page.md:1:1: missing-file: there is no file ../src_docs/ap.py in this project"
    ]


def test_an_include_never_leaves_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("print(1)\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    report = check(inner, "{* ../../secret.py *}\n")
    assert [each.code.value for each in report.findings] == ["outside"]


def test_the_sql_of_a_page_runs_in_one_database(tmp_path: Path) -> None:
    page = "```sql\nCREATE TABLE t (a int);\n```\n\n```sql\nSELECT b FROM t;\n```\n"
    report = check(tmp_path, page)
    assert states(report) == {"docs/page.md#sql": "failed"}
    assert told(report) == ['docs/page.md:6:1: raised: column "b" does not exist']


def test_programs_in_other_languages_run_and_are_recorded(tmp_path: Path) -> None:
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "hello.sh").write_text(
        '# /// script\n# [tool.snippets-runner]\n# timeout = 5\n# ///\necho "hello"\n', encoding="utf-8"
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text('```bash\n--8<-- "hello.sh"\n```\n', encoding="utf-8")
    config = load_config(tmp_path)
    assert [each.code.value for each in run(config).findings] == ["unrecorded-output"]
    assert run(config, update=True).findings == ()
    assert (tmp_path / "snippets" / "hello.out").read_text() == "hello\n"
    (tmp_path / "snippets" / "hello.sh").write_text("echo one\nfalse\necho two\n", encoding="utf-8")
    assert told(run(config)) == ["snippets/hello.sh:2:1: raised: false ended with status 1"]


def test_a_directive_that_the_first_code_in_it_closes_is_told_and_all_code_runs(tmp_path: Path) -> None:
    """MyST ends it there; its author meant the last line, and what follows must not be lost."""
    code = "```python\nprint(1)\n```\n"
    page = f"```{{note}}\nText.\n\n{code}\n{code}```\n\n````{{tip}}\n{code}````\n\n{code}"
    report = check(tmp_path, page)
    assert set(states(report).values()) == {"passed"}
    assert len(states(report)) == 4
    assert [(each.code.value, str(each.where)) for each in report.findings] == [
        ("unclosed-fence", "docs/page.md:1:1")
    ]
