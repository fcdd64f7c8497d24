"""The whole run as one sentence: discover, plan, execute, compare, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from snippets_runner import bless
from snippets_runner.cache import is_untouched
from snippets_runner.compare import compare
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config, ExecutorKind
from snippets_runner.discover import Project, discover
from snippets_runner.entries import updated
from snippets_runner.execute import execute
from snippets_runner.executors import starter
from snippets_runner.finding import Finding, in_order
from snippets_runner.flaky import repeat as flaky_ones
from snippets_runner.languages.level import Level
from snippets_runner.ledger import Ledger, current_commit, read_ledger, write_ledger
from snippets_runner.loopback import loopback_only
from snippets_runner.model import Edit, Job, Outcome, Snippet, Status
from snippets_runner.parts import missing_parts
from snippets_runner.plan import Plan, plan, select
from snippets_runner.services.pool import ServicePool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a run found, for whoever tells it."""

    project: Project
    outcomes: tuple[Outcome, ...]
    """In the order of the snippets' names."""
    edits: tuple[Edit, ...]
    """What an update wrote."""
    ledger: Ledger
    seconds: float

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings of the project and of every outcome, in the order of their places."""
        return in_order(
            [
                *self.project.findings,
                *(finding for outcome in self.outcomes for finding in outcome.findings),
            ]
        )


class Observer:
    """Is told what happens while it happens; does nothing unless a door overrides it."""

    def planned(self, jobs: int, settled: int) -> None:
        """Take note that the work is known."""

    def ended(self, outcome: Outcome) -> None:
        """Take note that one snippet is done."""

    def planned_again(self, jobs: int) -> None:
        """Take note that so many snippets that passed are going to run once more."""

    def ended_again(self) -> None:
        """Take note that one of them is done."""


def run(
    config: Config,
    words: Iterable[str] = (),
    *,
    update: bool = False,
    use_cache: bool = True,
    repeat: int = 0,
    keep: Callable[[Snippet], bool] | None = None,
    project: Project | None = None,
    observer: Observer | None = None,
) -> Report:
    """Check the project, or with ``update`` record what its snippets print; write the ledger.

    ``keep`` narrows the selection further; ``project`` is what was read already; ``repeat`` is how often what passed runs again under other conditions.

    ``words`` name snippets, pages or folders, as for ``plan.select``.

    Raises:
        ConfigurationError: the settings or the words cannot be understood.
        CannotRunError: the machine did not let us.
    """
    began, wanted, watcher = datetime.now(tz=UTC), tuple(words), observer or Observer()
    project = project or discover(config)
    chosen = [snippet for snippet in select(project, wanted) if keep is None or keep(snippet)]
    if wanted:
        project = replace(project, findings=tuple(_about(project, wanted, chosen)))
    ledger = read_ledger(config.ledger_file)
    with ServicePool(cache=config.cache_folder) as pool:
        work = plan(chosen, config=config, ledger=ledger, pool=pool, use_cache=use_cache and not repeat)
        watcher.planned(len(work.jobs), len(work.settled))
        with loopback_only(wanted=_is_alone(work, config, pool)) as guarded:
            guards = ("network",) if guarded else ()
            outcomes, edits = _execute(
                work, config=config, pool=pool, update=update, watcher=watcher, guards=guards
            )
            outcomes = _execute_again(outcomes, number=repeat, config=config, pool=pool, watcher=watcher)
    wrong = {each.job.snippet.id for each in outcomes if each.status is Status.FAILED}
    missing = missing_parts(project.pages, chosen, wrong)  # now: an update has just written the recordings
    project = replace(project, findings=(*project.findings, *missing))
    outcomes.sort(key=lambda outcome: outcome.job.snippet.id)
    new = _recorded(ledger, outcomes, project)
    seconds = (datetime.now(tz=UTC) - began).total_seconds()
    return Report(project=project, outcomes=tuple(outcomes), edits=tuple(edits), ledger=new, seconds=seconds)


def _execute_again(
    outcomes: list[Outcome], *, number: int, config: Config, pool: ServicePool, watcher: Observer
) -> list[Outcome]:
    """Run what passed ``number`` times more under other conditions; return the outcomes with what was flaky."""
    found = flaky_ones(
        tuple(outcomes),
        number=number,
        start=starter(config, pool),
        record=config.recordings,
        planned=watcher.planned_again,
        ended=watcher.ended_again,
    )
    flaky = {outcome.job.snippet.id: outcome for outcome in found}
    return [flaky.get(each.job.snippet.id, each) for each in outcomes]


def _recorded(ledger: Ledger, outcomes: list[Outcome], project: Project) -> Ledger:
    """Write the ledger with the outcomes in it, and return it."""
    config = project.config
    new = updated(
        ledger,
        outcomes,
        known=project.snippets,
        levels=_levels(project, outcomes),
        commit=current_commit(config.root),
        now=datetime.now(tz=UTC),
    )
    write_ledger(config.ledger_file, new)
    return new


def _levels(project: Project, outcomes: Iterable[Outcome]) -> Mapping[Level, int]:
    """Return how many blocks were run, validated and shown: one with a snippet that is skipped here is only shown."""
    skipped = {each.job.snippet.id for each in outcomes if each.status is Status.SKIPPED}
    left = sum(not skipped.isdisjoint(names) for names in project.runs)
    levels = project.levels
    return {
        **levels,
        Level.RUN: levels[Level.RUN] - left,
        Level.SHOWN: levels[Level.SHOWN] + left,
    }


def _is_alone(work: Plan, config: Config, pool: ServicePool) -> bool:
    """Tell whether the jobs need nothing but this machine, so that the network may end there."""
    local = config.executor is ExecutorKind.LOCAL
    return local and bool(work.jobs) and not pool.external(work.services)


def _execute(
    work: Plan, *, config: Config, pool: ServicePool, update: bool, watcher: Observer, guards: tuple[str, ...]
) -> tuple[list[Outcome], list[Edit]]:
    """Run the plan's jobs, record what they print if that is wanted, and hold each against its recording."""
    pool.prestart(work.services if config.executor is ExecutorKind.LOCAL else ())
    outcomes, edits = list(work.settled), list[Edit]()
    executor = starter(config, pool)(work.jobs, Conditions())
    try:
        for job, bare in execute(work.jobs, executor):
            result, untouched = replace(bare, guards=(*bare.guards, *guards)), is_untouched(job)
            blessed = tuple(bless.bless(job, result)) if update else ()
            bless.apply(blessed)
            edits += blessed
            settled = _again(job, config=config, pool=pool) if blessed else job
            settled = settled if untouched else settled.unkept()
            outcomes.append(compare(settled, result, record=config.recordings))
            watcher.ended(outcomes[-1])
    except BaseException:
        pool.give_up()
        raise
    finally:
        executor.close()
    return outcomes, edits


def _about(project: Project, words: Iterable[str], snippets: Iterable[Snippet]) -> Iterator[Finding]:
    """Yield the project's findings that are in the paths, or in the snippets, that the words name."""
    tops = [Path(word).resolve() for word in words] + [snippet.file.resolve() for snippet in snippets]
    for finding in project.findings:
        file = (project.config.root / finding.where.path).resolve()
        if any(file.is_relative_to(top) for top in tops):
            yield finding


def _again(job: Job, *, config: Config, pool: ServicePool) -> Job:
    """Return the job with the digest and key that its new recording gives it."""
    return plan([job.snippet], config=config, ledger=Ledger(), pool=pool, use_cache=False).jobs[0]
