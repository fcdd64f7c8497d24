"""``watch`` runs what is saved, goes on whatever is saved, and ends with Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
from sample import Sample


class Watching:
    """The command while it runs, and the lines that it has told."""

    def __init__(self, sample: Sample, *words: str) -> None:
        self.process: subprocess.Popen[str] = sample.start("watch", *words, PYTHONUNBUFFERED="1")
        self._lines: list[str] = []
        self._told = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._told:
                self._lines.append(re.sub(r"^\d\d:\d\d:\d\d | in \d+\.\d+ s$", "", line.rstrip("\n")))
                self._told.notify_all()

    def until(self, start: str, *, within: float = 20) -> list[str]:
        """Wait for a line that begins so; return what was told since the last wait, that line included."""
        deadline = time.monotonic() + within
        with self._told:
            while True:
                for number, line in enumerate(self._lines):
                    if line.startswith(start):
                        told, self._lines = self._lines[: number + 1], self._lines[number + 1 :]
                        return told
                assert self._told.wait(deadline - time.monotonic()), f"no {start!r} in {self._lines}"

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what was said on standard error."""
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.stderr is not None
        return self.process.wait(10), self.process.stderr.read()

    def end(self) -> None:
        """Make sure that it has ended, whatever the test came to."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._thread.join(5)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        self.process.wait(5)


@pytest.fixture
def watching(sample: Sample) -> Iterator[Watching]:
    sample.snippet("topic/first", "from _parts import WORD\nprint(WORD)", out="one\n")
    sample.snippet("second", "print(2)", out="2\n")
    sample.write({"snippets/topic/_parts/__init__.py": 'WORD = "one"\n'})
    made = Watching(sample)
    try:
        made.until("watching 2 snippets and 2 pages; Ctrl-C ends")
        yield made
    finally:
        made.end()


def test_a_working_day(sample: Sample, watching: Watching) -> None:
    """One process through everything, as an author has it."""
    # A snippet that is saved runs, and no other.
    sample.write({"snippets/second.py": "print(3)\n"})
    told = watching.until("in all: ")
    assert told[0] == "failed snippets/second.py"
    assert any("output-differs" in line for line in told)
    assert not any("first" in line for line in told)

    # A syntax error is a finding like another.
    sample.write({"snippets/second.py": "print(3\n"})
    assert any("raised: raised SyntaxError" in line for line in watching.until("in all: "))

    # A recording that is saved runs its snippet.
    sample.write({"snippets/second.py": "print(3)\n"})
    watching.until("in all: 1 failed")
    (sample.root / "snippets/second.out").write_text("3\n", "utf-8")
    assert watching.until("in all: ") == [
        "passed snippets/second.py",
        "in all: 0 failed, 0 findings about the project itself",
    ]

    # A local module that is saved runs who imports it.
    sample.write({"snippets/topic/_parts/__init__.py": 'WORD = "two"\n'})
    assert watching.until("in all: ")[0] == "failed snippets/topic/first.py"
    sample.write({"snippets/topic/_parts/__init__.py": 'WORD = "one"\n'})
    assert watching.until("in all: ")[0] == "passed snippets/topic/first.py"

    # A page that breaks is told, and so is a snippet that is gone.
    sample.write({"docs/second.md": '# Second\n\n```python\n--8<-- "secnd.py"\n```\n'})
    assert any("missing-file" in line for line in watching.until("in all: "))
    (sample.root / "snippets/second.py").unlink()
    assert any("orphan-output" in line for line in watching.until("in all: "))

    # A setting that is wrong is told, and mended.
    sample.write({"pyproject.toml": "[tool.snippets-runner]\ntimeot = 3\n"})
    watching.until("  hint: did you mean `timeout`?")
    sample.write({"pyproject.toml": "[tool.snippets-runner]\ntimeout = 3\n"})
    assert watching.until("in all: ")[0] == "passed snippets/topic/first.py"

    status, err = watching.interrupt()
    assert status == 130
    assert err == "interrupted; what was running has been ended\n"


def test_a_burst_of_saves_is_one_run(sample: Sample, watching: Watching) -> None:
    for number in range(10):
        sample.write({"snippets/second.py": f"print({number})\n"})
        time.sleep(0.02)
    assert watching.until("in all: ").count("failed snippets/second.py") == 1


def test_ctrl_c_while_a_snippet_runs_leaves_nothing(sample: Sample, watching: Watching) -> None:
    sample.settings(timeout=60)
    sample.write({"snippets/second.py": "while True: pass\n"})
    deadline = time.monotonic() + 20
    while not any("warm.py" in each for each in sample.processes().values()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert watching.interrupt()[0] == 130
    assert sample.left_behind(within=3) == []


def test_only_what_is_named_is_watched(sample: Sample) -> None:
    sample.snippet("first", "print(1)", out="1\n")
    sample.snippet("second", "print(2)", out="2\n")
    watching = Watching(sample, "snippets/first.py")
    watching.until("watching 1 snippets")
    sample.write({"snippets/second.py": "print(9)\n"})
    sample.write({"snippets/first.py": "print(8)\n"})
    told = watching.until("in all: ")
    assert "failed snippets/first.py" in told
    assert "failed snippets/second.py" not in told
    assert watching.interrupt()[0] == 130
    watching.end()
