"""What goes wrong around a run: it is killed, the disk is full, the cache can't be written or holds nonsense, two run at once.

After each, no recording and no ledger is half-written, no process is left, and the next run is right.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sample import Sample

OLD, NEW = "old\n", "new\n" * 2000
COUNT = 4
KILLS = 25 if os.environ.get("NIGHTLY") else 5


def recordings(sample: Sample) -> dict[str, str]:
    return {
        file.name: file.read_text()
        for file in sorted((sample.root / "snippets").iterdir())
        if file.suffix != ".py"
    }


def outdated(sample: Sample) -> None:
    """Write snippets whose recordings are not what they print."""
    for number in range(COUNT):
        sample.snippet(
            f"s{number}", "import time\ntime.sleep(0.05)\nprint('new\\n' * 2000, end='')\n", out=OLD
        )


def test_an_update_that_is_killed_leaves_each_recording_old_or_new_and_the_next_one_is_right(
    sample: Sample,
) -> None:
    chance = random.Random(7)
    outdated(sample)
    for _ in range(KILLS):
        process = sample.start("update", "--no-cache")
        time.sleep(chance.uniform(0.1, 1.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        assert sample.left_behind(within=20) == []
        assert set(recordings(sample).values()) <= {OLD, NEW}
        assert len(recordings(sample)) == COUNT, "a draft is left beside the recordings"
        for file in (sample.root / ".cache").rglob("*.json"):
            json.loads(file.read_text())

    assert sample.run("update").status in (0, 1)
    assert set(recordings(sample).values()) == {NEW}
    assert sample.run("check").status == 0


def test_a_full_disk_is_told_of_and_loses_nothing(sample: Sample) -> None:
    """The limit on the size of a file stands for the disk: a write past it fails as it does on one that is full."""
    outdated(sample)
    command = [sys.executable, "-m", "snippets_runner", "update"]
    done = subprocess.run(
        command,
        cwd=sample.root,
        env=sample.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )

    assert done.returncode in (1, 3), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout + done.stderr
    assert set(recordings(sample).values()) == {OLD}
    assert len(recordings(sample)) == COUNT
    assert sample.run("update").status in (0, 1)
    assert set(recordings(sample).values()) == {NEW}


def test_a_recording_that_cannot_be_replaced_is_told_of(sample: Sample) -> None:
    sample.snippet("a", "print('new')\n")
    (sample.root / "snippets/a.out").mkdir()
    done = sample.run("update")

    assert done.status in (1, 2, 3)
    assert "Traceback" not in done.err
    assert "a.out" in done.out + done.err


@pytest.mark.parametrize("kind", ["a file in its place", "a link to nowhere", "not to be written"])
def test_a_cache_that_cannot_be_written_hides_no_result(sample: Sample, kind: str) -> None:
    if kind == "not to be written" and os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    sample.snippet("a", "print('right')\n", out="right\n")
    sample.snippet("b", "print('wrong')\n", out="right\n")
    sample.refuse_cache(kind)
    done = sample.run("check")

    assert done.status in (1, 3)
    assert "Traceback" not in done.err
    assert done.status == 3 or "b.py" in done.out
    assert done.out + done.err


@pytest.mark.parametrize(
    "nonsense", [b"", b"{", b"[]", b"null", b'{"snippets": 1}', b"\xff\x00", b"[" * 100_000]
)
def test_nonsense_in_the_cache_is_no_result(sample: Sample, nonsense: bytes) -> None:
    sample.snippet("a", "print('right')\n", out="right\n")
    assert sample.run("check").status == 0
    files = [file for file in (sample.root / ".cache").rglob("*") if file.is_file()]
    assert len(files) >= 2
    for file in files:
        file.write_bytes(nonsense)
    (sample.root / "snippets/a.out").write_text("not what it prints\n")
    wrong = sample.run("check")
    (sample.root / "snippets/a.out").write_text("right\n")
    right = sample.run("check")

    assert wrong.status == 1, wrong.err
    assert right.status == 0, right.out + right.err
    assert "Traceback" not in wrong.err + right.err
    assert sample.ledger()


def test_two_checks_at_once_are_both_right(sample: Sample) -> None:
    for number in range(COUNT):
        sample.snippet(f"s{number}", f"import time\ntime.sleep(0.2)\nprint({number})\n", out=f"{number}\n")
    both = [sample.start("check", "--no-cache") for _ in range(2)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]

    assert [status for _, _, status in ended] == [0, 0], ended
    assert len(sample.ledger()["snippets"]) == COUNT
    assert sample.run("check").status == 0


def test_two_updates_at_once_write_whole_recordings(sample: Sample) -> None:
    outdated(sample)
    both = [sample.start("update") for _ in range(2)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]

    assert all(status in (0, 1) for _, _, status in ended), ended
    assert set(recordings(sample).values()) == {NEW}
    assert sample.run("check").status == 0


def test_a_service_that_is_killed_under_a_snippet_is_told_of_and_the_next_run_is_right(
    sample: Sample,
) -> None:
    """The snippet kills its own server, as the kernel does when memory runs out."""
    head = '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\n'
    sample.write(
        {"docs/a.md": '```python\n--8<-- "a.py"\n```\n', "pyproject.toml": "[tool.snippets-runner]\n"}
    )
    code = "import os, socket, urllib.parse\nurl = urllib.parse.urlsplit(os.environ['REDIS_URL'])\nprint(socket.create_connection((url.hostname, url.port or 6379), 5) is not None)\n"
    (sample.root / "snippets/a.py").write_text(head + code)
    (sample.root / "snippets/a.out").write_text("True\n")
    first = sample.run("check")
    if "missing-service" in first.out:
        pytest.skip("there is no Redis on this machine")
    assert first.status == 0, first.out + first.err
    process = sample.start("check", "--no-cache")
    deadline = time.monotonic() + 30
    while not (
        servers := [
            pid
            for pid, words in sample.processes().items()
            if "valkey-server" in words or "redis-server" in words
        ]
    ):
        if process.poll() is not None or time.monotonic() > deadline:
            break
        time.sleep(0.002)
    for pid in servers:
        os.kill(pid, signal.SIGKILL)
    out, err = process.communicate(timeout=120)

    assert 'Traceback (most recent call last):\n  File "' + str(Path(sys.prefix)) not in err
    assert process.returncode in (0, 1, 3), out + err
    assert sample.left_behind(within=10) == []
    assert sample.run("check", "--no-cache").status == 0
