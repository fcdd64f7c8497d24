"""Find snippets that pass by luck: run what passed again, under conditions that must not matter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from snippets_runner.compare import compare, redact
from snippets_runner.conditions import Conditions
from snippets_runner.difference import unified
from snippets_runner.endings import finding_at
from snippets_runner.execute import execute
from snippets_runner.executors import Start
from snippets_runner.finding import Code, Finding
from snippets_runner.model import Job, Outcome, Result, Status

ZONES = ("Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "Pacific/Pago_Pago", "Europe/Oslo")
"""Time zones in which it is another day, or the minutes are others, or the clock changes in summer."""


def rounds(number: int) -> Iterator[Conditions]:
    """Yield the conditions of each round: another hash seed and another time zone."""
    for each in range(number):
        yield Conditions(seed=each + 1, timezone=ZONES[each % len(ZONES)])


def repeat(
    outcomes: Iterable[Outcome],
    *,
    number: int,
    start: Start,
    record: bool,
    planned: Callable[[int], None],
    ended: Callable[[], None],
) -> Iterator[Outcome]:
    """Run what passed ``number`` times more, in other orders too; yield an outcome for what gave something else.

    ``planned`` is told how many runs a round has, ``ended`` of each run.
    """
    left = {each.job.snippet.id: each for each in outcomes if each.status is Status.PASSED and each.result}
    for turn, conditions in enumerate(rounds(number), start=1):
        jobs = [each.job for each in left.values()]
        random.Random(turn).shuffle(jobs)
        planned(len(jobs))
        executor = start(jobs, conditions)
        try:
            for job, result in execute(jobs, executor):
                ended()
                first = left[job.snippet.id]
                if finding := _differs(first, job, result, turn=turn, conditions=conditions, record=record):
                    del left[job.snippet.id]
                    yield replace(first, status=Status.FAILED, findings=(finding,))
        finally:
            executor.close()


def _differs(
    first: Outcome, job: Job, result: Result, *, turn: int, conditions: Conditions, record: bool
) -> Finding | None:
    """Return what another run gave, if it is not what the first one did."""
    assert first.result is not None
    other = compare(job, result, record=record)
    rules = job.snippet.metadata.redactions
    before, after = redact(first.result.stdout, rules), redact(result.stdout, rules)
    if other.status is Status.PASSED and before == after:
        return None
    how = f"hash seed {conditions.seed}, time zone {conditions.timezone} and another order"
    told = [f"{each.code.value}: {each.message}" for each in other.findings]
    if before != after:
        told += unified(before, after, names=("first run", f"run {turn + 1}, {how}"))
    else:
        told += [each.details for each in other.findings if each.details]
    return finding_at(
        job.snippet,
        Code.FLAKY,
        f"gave something else in run {turn + 1}, with {how}",
        "sort what comes from a set, name the time zone, wait on a condition instead of a time; "
        f"snippets-runner check {job.snippet.id} --repeat {turn}",
        details="\n".join(told),
    )
