"""Documentation that was written for other tools: directives of MyST, marks and includes of many, no settings or few."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from markdown import Markdown

from snippets_runner.config import load_config
from snippets_runner.markdown import read_page
from snippets_runner.markdown_extension import SnippetsRunnerExtension
from snippets_runner.pipeline import Report, run
from snippets_runner.source import Source


def check(root: Path, files: dict[str, str]) -> Report:
    """Check a project that has nothing but these files."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return run(load_config(root), use_cache=False)


def told(report: Report) -> list[str]:
    return [f"{each.where}: {each.code.value}: {each.message}" for each in report.findings]


def states(report: Report) -> dict[str, str]:
    return {outcome.job.snippet.id: outcome.status.value for outcome in report.outcomes}


MYST = """\
---
kernelspec:
  name: python3
---
# Title

```{code-block} python
:caption: a.py
:name: a

x = 1
assert x == 2, x
```

`````{tab-set}
````{tab-item} One
```python
assert 3 == 4
```
````
`````

```{note}
This is text, and `{note}` is no language.
```

```{code-cell} ipython3
---
tags: [hide-input]
---
%matplotlib inline
y = 5
```

```{code-cell}
:tags: [raises-exception]

print(y)
```

```{code-cell}
:tags: [skip-execution]

1 / 0
```

```{code} json
{"a": }
```

:::{literalinclude} src/example.py
:language: python
:::

```{literalinclude} /src/example.py
:start-after: begin
:end-before: the end
```

```{literalinclude} src/example.py
:lines: 1-9
```

```{literalinclude} src/data.yaml
```

```{toctree}
other
```

```{eval-rst}
.. autoclass:: a.B
```
"""


def test_the_directives_of_myst_are_read(tmp_path: Path) -> None:
    files = {
        "docs/index.md": MYST,
        "docs/src/example.py": "# begin\nprint(1)\n# end\n",
        "docs/src/data.yaml": "a: [\n",
    }
    report = check(tmp_path, files)
    assert states(report) == {
        "docs/index.md:7": "failed",
        "docs/index.md:17": "failed",
        "docs/index.md#cells": "passed",
        "docs/index.md:41": "skipped",
        "docs/src/example.py": "passed",
    }
    assert told(report) == [
        "docs/index.md:12:1: raised: raised AssertionError: 1",
        "docs/index.md:18:1: raised: raised AssertionError",
        "docs/index.md:44:1: skipped: its page marks it as not to be run",
        "docs/index.md:48:1: invalid-block: this is not json: Expecting value",
        "docs/index.md:55:21: missing-section: what /src/example.py shows begins or ends at 'the end', which does not stand in it",
        "docs/index.md:60:21: missing-section: src/example.py has 3 lines, and line 9 is shown or marked",
        "docs/index.md:64:1: invalid-block: this is not yaml: expected the node content, but found '<stream end>'",
    ]


def test_the_transcripts_of_a_page_are_one_program_with_what_sets_them_up(tmp_path: Path) -> None:
    page = """\
        ```{testsetup}
        import math
        print("not compared")
        ```

        ```{doctest}
        >>> x = math.floor(2.5)
        >>> x
        2
        ```

        ```python
        def double(n):
            return 2 * n

        >>> double(x)
        4
        ```

        ```pycon
        >>> double(x)
        5
        >>> y
        ```

        ```{doctest}
        :skipif: True

        >>> 1 / 0
        ```
        """
    report = check(tmp_path, {"docs/page.md": page})
    assert states(report) == {"docs/page.md#doctest": "failed", "docs/page.md:26": "skipped"}
    assert [each for each in told(report) if "skipped" not in each] == [
        "docs/page.md:21:1: output-differs: an answer is not what this transcript says",
        "docs/page.md:23:1: output-differs: an answer is not what this transcript says",
    ]
    details = [each.details for each in report.findings if each.details]
    assert "Got:\n    4" in details[0]
    assert "NameError: name 'y' is not defined" in details[1]
    assert "doctest.py" not in details[1]


