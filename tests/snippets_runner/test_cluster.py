"""The same plan on a real Dask cluster of two worker processes: the same results, and a lost worker loses nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample import Sample

pytest.importorskip("distributed")

# Whether a traceback comes within the moment that Ctrl-C is given depends on the machine.
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
SLOW = """
    import time
    time.sleep(0.4)
    print("done")
    """


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Cluster:
    """A scheduler and two workers, each a process of its own without a nanny."""

    def __init__(self, sample: Sample, **variables: str) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.folder = sample.temporary.parent / "cluster"
        self.folder.mkdir()
        self._environment = sample.environment(DASK_TEMPORARY_DIRECTORY=str(self.folder), **variables)
        port = self.address.rpartition(":")[2]
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.workers = [
            self._start(
                *("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
                *("--host", "127.0.0.1", "--local-directory", str(self.folder / f"worker-{number}")),
            )
            for number in range(2)
        ]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{words[0]}.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def end(self) -> None:
        for processes in (self.workers, [self._scheduler]):
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                try:
                    process.wait(3)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@pytest.fixture
def cluster(sample: Sample) -> Iterator[Cluster]:
    made = Cluster(sample)
    yield made
    made.end()


def told(out: str) -> list[str]:
    """Return the outcome lines of a run, without the seconds."""
    return sorted(re.sub(r" \(.*", "", line) for line in out.splitlines())


def test_results_and_findings_are_those_of_this_machine(sample: Sample, cluster: Cluster) -> None:
    sample.settings(timeout=3, executor="dask", scheduler=cluster.address)
    sample.snippet("fine", "print(1)", out="1\n")
    sample.snippet("differs", "print(2)", out="1\n")
    sample.snippet("raises", "1 / 0")
    sample.snippet("hangs", "# /// script\n# [tool.snippets-runner]\n# timeout = 0.5\n# ///\n" + DEAF)
    sample.snippet("gone", "import os; os._exit(3)")
    code = """
        # /// script
        # dependencies = ["redis"]
        # [tool.snippets-runner]
        # services = ["redis"]
        # ///
        import os, redis
        print(redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
        """
    sample.snippet("served", code, out="True\n")

    here = sample.run("check", "--no-cache", "--executor", "local")
    there = sample.run("check", "--no-cache")

    assert there.err.count("passed snippets/served.py") == 1, there.err
    assert told(there.err) == told(here.err)
    assert re.sub(r" in [\d.]+ s", "", there.out) == re.sub(r" in [\d.]+ s", "", here.out)
    assert there.status == here.status == 1


ALONE = """
    import os

    print("others" if any(each.isdigit() and int(each) > 50 for each in os.listdir("/proc")) else "alone")
    """


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not on this machine")
def test_bubblewrap_wraps_what_runs_on_a_worker(sample: Sample, cluster: Cluster) -> None:
    sample.settings(timeout=20, executor="dask", scheduler=cluster.address, isolation="bubblewrap")
    sample.snippet("a", ALONE, out="alone\n")
    sample.snippet("b", "import subprocess\nsubprocess.Popen(['sleep', '61'])\n")

    done = sample.run("check", PATH=f"{Path(sys.executable).parent}")  # what is here does not matter

    rows = sample.ledger()["snippets"]
    assert rows["snippets/a.py"]["status"] == "passed", done.out + done.err
    assert "bubblewrap" in rows["snippets/a.py"]["guards"]
    assert "snippets/b.py:1:1: escaped-process: left 1 process running, which was ended" in done.out


def test_a_worker_without_bubblewrap_refuses_what_asks_for_it(sample: Sample) -> None:
    made = Cluster(sample, PATH=f"{Path(sys.executable).parent}")
    try:
        sample.settings(timeout=20, executor="dask", scheduler=made.address, isolation="bubblewrap")
        sample.snippet("a", "print(1)", out="1\n")
        done = sample.run("check")
    finally:
        made.end()
    assert done.status == 1
    assert "bubblewrap is not on a Dask worker, and `isolation` asks for it" in done.out


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(
    sample: Sample, cluster: Cluster
) -> None:
    names = [f"snippet_{number:02}" for number in range(12)]
    for name in names:
        sample.snippet(name, SLOW, out="done\n")

    process = sample.start("check", "--executor", "dask", "--scheduler", cluster.address)
    deadline = time.monotonic() + 30
    victim = cluster.workers[0]
    while not children(victim.pid):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)
    victim.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, out + err
    passed = re.findall(r"^passed snippets/(\w+)\.py", err, re.MULTILINE)
    assert sorted(passed) == names
    assert "snippets: 12 passed in " in out
    assert victim.wait(5) == -signal.SIGKILL
    assert children(cluster.workers[1].pid) == []


def children(process: int) -> list[str]:
    """Return the snippets' worker processes below a process."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            try:
                told = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            found += [child] if b"warm.py" in told else []
    return found


def test_an_interrupt_ends_what_runs_on_the_workers(sample: Sample, cluster: Cluster) -> None:
    sample.settings(timeout=60, executor="dask", scheduler=cluster.address)
    sample.snippet("endless", "while True: pass")
    process = sample.start("check")
    deadline = time.monotonic() + 30
    while not any(children(worker.pid) for worker in cluster.workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.endswith("interrupted; what was running has been ended\n")
    assert [each for worker in cluster.workers for each in children(worker.pid)] == []


def test_a_scheduler_that_is_not_there_is_an_error_with_a_hint(sample: Sample) -> None:
    sample.snippet("fine", "print(1)", out="1\n")
    done = sample.run("check", "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    assert done.status == 3
    assert "no Dask scheduler answers" in done.err
    assert "Traceback" not in done.err


def test_dask_without_a_scheduler_is_a_usage_error(sample: Sample) -> None:
    sample.snippet("fine", "print(1)", out="1\n")
    done = sample.run("check", "--executor", "dask")
    assert done.status == 2
    assert "--scheduler tcp://" in done.err
