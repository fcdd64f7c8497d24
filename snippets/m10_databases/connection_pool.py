# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary,pool]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres", "pgbouncer"]
# isolation = { postgres = "cluster" }
# timeout = 30
# redact = [{ pattern = ' +\d+ requests/s', as = " … requests/s" }]
# ///
"""200 clients of a server with 100 connections: bare, pooled, and through PgBouncer."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
from bouncer import pgbouncer
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

Db = psycopg.Connection
URL = make_conninfo(os.environ["DATABASE_URL"], user="app")
# It takes a moment, so that more clients ask at once than there are sessions.
SESSIONS = "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02) WHERE usename = 'app'"


def ask(db: Db) -> int:
    row = db.execute(SESSIONS, prepare=False).fetchone()
    assert row is not None
    return int(row[0])


# --8<-- [start:rates]
def rate(request: Callable[[int], object], count: int = 200) -> float:
    """Requests per second of 20 threads; one request is one short transaction."""
    with ThreadPoolExecutor(20) as threads:
        start = time.perf_counter()
        list(threads.map(request, range(count)))
        return count / (time.perf_counter() - start)


def connect_each_time(_: int) -> None:
    with psycopg.connect(URL) as db:
        db.execute("SELECT 1")


def from_pool(pool: ConnectionPool[Db]) -> Callable[[int], None]:
    def request(_: int) -> None:
        with pool.connection(timeout=10) as db:  # waits for a free one, not forever
            db.execute("SELECT 1")

    return request
# --8<-- [end:rates]


def open_all(url: str, stack: ExitStack) -> list[Db]:
    """Open up to 200 connections and keep them."""
    opened: list[Db] = []
    for _ in range(200):
        try:
            opened.append(stack.enter_context(psycopg.connect(url, autocommit=True)))
        except psycopg.OperationalError as error:
            print(f"refused: {str(error).partition('FATAL:  ')[2].strip()}")
            break
    return opened


with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
    admin.execute("CREATE ROLE app LOGIN")
    admin.execute(f'ALTER DATABASE "{admin.info.dbname}" CONNECTION LIMIT 100')
with ExitStack() as stack:
    bare = len(open_all(URL, stack))
    print(f"200 clients, no pool: {bare} connected")
with pgbouncer(URL, 10) as url, ExitStack() as stack, ThreadPoolExecutor(200) as threads:
    clients = open_all(url, stack)
    sessions = max(threads.map(ask, clients))
    print(f"200 clients, PgBouncer: {len(clients)} connected, {sessions} sessions in the server")
    new = rate(connect_each_time)
    bounced = rate(lambda number: clients[number].execute("SELECT 1"))
with ConnectionPool(URL, min_size=10, max_size=10) as pool:
    pool.wait(timeout=10)
    pooled = rate(from_pool(pool))
for name, each in {"new each time": new, "pool of 10": pooled, "PgBouncer, 10": bounced}.items():
    print(f"{name:<14}{each:>6.0f} requests/s")
faster = min(pooled, bounced) > 2 * new
print(f"both pools at least twice as fast as new connections: {faster}")

# --8<-- [start:leak]
with pgbouncer(URL, 1) as url, ExitStack() as stack:
    alice = stack.enter_context(psycopg.connect(url, autocommit=True))
    bob = stack.enter_context(psycopg.connect(url, autocommit=True))
    alice.execute("SET statement_timeout = '77s'")
    leaked = bob.execute("SHOW statement_timeout").fetchone()
    alice.execute("RESET statement_timeout")
    with alice.transaction():
        alice.execute("SET LOCAL statement_timeout = '77s'")
    kept = bob.execute("SHOW statement_timeout").fetchone()
    print(f"alice used SET, bob has {leaked}; alice used SET LOCAL, bob has {kept}")
# --8<-- [end:leak]
assert (bare, len(clients), sessions, faster) == (100, 200, 10, True)
assert (leaked, kept) == (("77s",), ("0",))