def test_what_sets_every_program_up_may_be_a_setting(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": """\
            [tool.snippets-runner]
            inline = "run"
            inline-setup = '''
            from math import floor
            WORD = "floor"
            '''
            """,
        "docs/page.md": "```python\nassert floor(1.5) == 1, WORD\nassert floor(1.5) == 2, WORD\n```\n\n```pycon\n>>> WORD\n'floor'\n```\n",
    }
    assert told(check(tmp_path, files)) == ["docs/page.md:3:1: raised: raised AssertionError: floor"]


@pytest.mark.parametrize(
    "mark",
    [
        "<!--\nskip: next\n-->",
        "<!--- skip: next -->",
        "[//]: # (skip: next)",
        "% skip: next",
        "<!-- skip: next if(1 > 0, reason='x') -->",
        "<!--pytest.mark.skipif(True, reason='x')-->",
        "<!--pytest-codeblocks:skipif(True)-->",
        "<!--pytest-codeblocks:importorskip(no_such_module)-->",
        "<!--pytest.mark.skip-->\n<!-- a remark -->",
    ],
)
def test_more_marks_leave_a_fence_alone(tmp_path: Path, mark: str) -> None:
    report = check(tmp_path, {"docs/page.md": f"text\n\n{mark}\n\n```python\n1 / 0\n```\n"})
    assert list(states(report).values()) == ["skipped"]


def test_a_mark_is_for_the_next_fence_only(tmp_path: Path) -> None:
    page = "<!-- skip: next -->\n\n```python\n1 / 0\n```\n\ntext\n\n```python\nx = 1\n```\n\n<!--pytest-codeblocks:importorskip(json)-->\n```python\nx = 1\n```\n"
    assert sorted(states(check(tmp_path, {"docs/page.md": page})).items()) == [
        ("docs/page.md:14", "passed"), ("docs/page.md:3", "skipped"), ("docs/page.md:9", "passed"),
    ]  # fmt: skip


def test_a_fence_may_require_a_python(tmp_path: Path) -> None:
    page = '```py requires="3.99"\n1 / 0\n```\n\n```py requires="3.8"\nx = 1\n```\n'
    assert list(states(check(tmp_path, {"docs/page.md": page})).values()) == ["skipped", "passed"]


@pytest.mark.parametrize("include", ["{* ../src/a.py ln[1:4] *}", "{*../src/a.py hl[1,4]*}"])
def test_lines_that_a_file_does_not_have_are_told(tmp_path: Path, include: str) -> None:
    report = check(tmp_path, {"docs/page.md": f"{include}\n", "src/a.py": "x = 1\n\ny = 2\n"})
    assert told(report) == [
        "docs/page.md:1:1: missing-section: ../src/a.py has 3 lines, and line 4 is shown or marked"
    ]


def test_a_language_that_nothing_checks_is_told_once_where_nobody_asked_for_more(tmp_path: Path) -> None:
    page = "```rust\nfn main() {}\n```\n\n```rust\n\n```\n\n```c++\n```\n\n```pyhton\nx\n```\n"
    report = check(tmp_path, {"docs/page.md": page})
    assert [(each.where.line, each.severity.value) for each in report.findings] == [
        (1, "note"), (9, "note"), (12, "error"),
    ]  # fmt: skip
    assert '`shown = { "c++" = "…" }`' in report.findings[1].hint

    files = {"pyproject.toml": '[tool.snippets-runner]\ninline = "run"\nunknown-languages = "forbid"\n'}
    assert [each.severity.value for each in check(tmp_path, files).findings] == ["error"] * 4


@pytest.mark.parametrize(
    "text",
    [
        "```{",
        "```{}\n```",
        "```{code-block}\n```",
        "```{code-block} python\n:a: b\n```",
        "```{code-block} python\n---\na: b\n```",
        "```{literalinclude}\n```",
        "```{note}\n```\n```\n",
        "````{note}\n```{warning}\n````",
        ":::{literalinclude} a.py",
        "<!--\n```python\n1 / 0\n```\n",
        "<!-- skip: next -->",
        "-->\n```python\nx\n```",
        "```python {",
        "> ```{code-cell}\n> 1\n> ```",
        "{* *}\n{!!}\n{! !}\n{*a.py ln[] *}\n{*a.py ln[9999999999999999999:1] *}",
        "```python\n>>>\n```",
        "```pycon\n```",
        "```pycon\n>>> (\n```",
    ],
)
def test_odd_text_breaks_nothing(tmp_path: Path, text: str) -> None:
    read_page(Source(path=Path("page.md"), text=text))
    check(tmp_path, {"docs/page.md": text})


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


def test_a_group_is_a_session(tmp_path: Path) -> None:
    page = '```py group="a"\nx = 1\n```\n\n```py group="b"\ny = 1\n```\n\n```py group="a"\nassert x\n```\n'
    assert states(check(tmp_path, {"docs/page.md": page})) == {
        "docs/page.md#a": "passed", "docs/page.md#b": "passed",
    }  # fmt: skip


def test_what_lies_on_another_machine_is_not_fetched(tmp_path: Path) -> None:
    page = '```python\n--8<-- "https://example.org/a.py"\n```\n'
    report = check(tmp_path, {"docs/page.md": page})
    assert states(report) == {"docs/page.md:1": "skipped"}
    assert told(report) == ["docs/page.md:2:1: skipped: it includes what lies on another machine"]
