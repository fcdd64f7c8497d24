"""Have jobs run side by side, by whatever executor there is, and make a ``Result`` of each answer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from queue import SimpleQueue
from subprocess import SubprocessError
from typing import Any, Protocol

from snippets_runner.conditions import Conditions
from snippets_runner.errors import SnippetsRunnerError
from snippets_runner.languages.compiled import compile_for
from snippets_runner.languages.programs import BY_LANGUAGE, version_of
from snippets_runner.model import Ending, Frame, Job, Raised, Result
from snippets_runner.services.pool import ServicePool


class Executor(Protocol):
    """Whoever runs jobs: this machine's workers, or those of a cluster."""

    def submit(self, job: Job) -> Future[Result]:
        """Run a job when there is room for it; whatever the snippet does is a result, not an exception."""
        ...

    def close(self) -> None:
        """End what runs, forget what waits, and leave nothing behind."""
        ...


def execute(jobs: Iterable[Job], executor: Executor) -> Iterator[tuple[Job, Result]]:
    """Run all jobs and yield each with its result, in the order in which they end.

    ``concurrent.futures.as_completed`` would wait for ever: it is not told of what is cancelled before it begins.

    Raises:
        CancelledError: the executor was closed meanwhile, from another thread.
    """
    running = {executor.submit(job): job for job in jobs}
    done: SimpleQueue[Future[Result]] = SimpleQueue()
    for future in running:
        future.add_done_callback(done.put)
    for _ in running:
        future = done.get()
        yield running[future], future.result()


def run_job(
    job: Job,
    pool: ServicePool,
    run: Callable[[Mapping[str, Any]], dict[str, Any]],
    *,
    conditions: Conditions,
) -> Result:
    """Get the job its corners of the services it needs, have it run, and give the corners back."""
    environment, writable = conditions.environment(), []
    other = BY_LANGUAGE.get(job.snippet.language)
    versions: dict[str, str] = {} if other else {"Python": conditions.version}
    metadata = job.snippet.metadata
    with contextlib.ExitStack() as corners:
        for name in metadata.services:
            try:
                corner, server = pool.corner(name, isolation=metadata.isolation.get(name))
            except (SnippetsRunnerError, OSError, SubprocessError) as error:  # one snippet less, and no more
                return Result(
                    ending=Ending.NOT_STARTED, status=0, stdout="", stderr="", seconds=0.0, problem=str(error)
                )
            corners.callback(corner.release)
            writable += [str(each) for each in corner.writable]
            for key, value in corner.environment.items():
                environment[key] = value + os.pathsep + environment["PATH"] if key == "PATH" else value
            versions[pool.service(name).title] = server.version
        file = str(job.snippet.file)
        if other:
            path, text = environment["PATH"], job.snippet.program
            environment |= {**dict(other.variables), **compile_for(other, text, cache=pool.cache, path=path)}
            versions = {other.title: told, **versions} if (told := version_of(other, path)) else versions
            file += other.suffix if job.snippet.inline else ""
        answer = run(
            {
                "python": str(conditions.interpreter),
                "bubblewrap": conditions.bubblewrap,
                "file": file,
                "program": job.snippet.program if job.snippet.inline else None,
                "doctest": job.snippet.doctest,
                "command": list(other.command) if other else None,
                "environment": environment,
                "writable": writable,
                "timeout": job.timeout,
                "network": metadata.network,
                "memory": job.memory,
                "processes": job.processes,
                "output": job.output_limit,
            }
        )
    return read_answer(answer, versions=versions)


def read_answer(answer: Mapping[str, Any], *, versions: Mapping[str, str]) -> Result:
    """Make a ``Result`` of a worker's answer."""
    raised = [
        Raised(
            type=each["type"],
            bases=tuple(each["bases"]),
            message=each["message"],
            during=each["during"],
            frames=tuple(
                Frame(file=file, line=line, function=function, column=column)
                for file, line, function, column in each["frames"]
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
        left=tuple(answer.get("left", ())),
        problem=answer.get("problem", ""),
        versions=versions,
        guards=tuple(answer.get("guards", ())),
    )
