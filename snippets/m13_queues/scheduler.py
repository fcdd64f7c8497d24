# /// script
# requires-python = ">=3.11"
# dependencies = ["cronsim>=2.6", "psycopg[binary]>=3.2", "tzdata>=2024.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Cron when the clocks change, three schedulers with one run a tick, and outages."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import psycopg
from cronsim import CronSim

OSLO = ZoneInfo("Europe/Oslo")
DATABASE = os.environ["DATABASE_URL"]


# --8<-- [start:dst]
def ticks(expression: str, after: datetime, count: int) -> list[str]:
    """The next ticks, with their offset from UTC, which tells doubled hours apart."""
    found = islice(CronSim(expression, after), count)
    return [f"{tick:%d %b %H:%M}{tick:%z}"[:-2] for tick in found]


def dst() -> None:
    spring = datetime(2026, 3, 28, 12, tzinfo=OSLO)
    autumn = datetime(2026, 10, 24, 12, tzinfo=OSLO)
    print("02:30 daily, hour skipped: ", ticks("30 2 * * *", spring, 3))
    print("02:30 daily, hour doubled: ", ticks("30 2 * * *", autumn, 3))
    last = datetime(2026, 10, 25, 1, 45, tzinfo=OSLO)
    print("*/30, hour doubled:        ", ticks("*/30 * * * *", last, 5))
    december = datetime(2026, 12, 10, tzinfo=OSLO)
    print("13th *or* Friday:          ", ticks("0 9 13 * FRI", december, 3))
# --8<-- [end:dst]


# --8<-- [start:claim]
def nobody_asks(db: psycopg.Connection, tick: datetime) -> bool:
    return True


def by_lock(db: psycopg.Connection, tick: datetime) -> bool:
    """Only the holder schedules; the lock ends with its session, however that ends."""
    return bool(db.execute("SELECT pg_try_advisory_lock(13, 7)").fetchone() == (True,))


def by_key(db: psycopg.Connection, tick: datetime) -> bool:
    """The first to write the tick down owns it, for good."""
    claim = "INSERT INTO claimed VALUES ('report', %s) ON CONFLICT DO NOTHING"
    return db.execute(claim, [tick]).rowcount == 1
# --8<-- [end:claim]


# --8<-- [start:contest]
Claim = Callable[[psycopg.Connection, datetime], bool]


def contest(may_run: Claim, schedule: list[datetime]) -> int:
    """Three schedulers meet at every tick; return how many runs there were."""
    runs: list[datetime] = []
    together = Barrier(3)

    def scheduler() -> None:
        with psycopg.connect(DATABASE, autocommit=True) as db:
            for tick in schedule:
                together.wait(timeout=10)
                if may_run(db, tick):
                    runs.append(tick)
            together.wait(timeout=10)  # nobody leaves, and frees a lock, too soon

    threads = [Thread(target=scheduler) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(runs)
# --8<-- [end:contest]


# --8<-- [start:catchup]
def missed(
    policy: str, last: datetime, now: datetime, grace: timedelta
) -> list[datetime]:
    """Which of the ticks between the last run and now are to be run after all?"""
    due = [tick for tick in islice(CronSim("0 * * * *", last), 100) if tick <= now]
    if policy == "catch up":
        return due  # each hour has its own work
    if policy == "coalesce":
        return due[-1:]  # one run does for all
    return [tick for tick in due[-1:] if now - tick <= grace]  # skip the old
# --8<-- [end:catchup]


dst()
schedule = list(islice(CronSim("0 * * * *", datetime(2026, 11, 30, tzinfo=UTC)), 8))
with psycopg.connect(DATABASE, autocommit=True) as connection:
    connection.execute("CREATE TABLE claimed (job text, tick timestamptz, PRIMARY KEY (job, tick))")
runs = {claim.__name__: contest(claim, schedule) for claim in (nobody_asks, by_lock, by_key)}
for name, count in runs.items():
    print(f"3 schedulers, 8 ticks, {name:<11}: {count} runs, runs per tick {count // 8}")
assert runs == {"nobody_asks": 24, "by_lock": 8, "by_key": 8}

down, up = datetime(2026, 11, 30, 2, 0, tzinfo=UTC), datetime(2026, 11, 30, 6, 20, tzinfo=UTC)
grace, policies = timedelta(minutes=5), ("catch up", "coalesce", "skip")
after = {name: missed(name, down, up, grace) for name in policies}
for name, due in after.items():
    print(f"down from 02:00 to 06:20, {name:<8}: {[f'{tick:%H:%M}' for tick in due]}")
assert [len(due) for due in after.values()] == [4, 1, 0]
