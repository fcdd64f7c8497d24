"""Which pages will lie next? Run the snippets on the newest of everything they declare, and on every Python here.

Nothing that it makes is kept: each environment is made, used and deleted, and neither the ledger nor a recording is
written.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from snippets_runner.compare import compare
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.discover import discover
from snippets_runner.environments import Environment, NotMadeError, Python, Uv, choose
from snippets_runner.execute import execute
from snippets_runner.finding import Finding, SnippetId
from snippets_runner.ledger import Ledger, read_ledger
from snippets_runner.local import LocalExecutor, to_preload
from snippets_runner.model import Outcome, Snippet, Status
from snippets_runner.plan import job_of, select, why_skipped
from snippets_runner.services.pool import SERVICES, ServicePool


class Verdict(Enum):
    """What became of one snippet in one environment."""

    HOLDS = "holds"
    BROKE = "broke"
    NOT_MADE = "not made"
    """There is no environment to run it in."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is newer, or older, than when the snippet last passed."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """Word it: ``between redis 5.2.1 and 8.0.0``."""
        return f"between {self.name} {self.before} and {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One snippet in one environment."""

    snippet: Snippet
    python: str
    """The version."""
    verdict: Verdict
    packages: Mapping[str, str]
    """What was installed, by name."""
    findings: tuple[Finding, ...] = ()
    """What broke."""
    reason: str = ""
    """Why it did not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Everything that was tried."""

    pythons: tuple[str, ...]
    trials: tuple[Trial, ...]
    """By snippet, then by Python."""
    ledger: Ledger
    """What passed when, before."""

    def of(self, verdict: Verdict) -> list[Trial]:
        """Return the trials that ended so."""
        return [trial for trial in self.trials if trial.verdict is verdict]

    def changes(self, trial: Trial) -> list[Change]:
        """Return what may have broken a trial: what changed since the snippet passed, and never in one that held."""
        held = [
            {(each.name, each.after) for each in self._since_passed(other)}
            for other in self.of(Verdict.HOLDS)
            if other.snippet.id == trial.snippet.id
        ]
        innocent = set().union(*held)
        every = self._since_passed(trial)
        return [each for each in every if (each.name, each.after) not in innocent] or every

    def passed_before(self, snippet: SnippetId) -> str:
        """Return when the snippet last passed; nothing if the ledger does not know it as passed."""
        entry = self.ledger.entries.get(snippet)
        return entry.time if entry and entry.status is Status.PASSED else ""

    def _since_passed(self, trial: Trial) -> list[Change]:
        entry = self.ledger.entries.get(trial.snippet.id)
        if entry is None or entry.status is not Status.PASSED:
            return []
        before = {"Python": entry.versions.get("Python", ""), **entry.dependencies}
        after = {"Python": trial.python, **declared(trial.snippet, trial.packages)}
        return [
            Change(name=name, before=before[name], after=version)
            for name, version in after.items()
            if before.get(name) and version and before[name] != version
        ]


class DriftObserver:
    """Is told what happens while it happens; does nothing unless a door overrides it."""

    def planned(self, trials: int) -> None:
        """Take note of how many trials there will be."""

    def began(self, python: str, snippets: Sequence[Snippet]) -> None:
        """Take note that an environment is made for these snippets."""

    def ended(self, trial: Trial) -> None:
        """Take note that one is done."""


def declared(snippet: Snippet, packages: Mapping[str, str]) -> dict[str, str]:
    """Return the installed version of each distribution that a snippet declares."""
    names = [
        canonicalize_name(Requirement(text).name)
        for text in snippet.metadata.dependencies
        if Requirement(text).name not in snippet.metadata.sources
    ]
    return {str(name): packages.get(name, "") for name in names}


