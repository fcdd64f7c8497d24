"""A shell completes commands, snippets and pages, by asking the real program as the printed script does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample import Sample

PROGRAM = Path(sys.executable).with_name("snippets-runner")


def completed(sample: Sample, *words: str) -> list[str]:
    """Return what bash's script would be told for these words, of which the last is being typed."""
    asked = {
        "_SNIPPETS_RUNNER_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["snippets-runner", *words]),
    }
    done = subprocess.run(
        [PROGRAM],
        cwd=sample.root,
        env=sample.environment(**asked, COMP_CWORD=str(len(words))),
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands_and_options(sample: Sample) -> None:
    assert completed(sample, "com") == ["completion"]
    assert completed(sample, "check", "--no-s") == ["--no-skips"]
    assert completed(sample, "completion", "f") == ["fish"]


def test_snippets_and_pages_but_no_support_files(sample: Sample) -> None:
    sample.snippet("topic/first", "print(1)", out="1\n")
    sample.snippet("second", "print(2)", out="2\n")
    sample.write({"snippets/_support/help.py": "", "docs/index.md": "# Home\n"})
    assert completed(sample, "check", "snippets/") == ["snippets/second.py", "snippets/topic/first.py"]
    assert completed(sample, "update", "docs/i") == ["docs/index.md"]
    assert completed(sample, "drift", "snippets/t") == ["snippets/topic/first.py"]


def test_a_project_that_cannot_be_read_completes_nothing(sample: Sample) -> None:
    sample.write({"pyproject.toml": "[tool.snippets-runner]\nnonsense = 1\n"})
    assert completed(sample, "check", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed_and_its_shell_accepts_it(sample: Sample, shell: str) -> None:
    done = sample.run("completion", shell)
    assert done.status == 0
    assert "_SNIPPETS_RUNNER_COMPLETE" in done.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.out, text=True, check=True)
