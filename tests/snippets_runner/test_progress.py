"""What is shown while snippets run: a bar on a real terminal, plain lines where there is none."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from sample import Sample

PARTS = 3
SLOW = "import time\ntime.sleep(0.4)\n"


def on_a_terminal(sample: Sample, *words: str, **environment: str) -> tuple[int, str]:
    """Run the command with standard error on a terminal; return its status and all that was written there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "snippets_runner", *words],
        cwd=sample.root,
        env=sample.environment(**{"TERM": "xterm", "COLUMNS": "80", "LINES": "24", **environment}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    written, deadline = b"", time.monotonic() + 60
    try:
        while time.monotonic() < deadline and select.select([ours], [], [], 60)[0]:
            part = os.read(ours, 4096)
            if not part:
                break
            written += part
    except OSError:  # the other end is closed: Linux tells it so
        pass
    finally:
        os.close(ours)
    process.communicate(timeout=30)
    return process.returncode, written.decode()


@pytest.fixture
def several(sample: Sample) -> Sample:
    sample.settings(jobs=1)
    for name in "abc"[:PARTS]:
        sample.snippet(name, SLOW)
    return sample


def test_a_terminal_shows_a_bar_that_counts_and_goes_away(several: Sample) -> None:
    status, written = on_a_terminal(several, "check")

    assert status == 0
    shown = re.findall(r"snippets .*?(\d+)/(\d+)", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", written))
    counts = [int(done) for done, total in shown if int(total) == PARTS]
    assert counts == sorted(counts)
    assert counts[-1] == PARTS
    assert len(set(counts)) > 1, "the bar moved"
    assert "━" in written
    assert "passed snippets/" not in written
    last = written[written.rindex(f"{PARTS}/{PARTS}") :]
    assert "\x1b[2K" in last, "its line is erased"
    assert "\x1b[?25h" in written[written.rindex("\x1b[?25l") :], "the cursor is back"


def test_the_bar_counts_repetitions_too(several: Sample) -> None:
    status, written = on_a_terminal(several, "check", "--repeat", "1")

    assert status == 0
    assert f"{2 * PARTS}/{2 * PARTS}" in re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", written)


def test_without_a_terminal_there_are_plain_lines(several: Sample) -> None:
    done = several.run("check", TERM="xterm")

    lines = done.err.splitlines()
    assert sorted(re.sub(r"\d+\.\d\d", "N", line) for line in lines) == [
        f"passed snippets/{name}.py (N s)" for name in "abc"[:PARTS]
    ]
    assert "\x1b" not in done.out + done.err


def test_continuous_integration_gets_plain_lines_also_on_a_terminal(several: Sample) -> None:
    status, written = on_a_terminal(several, "check", **{"CI": "true"})

    assert status == 0
    assert "\x1b" not in written
    assert len(re.findall(r"^passed snippets/.\.py", written, re.MULTILINE)) == PARTS


def test_a_terminal_that_can_do_nothing_gets_no_escapes(several: Sample) -> None:
    status, written = on_a_terminal(several, "check", **{"TERM": "dumb"})

    assert status == 0
    assert "\x1b" not in written
