"""Run jobs on this machine: each in a process of its own, under a worker process that cleans up after it.

The threads here only wait: for a service's corner, and for the worker's answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from snippets_runner.cache import imported
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config, Isolation
from snippets_runner.execute import run_job
from snippets_runner.model import Job, Result
from snippets_runner.services.pool import ServicePool

WORKER = Path(__file__).with_name("worker.py")
WARM = Path(__file__).with_name("warm.py")
FOREHAND = {"LD_BIND_NOW": "1"}
"""Has a worker's libraries linked when it starts (``ld.so(8)``), and not by every child anew at each first call."""


class Worker:
    """The runner's side of one worker process; starts another when it was lost."""

    def __init__(
        self, base: Callable[[], Path], *, preload: Sequence[str] | None, conditions: Conditions
    ) -> None:
        """Prepare a worker whose snippets get their folders below what ``base`` returns.

        ``preload`` names what a forking worker imports beforehand; None asks for fresh interpreters.
        """
        self._base, self._preload, self._conditions = base, preload, conditions
        self._process: subprocess.Popen[str] | None = None
        self._warming = False
        self._closed, self._lock = False, threading.Lock()

    def run(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Have one order done; a worker that died meanwhile is told as a snippet that vanished."""
        if (process := self._ready()) is None:
            return {"ending": "vanished", "status": -2, "problem": "the run was ended before it began"}
        assert process.stdin and process.stdout
        line = ""
        with contextlib.suppress(BrokenPipeError, ValueError):  # ended meanwhile, by itself or by ``close``
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._end()
        return {
            "ending": "vanished",
            "status": -9,
            "problem": "the process that watches over snippets was killed with it",
        }

    def _ready(self) -> subprocess.Popen[str] | None:
        """Return the process, started if there is none; None if the run was ended.

        One that can't import beforehand what it should is replaced by one that does not. It is waited for without the
        lock, so that the run can be ended meanwhile.
        """
        while True:
            with self._lock:
                if self._closed:
                    return None
                if self._process is None or self._process.poll() is not None:
                    self._process, self._warming = self._start(), self._preload is not None
                process = self._process
                if not self._warming:
                    return process
            assert process.stdout
            ready = process.stdout.readline()
            with self._lock:
                self._warming = False
                if ready and not self._closed:
                    return process
                self._process, self._preload = None, None
            _end(process)

    def _start(self) -> subprocess.Popen[str]:
        if self._preload is not None:
            return self._program("-P", str(WARM), str(self._base()), *self._preload, **FOREHAND)
        return self._program("-I", "-S", str(WORKER), str(self._base()))

    def _program(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._conditions.interpreter, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**self._conditions.environment(), **variables},
            start_new_session=True,
        )

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            if process is not None and self._warming:  # it has run nothing, and may import for long
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                return  # who waits for it to be ready sees to the rest
        if process is not None:
            _end(process)

    def close(self) -> None:
        """Let the worker end what runs and itself, for good."""
        with self._lock:
            self._closed = True
        self._end()


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin and process.stdout
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.wait()
    process.stdout.close()


class LocalExecutor:
    """Runs jobs on this machine, a fixed number at once."""

    def __init__(
        self,
        pool: ServicePool,
        *,
        workers: int,
        preload: Sequence[str] | None,
        conditions: Conditions | None = None,
        gate: threading.Semaphore | None = None,
    ) -> None:
        """Prepare ``workers`` workers; a process is started when the first job needs it.

        ``preload`` names the modules that forking workers import beforehand; None asks for fresh interpreters.
        ``gate`` is shared by executors that together may run only so many at once.
        """
        self._gate = gate or contextlib.nullcontext()
        self._pool, self._conditions = pool, conditions or Conditions()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._making = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="snippet")
        self._all = [Worker(self._base, preload=preload, conditions=self._conditions) for _ in range(workers)]
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)

    def _base(self) -> Path:
        """Return the folder of everything, made with the first worker: one that outlives this process deletes it."""
        with self._making:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="snippets-", ignore_cleanup_errors=True)
            return Path(self._folder.name)

    def submit(self, job: Job) -> Future[Result]:
        """Run a job when a worker is free."""
        return self._threads.submit(self._run, job)

    def _run(self, job: Job) -> Result:
        worker = self._idle.get()
        try:
            with self._gate:
                return run_job(job, self._pool, worker.run, conditions=self._conditions)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End what runs, forget what waits, and delete every folder."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()
        self._threads.shutdown(wait=True)
        if self._folder is not None:
            self._folder.cleanup()


def to_preload(config: Config, jobs: Iterable[Job]) -> list[str] | None:
    """Return what forking workers import beforehand, the most wanted first; None where snippets get fresh interpreters.

    What one snippet alone imports, it may as well import itself.
    """
    if config.isolation is not Isolation.FORK or not sys.platform.startswith("linux"):
        return None
    uses = Counter(name for job in jobs for name in imported(job.snippet.program))
    return sorted((name for name, number in uses.items() if number > 1), key=lambda name: (-uses[name], name))
