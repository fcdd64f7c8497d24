"""The command line, run as people run it: in a process of its own, with its exit codes and its words."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sample import Sample

HELLO = 'print("hello")\n'


def test_exit_0_if_all_holds(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")

    done = sample.run("check")

    assert done.status == 0
    assert "snippets: 1 passed in " in done.out
    assert "no findings\n" in done.out
    assert "passed snippets/a.py (" in done.err


def test_exit_1_if_there_are_findings(sample: Sample) -> None:
    sample.snippet("a", HELLO)

    assert sample.run("check").status == 1


@pytest.mark.parametrize("words", [[], ["docs/a.md"], ["snippets", "--no-cache"]])
def test_a_check_is_what_is_meant_where_no_command_is_named(words: list[str], sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")

    done = sample.run(*words)

    assert done.status == 0, done.err
    assert "snippets: 1 passed in " in done.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chek"], "unknown command `chek`; did you mean `check`?"),
        (["check", "--no-cach"], "Did you mean '--no-cache'?"),
        (["--rot", "."], "Did you mean '--root'?"),
        (["check", "snippets/b.py"], "did you mean `snippets/a.py`"),
        (["run", "snippets/b.py"], "did you mean `snippets/a.py`"),
        (["check", "/etc/hostname"], "/etc/hostname is neither a snippet nor a page"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_2_and_a_suggestion_if_the_words_are_wrong(words: list[str], says: str, sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")

    done = sample.run(*words)

    assert done.status == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_exit_2_if_the_settings_are_wrong(sample: Sample) -> None:
    sample.settings(timeuot=3)

    done = sample.run("check")

    assert done.status == 2
    assert (
        done.err
        == "pyproject.toml:[tool.snippets-runner]: unknown setting `timeuot`\n  hint: did you mean `timeout`?\n"
    )


def test_exit_3_if_the_machine_does_not_let_us(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    (sample.root / ".cache").write_text("a file where the cache's folder belongs", encoding="utf-8")

    done = sample.run("check")

    assert done.status == 3
    assert "Traceback" not in done.err


@pytest.mark.parametrize("where", ["in one snippet", "in many"])
def test_exit_130_if_interrupted_with_nothing_left_behind(where: str, sample: Sample) -> None:
    for name in "a" if where == "in one snippet" else "abcdef":
        sample.snippet(name, "import time\nopen('begun', 'w').close()\ntime.sleep(30)\n")
    process = sample.start("check")
    wait_for(sample, "snippets-*/snippet-*/begun")

    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=15)

    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert sample.left_behind(within=2) == []


def wait_for(sample: Sample, pattern: str) -> None:
    deadline = time.monotonic() + 20
    while not list(sample.temporary.glob(pattern)):
        assert time.monotonic() < deadline, f"there is no {pattern}"
        time.sleep(0.02)


def test_a_path_narrows_the_check_to_a_snippet_a_folder_or_what_a_page_shows(sample: Sample) -> None:
    for name in ("a", "topic/b", "c"):
        sample.snippet(name, HELLO)
    for path, found in (
        ("snippets/a.py", ["a"]),
        ("snippets/topic", ["topic/b"]),
        ("docs/c.md", ["c"]),
        ("docs/topic", ["topic/b"]),
    ):
        done = sample.run("check", path)
        named = [line.split(":")[0] for line in done.out.splitlines() if ": unrecorded-output: " in line]
        assert named == [f"snippets/{name}.py" for name in found], path


def test_a_failure_ends_with_the_command_that_runs_just_it(sample: Sample) -> None:
    sample.snippet("a", "raise ValueError('no')\n")
    sample.snippet("b", "raise ValueError('no')\n")
    hint = next(
        line
        for line in sample.run("check").out.splitlines()
        if line.startswith("  hint: ") and "a.py" in line
    )

    again = sample.run(*hint.removeprefix("  hint: snippets-runner ").split())

    assert again.status == 1
    assert "snippets: 0 passed, 1 failed in " in again.out


def test_the_rerun_command_of_code_in_a_page_works_too(sample: Sample) -> None:
    (sample.root / "snippets").rmdir()
    sample.write({"docs/a.md": "# A\n\n```python\nraise ValueError\n```\n\n```python\nx = 1\n```\n"})
    hint = next(line for line in sample.run("check").out.splitlines() if line.startswith("  hint: "))

    again = sample.run(*hint.removeprefix("  hint: snippets-runner ").split())

    assert again.status == 1, again.err
    assert "snippets: 0 passed, 1 failed in " in again.out


def test_the_author_s_own_environment_does_not_reach_a_snippet(sample: Sample) -> None:
    sample.snippet(
        "a", "import os\nprint(sorted(os.environ))\nprint(os.getcwd() == os.environ['HOME'], os.listdir())\n"
    )

    sample.run(
        "update", MY_TOKEN="secret", SSH_AUTH_SOCK="/tmp/agent", PYTHONPATH=os.environ.get("PYTHONPATH", "")
    )

    recorded = (sample.root / "snippets/a.out").read_text()
    assert recorded == (
        "['HOME', 'LANG', 'NO_COLOR', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED', 'TMPDIR', 'TZ']\nTrue []\n"
    )


def test_commands_work_from_a_folder_inside_the_project(sample: Sample, tmp_path: Path) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.settings()
    inside = Sample(sample.root / "docs", temporary=sample.temporary)
    (inside.root / "docs").rmdir()
    (inside.root / "snippets").rmdir()

    assert inside.run("check", "a.md").status == 0
    assert inside.run("check", "../snippets/a.py").status == 0
