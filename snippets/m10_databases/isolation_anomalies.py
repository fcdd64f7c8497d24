# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# redact = [{ pattern = '\d+ retries', as = "… retries" }]
# ///
"""Which anomaly each isolation level lets through, seen by two connections."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure
from retry import with_retry

Db = psycopg.Connection
URL = os.environ["DATABASE_URL"]
TABLES = """
DROP TABLE IF EXISTS account, doctor;
CREATE TABLE account AS SELECT 1 AS id, 100 AS balance;
CREATE TABLE doctor AS SELECT name, true AS on_call FROM (VALUES ('alice'), ('bob')) d (name);
"""
ON_CALL = "SELECT count(*) FROM doctor WHERE on_call"
BALANCE = "SELECT balance FROM account"


def one(db: Db, sql: str) -> int:
    row = db.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


# --8<-- [start:anomalies]
def dirty_read(a: Db, b: Db) -> bool:
    b.execute("UPDATE account SET balance = 0")  # b has not committed
    return one(a, BALANCE) == 0


def non_repeatable_read(a: Db, b: Db) -> bool:
    first = one(a, BALANCE)
    b.execute("UPDATE account SET balance = 0")
    b.commit()
    return one(a, BALANCE) != first


def phantom(a: Db, b: Db) -> bool:
    first = one(a, ON_CALL)
    b.execute("INSERT INTO doctor VALUES ('carol', true)")
    b.commit()
    return one(a, ON_CALL) != first


def lost_update(a: Db, b: Db) -> bool:
    seen_by_a, seen_by_b = one(a, BALANCE), one(b, BALANCE)
    a.execute("UPDATE account SET balance = %s", [seen_by_a + 10])
    a.commit()
    b.execute("UPDATE account SET balance = %s", [seen_by_b + 10])
    b.commit()
    return one(a, BALANCE) != 120


def write_skew(a: Db, b: Db) -> bool:
    assert one(a, ON_CALL) == one(b, ON_CALL) == 2  # "the other one stays, so I may go"
    a.execute("UPDATE doctor SET on_call = false WHERE name = 'alice'")
    b.execute("UPDATE doctor SET on_call = false WHERE name = 'bob'")
    a.commit()
    b.commit()
    return one(a, ON_CALL) == 0
# --8<-- [end:anomalies]


def outcome(anomaly: Callable[[Db, Db], bool], level: IsolationLevel) -> str:
    with psycopg.connect(URL, autocommit=True) as setup:
        setup.execute(TABLES)
    a, b = psycopg.connect(URL), psycopg.connect(URL)
    with closing(a), closing(b):  # closed in the middle of a transaction: rolled back
        a.isolation_level = b.isolation_level = level
        try:
            return "yes" if anomaly(a, b) else "no"
        except SerializationFailure as error:
            return f"stopped {error.sqlstate}"


ANOMALIES = [dirty_read, non_repeatable_read, phantom, lost_update, write_skew]
matrix = {level.name: [outcome(anomaly, level) for anomaly in ANOMALIES] for level in IsolationLevel}
print((" " * 20 + "".join(f"{level:<17}" for level in matrix)).rstrip())
for anomaly, answers in zip(ANOMALIES, zip(*matrix.values(), strict=True), strict=True):
    print((f"{anomaly.__name__:<20}" + "".join(f"{each:<17}" for each in answers)).rstrip())


# --8<-- [start:deposits]
def deposits(_: int) -> int:
    with psycopg.connect(URL, autocommit=True) as db:
        db.isolation_level = IsolationLevel.SERIALIZABLE

        def deposit() -> None:
            db.execute("UPDATE account SET balance = %s", [one(db, BALANCE) + 1])

        return sum(with_retry(db, deposit) for _ in range(25))
# --8<-- [end:deposits]


with psycopg.connect(URL, autocommit=True) as db, ThreadPoolExecutor(4) as pool:
    db.execute(TABLES)
    retries = sum(pool.map(deposits, range(4)))
    balance = one(db, BALANCE)
    print(f"\n100 deposits of 1 by 4 threads, serializable: 100 -> {balance}, {retries} retries")
assert balance == 200
assert matrix["READ_COMMITTED"] == matrix["READ_UNCOMMITTED"] == ["no"] + 4 * ["yes"]
assert matrix["REPEATABLE_READ"] == ["no", "no", "no", "stopped 40001", "yes"]
assert matrix["SERIALIZABLE"] == ["no", "no", "no", "stopped 40001", "stopped 40001"]
