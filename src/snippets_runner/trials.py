"""Run the snippets on the newest of everything they declare, and on every Python here.

Those in other languages, which declare no packages, run once, on the programs and services that the machine has now.

Nothing that it makes is kept: each environment is made, used and deleted, and neither the ledger nor a recording is
written. As many environments are made and used side by side as snippets may run at once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.compare import compare
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.discover import discover
from snippets_runner.drift import Drift, Trial, Verdict
from snippets_runner.environments import NotMadeError, Python, Uv, choose
from snippets_runner.execute import execute
from snippets_runner.executors import is_wrapped
from snippets_runner.languages.programs import BY_SUFFIX
from snippets_runner.ledger import read_ledger
from snippets_runner.local import LocalExecutor, to_preload
from snippets_runner.model import Snippet, Status
from snippets_runner.obstacles import why_skipped
from snippets_runner.plan import job_of, select
from snippets_runner.services.pool import SERVICES, ServicePool


class DriftObserver:
    """Is told what happens while it happens, from several threads; does nothing unless a door overrides it."""

    def planned(self, trials: int) -> None:
        """Take note of how many trials there will be."""

    def began(self, python: str, snippets: Sequence[Snippet]) -> None:
        """Take note that an environment is made for these snippets."""

    def ended(self, trial: Trial) -> None:
        """Take note that one is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Snippets that can share an environment, and the Python of it; None for those that need no environment."""

    python: Python | None
    snippets: tuple[Snippet, ...]


class Laboratory:
    """Makes environments and runs snippets in them, a limited number at once."""

    def __init__(self, config: Config, *, uv: Uv, pool: ServicePool, observer: DriftObserver) -> None:
        """Begin with nothing running.

        Raises:
            CannotRunError: bubblewrap is set, and not here.
        """
        self._config, self._uv, self._pool, self._observer = config, uv, pool, observer
        self._wrapped = is_wrapped(config)
        self._gate = threading.Semaphore(config.workers)
        self._lock, self._closed = threading.Lock(), False
        self._running: set[LocalExecutor] = set()
        self._threads = ThreadPoolExecutor(max_workers=config.workers, thread_name_prefix="drift")

    def submit(self, tried: Set) -> Future[list[Trial]]:
        """Try a set when there is room for it."""
        return self._threads.submit(lambda: list(self._try(tried)))

    def close(self) -> None:
        """End what runs, and wait until its environments are deleted."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._uv.close()
        for executor in running:
            executor.close()
        self._threads.shutdown(wait=True)

    def _try(self, tried: Set) -> Iterator[Trial]:
        """Make the environment, run in it what can run there, and delete it."""
        for trial in self._trials(tried):
            self._observer.ended(trial)
            yield trial

    def _trials(self, tried: Set) -> Iterator[Trial]:
        python, version = tried.python, tried.python.version if tried.python else ""
        reasons = {each.id: self._why_not(each, version) for each in tried.snippets}
        for snippet in tried.snippets:
            if reason := reasons[snippet.id]:
                yield _untried(snippet, version, Verdict.SKIPPED, reason)
        runnable = [each for each in tried.snippets if not reasons[each.id]]
        if not runnable:
            return
        self._observer.began(version, runnable)
        if python is None:
            yield from self._run(runnable, Conditions(bubblewrap=self._wrapped), {}, version="")
            return
        with tempfile.TemporaryDirectory(prefix="snippets-drift-", ignore_cleanup_errors=True) as folder:
            try:
                environment = self._uv.make(Path(folder, "venv"), python, runnable[0])
            except NotMadeError as error:
                yield from (_untried(each, version, Verdict.NOT_MADE, error.message) for each in runnable)
                return
            conditions = Conditions(
                interpreter=environment.interpreter, version=version, bubblewrap=self._wrapped
            )
            yield from self._run(runnable, conditions, environment.packages, version=version)

    def _why_not(self, snippet: Snippet, python: str) -> str:
        """Return why a snippet does not run on that Python here, or nothing."""
        if snippet.problems:
            return snippet.problems[0].message
        unknown = [name for name in snippet.metadata.services if name not in SERVICES]
        if unknown:
            return f"there is no service `{unknown[0]}`"
        if missing := self._missing(snippet):
            return missing
        return why_skipped(snippet, self._pool, **({"python": python} if python else {}))

    def _missing(self, snippet: Snippet) -> str:
        """Return that the program of a snippet's language is not here, if neither this machine nor a service has it."""
        program = next((each for each in BY_SUFFIX.values() if each.language == snippet.language), None)
        if program is None or program.services:
            return ""
        if shutil.which(program.command[0], path=Conditions().environment()["PATH"]):
            return ""
        return f"{program.title} is not on this machine"

    def _run(
        self,
        snippets: Sequence[Snippet],
        conditions: Conditions,
        packages: Mapping[str, str],
        *,
        version: str,
    ) -> Iterator[Trial]:
        jobs = [
            job_of(snippet, config=self._config, services=dict.fromkeys(snippet.metadata.services, ""))
            for snippet in snippets
        ]
        executor = LocalExecutor(
            self._pool,
            workers=min(self._config.workers, len(jobs)),
            preload=to_preload(self._config, jobs),
            conditions=conditions,
            gate=self._gate,
        )
        with ExitStack() as stack:
            stack.callback(executor.close)
            with self._lock:
                if self._closed:
                    return
                self._running.add(executor)
            for job, result in execute(jobs, executor):
                outcome = compare(job, result, record=self._config.recordings)
                yield Trial(
                    snippet=job.snippet,
                    python=version,
                    verdict=Verdict.HOLDS if outcome.status is Status.PASSED else Verdict.BROKE,
                    packages=packages,
                    versions={**({"Python": version} if version else {}), **result.versions},
                    findings=outcome.findings,
                )


