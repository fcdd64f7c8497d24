# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Eight workers drain a table of jobs, and no job runs twice."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg

URL = os.environ["DATABASE_URL"]
db = psycopg.connect(URL, autocommit=True)
db.execute("""
CREATE TABLE job (id int PRIMARY KEY, done_at timestamptz);
CREATE INDEX job_open ON job (id) WHERE done_at IS NULL;  -- as small as the backlog
CREATE TABLE run (job_id int NOT NULL, worker int NOT NULL);
""")
all_have_read = threading.Barrier(8)


# --8<-- [start:naive]
# --8<-- [start:look]
FIRST = """
SELECT id FROM job WHERE done_at IS NULL
ORDER BY id LIMIT 1
"""
# --8<-- [end:look]


def look_then_take(worker: int) -> None:
    """What eight polling workers do if nobody locks: all read the same first row."""
    with psycopg.connect(URL, autocommit=True) as own:
        row = own.execute(FIRST).fetchone()
        all_have_read.wait(timeout=10)
        assert row is not None
        own.execute("INSERT INTO run VALUES (%s, %s)", [row[0], worker])  # the work
        own.execute("UPDATE job SET done_at = now() WHERE id = %s", row)
# --8<-- [end:naive]


# --8<-- [start:worker]
# --8<-- [start:take]
TAKE = """
SELECT id FROM job WHERE done_at IS NULL
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# --8<-- [end:take]


def drain(worker: int) -> int:
    """Take jobs until none is free; the row lock lives as long as the transaction."""
    done = 0
    with psycopg.connect(URL, autocommit=True) as own:
        while True:
            with own.transaction():
                row = own.execute(TAKE).fetchone()
                if row is None:
                    return done
                own.execute("INSERT INTO run VALUES (%s, %s)", [*row, worker])  # work
                own.execute("UPDATE job SET done_at = now() WHERE id = %s", row)
            done += 1
# --8<-- [end:worker]


def fill() -> None:
    db.execute("TRUNCATE job, run")
    db.execute("INSERT INTO job SELECT id FROM generate_series(1, 1000) id")


def runs() -> tuple[int, int]:
    row = db.execute("SELECT count(*), count(*) - count(DISTINCT job_id) FROM run").fetchone()
    assert row is not None
    return row[0], row[1]


with ThreadPoolExecutor(8) as pool:
    fill()
    list(pool.map(look_then_take, range(8)))
    naive = runs()
    print(f"look, then take: {naive[0]} runs, {naive[1]} duplicates")

    fill()
    # --8<-- [start:crash]
    with psycopg.connect(URL) as dies:  # a worker takes job 1 and is lost
        taken = dies.execute(TAKE).fetchone()
        free = db.execute(TAKE).fetchone()
        dies.rollback()  # what the server does when the connection breaks
    again = db.execute(TAKE).fetchone()
    print(f"held by a worker: {taken}, next free: {free}, after its end: {again}")
    # --8<-- [end:crash]

    shares = list(pool.map(drain, range(8)))
    count, duplicates = runs()
    busy = sum(share > 0 for share in shares)
    print(f"SKIP LOCKED: {count} jobs, {duplicates} duplicates, several workers busy: {busy > 1}")
assert naive == (8, 7)
assert (taken, free, again) == ((1,), (2,), (1,))
assert (count, duplicates) == (1000, 0) and sum(shares) == 1000 and busy > 1
