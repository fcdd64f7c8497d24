# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# redact = [{ pattern = '\d+ ms', as = "… ms" }]
# ///
"""A flag that is evaluated locally, sticks to its users, grows, and is switched off by a message."""

import hashlib
import os
import random
import threading
import time
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row
from snippet_support import wait_until

URL = os.environ["DATABASE_URL"]


# --8<-- [start:flag]
@dataclass(frozen=True)
class Flag:
    name: str
    percent: int = 0
    cohorts: frozenset[str] = frozenset()
    killed: bool = False

    def on(self, user: str, cohort: str = "") -> bool:
        if self.killed:
            return False  # above every other rule
        return cohort in self.cohorts or bucket(self.name, user) < self.percent * 100


def bucket(flag: str, user: str) -> int:
    """Place the user on a line of 10,000, another place for each flag."""
    digest = hashlib.sha256(f"{flag}\0{user}".encode()).digest()
    return int.from_bytes(digest[:8]) % 10_000
# --8<-- [end:flag]


# --8<-- [start:provider]
class Flags:
    """Hold the flags in this process; a message from the database renews them."""

    def __init__(self) -> None:
        self.flags: dict[str, Flag] = {}
        self.connection = psycopg.connect(URL, autocommit=True)
        self.connection.execute("LISTEN flags")  # first listen, then load
        self.load()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def load(self) -> None:
        with psycopg.connect(URL) as own:
            cursor = own.cursor(row_factory=class_row(Flag))
            rows = cursor.execute("SELECT * FROM flag")
            self.flags = {flag.name: flag for flag in rows}

    def follow(self) -> None:
        try:
            for _ in self.connection.notifies():
                self.load()
        except psycopg.OperationalError:
            return  # in earnest: connect again, load again, and raise an alarm

    def on(self, name: str, user: str, cohort: str = "") -> bool:
        flag = self.flags.get(name)
        return flag.on(user, cohort) if flag else False  # unknown: the old path
# --8<-- [end:provider]


# --8<-- [start:share]
users = [f"user-{number}" for number in range(20_000)]


def share(name: str, percent: int) -> set[str]:
    return {user for user in users if Flag(name, percent).on(user)}


ten, more = share("new-checkout", 10), share("new-checkout", 25)
other = share("new-search", 10)
both = len(ten & other) / len(users)
print(f"10 % is {len(ten) / len(users):.1%}, 25 % is {len(more) / len(users):.1%}")
print(f"lost by growing: {len(ten - more)}; in two flags of 10 %: {both:.1%}")
assert abs(len(ten) / len(users) - 0.10) < 0.01 and ten <= more and both < 0.02

dice = random.Random(7)
first, second = ([dice.random() < 0.1 for _ in users] for _ in range(2))
changed = sum(a != b for a, b in zip(first, second, strict=True))
print(f"rolling dice instead, on the next request {changed / len(users):.0%} change sides")
# --8<-- [end:share]

# --8<-- [start:kill]
with psycopg.connect(URL, autocommit=True) as admin:
    admin.execute("CREATE TABLE flag (name text PRIMARY KEY, percent int,"
                  " cohorts text[], killed bool)")
    admin.execute("INSERT INTO flag VALUES ('new-checkout', 10, '{beta}', false)")
    flags = Flags()
    out = next(user for user in users if user not in more)
    answers = flags.on("new-checkout", out), flags.on("new-checkout", out, "beta")
    print("outside 10 %, and the same user in cohort beta:", *answers)
    start = time.perf_counter()
    with admin.transaction():  # the message leaves with the commit
        admin.execute("UPDATE flag SET killed = true; NOTIFY flags")
    wait_until(lambda: not flags.on("new-checkout", out, "beta"))
    took = time.perf_counter() - start
    print(f"killed, without a restart, after {took * 1000:.0f} ms")
    assert took < 1 and answers == (False, True)
    admin.execute("SELECT pg_terminate_backend(%s)", [flags.connection.info.backend_pid])
    flags.thread.join(timeout=10)
    print("provider gone, still answered:", flags.on("new-checkout", out, "beta"))
# --8<-- [end:kill]
