"""What a maintainer is told whose documentation was never checked before: the cause, once, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from foreign import check, states, told

from snippets_runner.finding import Finding


def found(root: Path, page: str) -> tuple[Finding, ...]:
    return check(root, {"docs/page.md": dedent(page).lstrip("\n")}).findings


def test_answers_that_follow_from_one_that_failed_are_counted_with_it(tmp_path: Path) -> None:
    first, second, third, fourth = found(
        tmp_path,
        """
        ```pycon
        >>> from nowhere_at_all import Machine
        >>> machine = Machine()
        >>> machine.run()
        3
        >>> later(machine)
        >>> try_it(1)
        Traceback (most recent call last):
        ...
        ValueError: no
        >>> 1 + 1
        3
        >>> try_it(2)
        ```
        """,
    )
    assert (first.where.line, first.code.value) == (2, "missing-dependency")
    assert first.details.endswith(
        "\n2 later answers fail for want of the same, or of what it was to define\n"
    )
    assert "install it in the environment that the runner is in" in first.hint
    assert (second.where.line, "for want of" in second.details) == (6, False)
    assert (third.where.line, "1 later answer fails for want of the same" in third.details) == (7, True)
    assert (fourth.where.line, fourth.message) == (11, "an answer is not what this transcript says")


def test_a_name_that_a_block_above_defines_is_named_with_its_line(tmp_path: Path) -> None:
    (finding,) = found(
        tmp_path,
        """
        ```python
        from math import pi as number
        ```

        text

        ```python
        assert number > 3
        ```
        """,
    )
    assert finding.where.line == 8
    assert finding.hint.startswith(
        '`number` comes from the block at line 1: give both the same `session="…"`, or set `inline-session = "page"`; '
    )


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("assert number > 3", "define it here, or for all blocks with `inline-setup`, or: "),
        ("import nowhere_at_all", "install it in the environment that the runner is in, or: "),
        ('open("CHANGELOG.md")', "it runs in an empty folder of its own: have it write the file first, or: "),
        (
            'import socket\nsocket.create_connection(("192.0.2.1", 80), timeout=5)',
            "no other machine can be reached: run what it talks to on loopback, or: ",
        ),
    ],
)
def test_what_to_do_is_said_where_it_is_known(code: str, hint: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, f"```python\n{code}\n```\n")
    assert (
        finding.hint
        == f"{hint}`<!-- skip: next -->` above it leaves it alone; snippets-runner check docs/page.md:1"
    )


def test_an_answer_of_another_machine_is_told_as_such(tmp_path: Path) -> None:
    page = '```pycon\n>>> import socket\n>>> socket.create_connection(("192.0.2.1", 80), timeout=5)\n<socket>\n```\n'
    (finding,) = found(tmp_path, page)
    assert finding.code.value == "network"
    assert finding.message == "raised OSError: [Errno 101] Network is unreachable"
    assert finding.details.count("File ") == 1, "no frame of the library's"


def test_prompts_in_a_docstring_make_no_transcript(tmp_path: Path) -> None:
    page = '''
        ```python
        def double(number):
            """Double it.

            >>> double(2)
            4
            """
            return number * 2


        assert double(3) == 6
        ```
        '''
    assert states(check(tmp_path, {"docs/page.md": dedent(page)})) == {"docs/page.md:2": "passed"}


def test_the_code_before_the_prompts_is_told_by_its_own_line_and_words(tmp_path: Path) -> None:
    (finding,) = found(
        tmp_path,
        """
        ```python
        x = 1
        y = x / 0

        >>> y
        1
        ```
        """,
    )
    assert (finding.where.line, finding.code.value) == (3, "raised")
    assert (
        finding.message
        == "raised ZeroDivisionError: division by zero in the code that stands before the prompts"
    )
    assert "__import__" not in finding.details
    assert finding.details.startswith('Traceback (most recent call last):\n  File "docs/page.md", line 3')
    assert "1 later answer fails for want of the same" in finding.details


def test_a_class_of_the_page_may_be_shown_without_the_program_it_is_in(tmp_path: Path) -> None:
    page = "```pycon\n>>> class A: pass\n>>> A\n<class 'A'>\n>>> A\n<class '__main__.A'>\n>>> A\n<class 'B'>\n```\n"
    assert told(check(tmp_path, {"docs/page.md": page})) == [
        "docs/page.md:7:1: output-differs: an answer is not what this transcript says"
    ]


def test_a_traceback_of_an_indented_block_has_no_marks_that_point_astray(tmp_path: Path) -> None:
    page = "1. One:\n\n    ```python\n    x = 1\n    x.nothing\n    ```\n\n```python\ny = 1\ny.nothing\n```\n"
    deep, flat = found(tmp_path, page)
    assert "x.nothing\n" in deep.details
    assert "^" not in deep.details
    assert "^" in flat.details or "y.nothing" in flat.details