def _untried(snippet: Snippet, python: str, verdict: Verdict, reason: str) -> Trial:
    return Trial(snippet=snippet, python=python, verdict=verdict, packages={}, reason=reason)


def run(
    config: Config, words: Iterable[str] = (), *, pythons: Iterable[str] = (), observer: DriftObserver
) -> Drift:
    """Try the selected snippets in new environments on the Pythons of these versions; on all, without any.

    Raises:
        ConfigurationError: a word names no snippet, or a version no Python that is here.
        CannotRunError: uv is not here, or bubblewrap, where that is set.
    """
    trials: list[Trial] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="snippets-drift-"))
        pool = stack.enter_context(ServicePool(cache=config.cache_folder))
        uv = Uv(Path(folder))
        chosen = choose(uv.pythons(), pythons)
        asked = select(discover(config), words)
        snippets = [each for each in asked if _needs_python(each)]
        others = tuple(each for each in asked if not _needs_python(each))
        observer.planned(len(snippets) * len(chosen) + len(others))
        laboratory = Laboratory(config, uv=uv, pool=pool, observer=observer)
        stack.callback(laboratory.close)
        sets = [Set(python=python, snippets=alike) for python in chosen for alike in _by_needs(snippets)]
        sets += [Set(python=None, snippets=others)] if others else []
        for future in as_completed([laboratory.submit(each) for each in sets]):
            trials += future.result()
    order = [*(python.version for python in chosen), ""]
    trials.sort(key=lambda trial: (trial.snippet.id, order.index(trial.python)))
    return Drift(
        pythons=tuple(order[:-1]),
        trials=tuple(trials),
        ledger=read_ledger(config.ledger_file),
    )


def _needs_python(snippet: Snippet) -> bool:
    """Tell whether an environment matters to a snippet: it is Python, or it declares Python packages."""
    return snippet.language == "python" or bool(snippet.metadata.dependencies)


def _by_needs(snippets: Iterable[Snippet]) -> list[tuple[Snippet, ...]]:
    """Put together what can share an environment: the same requirements, from the same folders."""
    sets: dict[tuple[object, ...], list[Snippet]] = {}
    for snippet in snippets:
        folders = {
            name: os.path.normpath(snippet.file.parent / path)
            for name, path in snippet.metadata.sources.items()
        }
        needs = (frozenset(snippet.metadata.dependencies), frozenset(folders.items()))
        sets.setdefault(needs, []).append(snippet)
    return [tuple(each) for each in sets.values()]
