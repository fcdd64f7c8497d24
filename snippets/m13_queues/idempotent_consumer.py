# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "redis"]
# timeout = 20
# ///
"""Every message arrives twice, as its first consumer dies unacknowledged; one effect."""

import os
from collections.abc import Callable

import psycopg
from redis import Redis

MESSAGES, AMOUNT = 100, 5
Fields = dict[str, str]
Handler = Callable[[psycopg.Connection, Fields], bool]
SCHEMA = """CREATE TABLE account (name text PRIMARY KEY, balance int);
            CREATE TABLE inbox (consumer text, message text, PRIMARY KEY (consumer, message));
            INSERT INTO account VALUES ('naive', 0), ('inbox', 0)"""


# --8<-- [start:handlers]
BOOK = "UPDATE account SET balance = balance + %s WHERE name = %s"
SEEN = "INSERT INTO inbox VALUES (%s, %s) ON CONFLICT DO NOTHING"


def naive(db: psycopg.Connection, message: Fields) -> bool:
    db.execute(BOOK, [message["amount"], "naive"])
    return True


def with_inbox(db: psycopg.Connection, message: Fields) -> bool:
    """The mark and the effect are one transaction: both or neither."""
    with db.transaction():
        if not db.execute(SEEN, ["ledger", message["id"]]).rowcount:
            return False  # a duplicate; the caller acknowledges it all the same
        db.execute(BOOK, [message["amount"], "inbox"])
    return True
# --8<-- [end:handlers]


# --8<-- [start:consume]
def consume(group: str, handle: Handler, db: psycopg.Connection) -> tuple[int, int]:
    """Let one consumer die before each acknowledgement, and another take over."""
    stream.xgroup_create("payments", group, id="0")
    new = {"payments": ">"}
    [[_, entries]] = stream.xreadgroup(group, "first", new, count=MESSAGES)
    effects = sum(handle(db, fields) for _, fields in entries)
    # "first" is gone: MESSAGES effects are committed, nothing is acknowledged
    deliveries, cursor = len(entries), "0-0"
    while True:
        cursor, entries, _ = stream.xautoclaim(
            "payments", group, "second", min_idle_time=0, start_id=cursor, count=30
        )
        for entry, fields in entries:
            effects += handle(db, fields)
            stream.xack("payments", group, entry)
        deliveries += len(entries)
        if cursor == "0-0":
            return deliveries, effects
# --8<-- [end:consume]


stream = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
    db.execute(SCHEMA)
    for number in range(MESSAGES):
        stream.xadd("payments", {"id": f"payment-{number}", "amount": str(AMOUNT)})
    results: dict[str, tuple[int, int, int]] = {}
    handlers: dict[str, Handler] = {"naive": naive, "inbox": with_inbox}
    for name, handler in handlers.items():
        deliveries, effects = consume(name, handler, db)
        query = "SELECT balance FROM account WHERE name = %s"
        (balance,) = db.execute(query, [name]).fetchone() or (0,)
        pending = stream.xpending("payments", name)["pending"]
        results[name] = deliveries, effects, balance
        print(f"{name}: {MESSAGES} messages, {deliveries} deliveries -> {effects} effects,", end=" ")
        print(f"balance {balance}, still pending {pending}")
        assert pending == 0

assert results["naive"] == (200, 200, 200 * AMOUNT)
assert results["inbox"] == (200, 100, 100 * AMOUNT)
