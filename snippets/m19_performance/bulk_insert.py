# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# redact = [{ pattern = ' +\d+ ms', as = " … ms" }, { pattern = ' +[\d.]+x', as = " …x" }]
# ///
"""The same 3,000 rows stored in five ways, from one statement a row to COPY."""

import os
import time
from collections.abc import Callable

import psycopg

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("CREATE TABLE reading (sensor int, taken_at int, celsius real, PRIMARY KEY (sensor, taken_at))")
ROWS = [(number % 50, number, 20 + number % 9 / 2) for number in range(3_000)]
INSERT = "INSERT INTO reading VALUES (%s, %s, %s)"


# --8<-- [start:ways]
def one_by_one() -> None:
    for row in ROWS:
        db.execute(INSERT, row)  # a round trip and a commit for each


def one_transaction() -> None:
    with db.transaction():
        for row in ROWS:
            db.execute(INSERT, row)  # still a round trip for each


def executemany() -> None:
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(INSERT, ROWS)  # psycopg 3 pipelines these


def multi_row() -> None:
    sensors, times, celsius = (list(column) for column in zip(*ROWS, strict=True))
    db.execute(
        "INSERT INTO reading SELECT * FROM unnest(%s::int[], %s::int[], %s::real[])",
        (sensors, times, celsius),
    )


def copy() -> None:
    with db.cursor() as cursor, cursor.copy("COPY reading FROM STDIN") as stream:
        for row in ROWS:
            stream.write_row(row)
# --8<-- [end:ways]


def content() -> tuple[object, ...] | None:
    query = "SELECT count(*), sum(taken_at), sum(sensor), sum(celsius::numeric) FROM reading"
    return db.execute(query).fetchone()


# --8<-- [start:compare]
def measure(way: Callable[[], None], rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        db.execute("TRUNCATE reading")
        start = time.perf_counter()
        way()
        best = min(best, time.perf_counter() - start)
    return best


took, contents = {}, set()
for setting in ("fsync", "synchronous_commit"):
    print(f"{setting}:", *(db.execute(f"SHOW {setting}").fetchone() or ()))
for way in (one_by_one, one_transaction, executemany, multi_row, copy):
    took[way] = measure(way)
    contents.add(content())
    gain = took[one_by_one] / took[way]
    print(f"{way.__name__:<16}{took[way] * 1_000:>6.0f} ms {gain:>6.1f}x")
print(f"{len(ROWS)} rows each time, the same content:", len(contents) == 1)
# --8<-- [end:compare]
assert len(contents) == 1
assert took[copy] * 5 < took[one_by_one] and took[multi_row] * 4 < took[one_by_one]
assert took[executemany] < took[one_transaction]
