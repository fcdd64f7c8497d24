# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Move 100 between accounts: once, whole or not at all, and without a deadlock."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg

Db = psycopg.Connection
URL = os.environ["DATABASE_URL"]
db = psycopg.connect(URL, autocommit=True)

# --8<-- [start:schema]
SCHEMA = """
CREATE TABLE account (
    id      int PRIMARY KEY,
    email   text NOT NULL UNIQUE,
    balance numeric(12, 2) NOT NULL CHECK (balance >= 0)
);
CREATE TABLE transfer (
    key       uuid PRIMARY KEY,                      -- the client's idempotency key
    from_id   int NOT NULL REFERENCES account ON DELETE RESTRICT,
    to_id     int NOT NULL REFERENCES account ON DELETE RESTRICT,
    amount    numeric(12, 2) NOT NULL CHECK (amount > 0),
    booked_at timestamptz NOT NULL DEFAULT now(),
    CHECK (from_id <> to_id)
);
CREATE TABLE device (                                -- worth nothing without its owner
    id int PRIMARY KEY,
    account_id int NOT NULL REFERENCES account ON DELETE CASCADE
);
"""
# --8<-- [end:schema]


# --8<-- [start:transfer]
def transfer(db: Db, key: str, source: int, to: int, amount: Decimal) -> str:
    """Book the transfer once; where a rule is broken, raise and change nothing."""
    with db.transaction():
        booked = db.execute(
            "INSERT INTO transfer (key, from_id, to_id, amount) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO NOTHING",
            [key, source, to, amount],
        )
        if booked.rowcount == 0:
            same = db.execute(
                "SELECT (from_id, to_id, amount) = (%s, %s, %s)"
                " FROM transfer WHERE key = %s",
                [source, to, amount, key],
            ).fetchone()
            if same != (True,):
                raise ValueError("key was used for another transfer")
            return "already done"
        changes = sorted([(source, -amount), (to, amount)])  # locks in the order of ids
        for account, change in changes:
            changed = db.execute(
                "UPDATE account SET balance = balance + %s WHERE id = %s",
                [change, account],
            )
            if changed.rowcount != 1:
                raise LookupError(f"no account {account}")
    return "booked"
# --8<-- [end:transfer]


def attempt(title: str, number: int, source: int, to: int, amount: int) -> None:
    key = f"00000000-0000-4000-8000-{number:012}"
    try:
        answer = transfer(db, key, source, to, Decimal(amount))
    except (psycopg.Error, ValueError) as error:
        sqlstate = getattr(error, "sqlstate", None)
        answer = f"{type(error).__name__} {sqlstate}" if sqlstate else str(error)
    balances = [str(row[0]) for row in db.execute("SELECT balance FROM account ORDER BY id")]
    print(f"{title:<24}{answer:<36}{balances}")
    assert sum(map(Decimal, balances)) == 600


def deadlocks(first: tuple[int, int], second: tuple[int, int]) -> int:
    """Let two transactions each take two row locks, in the orders given."""
    meet = threading.Barrier(2)

    def take(order: tuple[int, int]) -> int:
        with psycopg.connect(URL) as own:
            own.execute("SET deadlock_timeout = '100ms'")
            own.commit()
            try:
                for step, account in enumerate(order):
                    own.execute("UPDATE account SET balance = balance + 0 WHERE id = %s", [account])
                    if step == 0 and first != second:
                        meet.wait(timeout=10)  # both hold their first lock now
            except psycopg.errors.DeadlockDetected:
                own.rollback()
                return 1
        return 0

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(take, [first, second]))


db.execute(SCHEMA)
db.execute("INSERT INTO account VALUES (1, 'a@x.test', 200), (2, 'b@x.test', 200), (3, 'c@x.test', 200)")
attempt("100 from 1 to 2", 1, 1, 2, 100)
attempt("the same, sent again", 1, 1, 2, 100)
attempt("same key, other amount", 1, 1, 2, 50)
attempt("500 from 1 to 2", 2, 1, 2, 500)
attempt("minus 100", 3, 1, 2, -100)
attempt("to an unknown account", 4, 1, 9, 100)
opposite, ordered = deadlocks((1, 2), (2, 1)), deadlocks((1, 2), (1, 2))
print(f"deadlocks: opposite order {opposite}, ordered by id {ordered}")
assert (opposite, ordered) == (1, 0)
assert db.execute("SELECT count(*) FROM transfer").fetchone() == (1,)
