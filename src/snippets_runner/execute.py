"""Run jobs side by side: each in a process of its own, under a worker process that cleans up after it.

The threads here only wait: for a service's corner, and for the worker's answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from snippets_runner.errors import SnippetsRunnerError
from snippets_runner.languages.programs import BY_SUFFIX
from snippets_runner.model import Ending, Frame, Job, Raised, Result
from snippets_runner.services.pool import ServicePool

WORKER = Path(__file__).with_name("worker.py")
WARM = Path(__file__).with_name("warm.py")


class Worker:
    """The runner's side of one worker process; starts another when it was lost."""

    def __init__(self, base: Path, *, preload: Sequence[str] | None) -> None:
        """Prepare a worker whose snippets get their folders below ``base``.

        ``preload`` names what a forking worker imports beforehand; None asks for fresh interpreters.
        """
        self._base, self._preload = base, preload
        self._process: subprocess.Popen[str] | None = None

    def run(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Have one order done; a worker that died meanwhile is told as a snippet that vanished."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._start()
        assert process.stdin and process.stdout
        line = ""
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        return {
            "ending": "vanished",
            "status": -9,
            "problem": "the process that watches over snippets was killed with it",
        }

    def _start(self) -> subprocess.Popen[str]:
        """Start the process; one that can't import beforehand what it should is replaced by one that does not."""
        if self._preload is not None:
            process = _program("-P", str(WARM), str(self._base), *self._preload)
            assert process.stdout
            if process.stdout.readline():
                return process
            _end(process)
            self._preload = None
        return _program("-I", "-S", str(WORKER), str(self._base))

    def close(self) -> None:
        """Let the worker end what runs and itself."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)


def _program(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=base_environment(),
        start_new_session=True,
    )


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin and process.stdout
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.wait()
    process.stdout.close()


class LocalExecutor:
    """Runs jobs on this machine, a fixed number at once."""

    def __init__(self, pool: ServicePool, *, workers: int, preload: Sequence[str] | None) -> None:
        """Prepare ``workers`` workers; a process is started when the first job needs it.

        ``preload`` names the modules that forking workers import beforehand; None asks for fresh interpreters.
        """
        self._pool = pool
        self._folder = tempfile.TemporaryDirectory(prefix="snippets-", ignore_cleanup_errors=True)
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="snippet")
        self._all = [Worker(Path(self._folder.name), preload=preload) for _ in range(workers)]
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._closed = threading.Event()

    def submit(self, job: Job) -> Future[Result]:
        """Run a job when a worker is free."""
        return self._threads.submit(self._run, job)

    def _run(self, job: Job) -> Result:
        worker = self._idle.get()
        try:
            return run_job(job, self._pool, worker.run)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End what runs, forget what waits, and delete every folder."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()
        self._threads.shutdown(wait=True)
        self._folder.cleanup()


def execute(jobs: Iterable[Job], executor: LocalExecutor) -> Iterator[tuple[Job, Result]]:
    """Run all jobs and yield each with its result, in the order in which they end."""
    running = {executor.submit(job): job for job in jobs}
    for future in as_completed(running):
        yield running[future], future.result()


def run_job(job: Job, pool: ServicePool, run: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Result:
    """Get the job its corners of the services it needs, have it run, and give the corners back."""
    environment, writable = base_environment(), []
    other = next((each for each in BY_SUFFIX.values() if each.language == job.snippet.language), None)
    versions = {"Python": ".".join(map(str, sys.version_info[:3]))}
    metadata = job.snippet.metadata
    with contextlib.ExitStack() as corners:
        for name in metadata.services:
            try:
                corner, server = pool.corner(name, isolation=metadata.isolation.get(name))
            except SnippetsRunnerError as error:
                return Result(
                    ending=Ending.NOT_STARTED, status=0, stdout="", stderr="", seconds=0.0, problem=str(error)
                )
            corners.callback(corner.release)
            writable += [str(each) for each in corner.writable]
            for key, value in corner.environment.items():
                environment[key] = value + os.pathsep + environment["PATH"] if key == "PATH" else value
            versions[pool.service(name).title] = server.version
        answer = run(
            {
                "python": sys.executable,
                "file": str(job.snippet.file),
                "program": job.snippet.program if job.snippet.inline else None,
                "doctest": job.snippet.doctest,
                "command": list(other.command) if other else None,
                "environment": environment,
                "writable": writable,
                "timeout": job.timeout,
                "memory": job.memory,
                "processes": job.processes,
                "output": job.output_limit,
            }
        )
    return read_answer(answer, versions=versions)


def base_environment() -> dict[str, str]:
    """Return the environment of a snippet before its services' variables; nothing of the author's own is in it."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    return {
        "PATH": path,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
    }


def read_answer(answer: Mapping[str, Any], *, versions: Mapping[str, str]) -> Result:
    """Make a ``Result`` of a worker's answer."""
    raised = [
        Raised(
            type=each["type"],
            bases=tuple(each["bases"]),
            message=each["message"],
            during=each["during"],
            frames=tuple(
                Frame(file=file, line=line, function=function) for file, line, function in each["frames"]
            ),
        )
        for each in answer.get("raised", [])
    ]
    return Result(
        ending=Ending(answer["ending"]),
        status=answer.get("status", 0),
        stdout=answer.get("stdout", ""),
        stderr=answer.get("stderr", ""),
        seconds=answer.get("seconds", 0.0),
        raised=raised[0] if raised else None,
        escaped=tuple(answer.get("escaped", ())),
        problem=answer.get("problem", ""),
        versions=versions,
        guards=tuple(answer.get("guards", ())),
    )