def run(
    config: Config, words: Iterable[str] = (), *, pythons: Iterable[str] = (), observer: DriftObserver
) -> Drift:
    """Try the selected snippets in new environments on the Pythons of these versions; on all, without any.

    Raises:
        ConfigurationError: a word names no snippet, or a version no Python that is here.
        CannotRunError: uv is not here.
    """
    trials = []
    with (
        tempfile.TemporaryDirectory(prefix="snippets-drift-") as folder,
        ServicePool(cache=config.cache_folder) as pool,
    ):
        uv = Uv(Path(folder))
        chosen = choose(uv.pythons(), pythons)
        snippets = [each for each in select(discover(config), words) if each.language == "python"]
        observer.planned(len(snippets) * len(chosen))
        for python in chosen:
            for alike in _by_needs(snippets):
                for trial in _try(alike, python, config=config, uv=uv, pool=pool, observer=observer):
                    observer.ended(trial)
                    trials.append(trial)
    order = [python.version for python in chosen]
    trials.sort(key=lambda trial: (trial.snippet.id, order.index(trial.python)))
    return Drift(pythons=tuple(order), trials=tuple(trials), ledger=read_ledger(config.ledger_file))


def _by_needs(snippets: Iterable[Snippet]) -> list[list[Snippet]]:
    """Put together what can share an environment: the same requirements, from the same folders."""
    sets: dict[tuple[object, ...], list[Snippet]] = {}
    for snippet in snippets:
        folders = {
            name: os.path.normpath(snippet.file.parent / path)
            for name, path in snippet.metadata.sources.items()
        }
        needs = (frozenset(snippet.metadata.dependencies), frozenset(folders.items()))
        sets.setdefault(needs, []).append(snippet)
    return list(sets.values())


def _try(
    snippets: Sequence[Snippet],
    python: Python,
    *,
    config: Config,
    uv: Uv,
    pool: ServicePool,
    observer: DriftObserver,
) -> Iterator[Trial]:
    """Make one environment, run in it what can run there, and delete it."""
    runnable = []
    for snippet in snippets:
        if reason := _why_not(snippet, python, pool):
            yield _trial(snippet, python, Verdict.SKIPPED, reason=reason)
        else:
            runnable.append(snippet)
    if not runnable:
        return
    observer.began(python.version, runnable)
    with tempfile.TemporaryDirectory(prefix="snippets-drift-") as folder:
        try:
            environment = uv.make(Path(folder, "venv"), python, runnable[0])
        except NotMadeError as error:
            for snippet in runnable:
                yield _trial(snippet, python, Verdict.NOT_MADE, reason=error.message)
            return
        for outcome in _run(runnable, python, environment, config=config, pool=pool):
            verdict = Verdict.HOLDS if outcome.status is Status.PASSED else Verdict.BROKE
            yield _trial(
                outcome.job.snippet,
                python,
                verdict,
                packages=environment.packages,
                findings=outcome.findings,
            )


def _why_not(snippet: Snippet, python: Python, pool: ServicePool) -> str:
    if snippet.problems:
        return snippet.problems[0].message
    unknown = [name for name in snippet.metadata.services if name not in SERVICES]
    return (
        f"there is no service `{unknown[0]}`"
        if unknown
        else why_skipped(snippet, pool, python=python.version)
    )


def _trial(
    snippet: Snippet,
    python: Python,
    verdict: Verdict,
    *,
    packages: Mapping[str, str] | None = None,
    findings: tuple[Finding, ...] = (),
    reason: str = "",
) -> Trial:
    return Trial(
        snippet=snippet,
        python=python.version,
        verdict=verdict,
        packages=packages or {},
        findings=findings,
        reason=reason,
    )


def _run(
    snippets: Sequence[Snippet],
    python: Python,
    environment: Environment,
    *,
    config: Config,
    pool: ServicePool,
) -> Iterator[Outcome]:
    jobs = [
        job_of(snippet, config=config, services=dict.fromkeys(snippet.metadata.services, ""))
        for snippet in snippets
    ]
    executor = LocalExecutor(
        pool,
        workers=min(config.workers, len(jobs)),
        preload=to_preload(config, jobs),
        conditions=Conditions(interpreter=environment.interpreter, version=python.version),
    )
    try:
        for job, result in execute(jobs, executor):
            yield compare(job, result, record=config.recordings)
    finally:
        executor.close()
