"""What a block says of itself in the words of other tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import check, states, told

from snippets_runner.markdown import read_page
from snippets_runner.source import Source


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
        "<!-- skip -->",
        "<!-- notest -->",
        "<!-- no-test -->",
        "<!-- test: skip -->",
        "<!-- doctest: skip -->",
        "<!-- doctest: +SKIP -->",
        "<!-- mktestdocs: skip -->",
        "<!-- markdown-doctest: skip, it needs a key -->",
        "<!-- byexample: +skip -->",
        "<!--phmdoctest-skip-->",
        "<!--phmdoctest-mark.skip-->",
        "<!--phmdoctest-mark.skipif<3.8>-->",
        "<!--pytest-codeblocks:skipfile-->",
        "{/* pmd-metadata: notest */}",
    ],
)
def test_more_marks_leave_a_fence_alone(tmp_path: Path, mark: str) -> None:
    report = check(tmp_path, {"docs/page.md": f"text\n\n{mark}\n\n```python\n1 / 0\n```\n"})
    assert list(states(report).values()) == ["skipped"]


@pytest.mark.parametrize(
    "remark",
    [
        "<!-- skip this section if you know it -->",
        "<!-- prettier-ignore -->",
        "<!-- codespell: skip -->",
        "<!-- the test is in tests/ -->",
        "<!-- markdownlint-disable -->",
        "<!-- docs: see below -->",
    ],
)
def test_a_remark_is_no_mark(tmp_path: Path, remark: str) -> None:
    assert list(states(check(tmp_path, {"docs/page.md": f"{remark}\n```python\nx = 1\n```\n"})).values()) == [
        "passed"
    ]


@pytest.mark.parametrize(
    "page",
    [
        "```python fixture:capsys fixture:data\ncapsys\n```\n",
        "```{.python fixture:data fixture:capsys}\ncapsys\n```\n",
        "{/* pmd-metadata: fixture:capsys fixture:data */}\n\n```python\ncapsys\n```\n",
    ],
)
def test_what_pytest_would_hand_to_a_block_is_not_here(tmp_path: Path, page: str) -> None:
    report = check(tmp_path, {"docs/page.md": page})
    assert [each.message for each in report.findings] == [
        "it is given `capsys`, `data` by pytest, whose fixtures are not here"
    ]
    assert list(states(report).values()) == ["skipped"]


def test_metadata_in_mdx_continues_the_block_before(tmp_path: Path) -> None:
    page = "```python\nx = 1\n```\n\n{/* pmd-metadata: continuation retry:2 */}\n```python\nassert x\n```\n"
    assert states(check(tmp_path, {"docs/page.mdx": page})) == {"docs/page.mdx:1": "passed"}


def test_a_mark_for_a_whole_file(tmp_path: Path) -> None:
    page = "```python\n1 / 0\n```\n\n<!--pytest-codeblocks:skipfile-->\n\n```python\n1 / 0\n```\n"
    assert sorted(states(check(tmp_path, {"docs/page.md": page})).values()) == ["skipped"] * 2


def test_a_mark_is_for_the_next_fence_only(tmp_path: Path) -> None:
    page = "<!-- skip: next -->\n\n```python\n1 / 0\n```\n\ntext\n\n```python\nx = 1\n```\n\n<!--pytest-codeblocks:importorskip(json)-->\n```python\nx = 1\n```\n"
    assert sorted(states(check(tmp_path, {"docs/page.md": page})).items()) == [
        ("docs/page.md:14", "passed"), ("docs/page.md:3", "skipped"), ("docs/page.md:9", "passed"),
    ]  # fmt: skip


def test_a_fence_may_require_a_python(tmp_path: Path) -> None:
    page = '```py requires="3.99"\n1 / 0\n```\n\n```py requires="3.8"\nx = 1\n```\n'
    assert list(states(check(tmp_path, {"docs/page.md": page})).values()) == ["skipped", "passed"]


def test_a_group_is_a_session(tmp_path: Path) -> None:
    page = '```py group="a"\nx = 1\n```\n\n```py group="b"\ny = 1\n```\n\n```py group="a"\nassert x\n```\n'
    assert states(check(tmp_path, {"docs/page.md": page})) == {
        "docs/page.md#a": "passed", "docs/page.md#b": "passed",
    }  # fmt: skip


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


@pytest.mark.parametrize("mark", ["<!-- {} -->", "% {}", "[//]: # ({})"])
def test_comments_of_sybil_reach_over_the_text_between(mark: str, tmp_path: Path) -> None:
    skip, begin, end, clear = (
        mark.format(word) for word in ("skip: next", "skip: start", "skip: end", "clear-namespace")
    )
    wrong, right = "```python\n1 / 0\n```", "```python\nx = 1\n```"
    parts = [
        skip, "This would be wrong:", wrong, right, begin, "These are:", wrong, wrong, end, right,
        "```pycon\n>>> y = 1\n```", clear, "And now:", "```pycon\n>>> y\nTraceback (most recent call last):\nNameError\n```",
    ]  # fmt: skip
    report = check(tmp_path, {"docs/page.md": "\n\n".join(parts) + "\n"})
    assert sorted(states(report).values()) == ["passed"] * 4 + ["skipped"] * 3
    assert [each for each in told(report) if "skipped" not in each] == []


def test_a_comment_in_a_block_that_shows_it_means_nothing(tmp_path: Path) -> None:
    page = "````text\n<!-- skip: start -->\n<!-- skip: next -->\n````\n\n```python\nx = 1\n```\n"
    assert list(states(check(tmp_path, {"docs/page.md": page})).values()) == ["passed"]
