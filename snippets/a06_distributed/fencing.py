# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "redis"]
# timeout = 20
# ///
"""A process is paused while it holds a lock, and wakes up when somebody else has had it."""

import os
import signal
import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

import psycopg
from redis import Redis

DATABASE_URL, REDIS_URL = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
PLAIN = "UPDATE account SET kr = %(kr)s"
FENCED = "UPDATE account SET kr = %(kr)s, token = %(token)s WHERE token < %(token)s"


# --8<-- [start:holder]
def deposit(amount: int, update: str, parent: Connection) -> None:
    """Take the lock for half a second, read, compute, write."""
    redis = Redis.from_url(REDIS_URL)
    while not redis.set("lock", os.getpid(), nx=True, px=500):
        time.sleep(0.01)
    token = redis.incr("token")  # each holder's is higher than the last one's
    with psycopg.connect(DATABASE_URL) as db:
        [(kr,)] = db.execute("SELECT kr FROM account").fetchall()
        parent.send("read")
        parent.recv()  # here the process may stand still for as long as it likes
        done = db.execute(update, {"kr": kr + amount, "token": token})
        parent.send("written" if done.rowcount else "refused")
# --8<-- [end:holder]


def start(amount: int, update: str) -> tuple[Process, Connection]:
    here, there = Pipe()
    process = Process(target=deposit, args=(amount, update, there), daemon=True)
    process.start()
    assert here.recv() == "read"
    return process, here


# --8<-- [start:run]
def race(update: str, db: psycopg.Connection, redis: Redis) -> tuple[str, str, int]:
    db.execute("UPDATE account SET kr = 0, token = 0")
    redis.delete("lock", "token")
    first, to_first = start(50, update)
    assert first.pid
    os.kill(first.pid, signal.SIGSTOP)  # garbage collection, swapping, a moved machine
    second, to_second = start(100, update)  # waits until the first one's lock runs out
    to_second.send("go on")
    late = to_second.recv()
    second.join()
    to_first.send("go on")
    os.kill(first.pid, signal.SIGCONT)
    early = to_first.recv()
    first.join()
    [(kr,)] = db.execute("SELECT kr FROM account").fetchall()
    return early, late, kr


def main() -> None:
    with psycopg.connect(DATABASE_URL, autocommit=True) as db:
        db.execute("CREATE TABLE account AS SELECT 0 AS kr, 0 AS token")
        for name, update in (("no token", PLAIN), ("fencing token", FENCED)):
            early, late, kr = race(update, db, Redis.from_url(REDIS_URL))
            print(f"{name}: second +100 {late}, paused +50 {early}: {kr} kr")
            wanted = ("written", 50) if update == PLAIN else ("refused", 100)
            assert (early, kr) == wanted
# --8<-- [end:run]


if __name__ == "__main__":
    main()
