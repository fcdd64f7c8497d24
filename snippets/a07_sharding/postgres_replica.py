# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 40
# redact = [{ pattern = '\d+ bytes', as = "… bytes" }, { pattern = '\d+ ms', as = "… ms" }]
# ///
"""A real streaming replica: a stale read, two cures, and what a promotion loses."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from subprocess import run
from timeit import timeit

import psycopg
from snippet_support import free_port, running, wait_until, work_in_temporary_folder

PRIMARY = os.environ["DATABASE_URL"]
connect = partial(psycopg.connect, autocommit=True, options="-c synchronous_commit=local")
LAG = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication"
COUNT = "SELECT count(*) FROM orders"
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
TIMELINE = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)::int"


# --8<-- [start:replica]
def copy_primary(port: int) -> list[str]:
    """Copy the primary while it runs; return the command that follows it from there."""
    run(["pg_basebackup", "--dbname", PRIMARY, "--pgdata", "replica",
         "--write-recovery-conf", "--checkpoint=fast", "--no-sync"], check=True)
    settings = {"port": port, "max_connections": 200, "fsync": "off"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    return ["postgres", "-D", "replica", "-k", "", *options]


class Database:
    """Write to the primary, and read from the replica what is there already."""
    def __init__(self, port: int) -> None:
        self.primary = connect(PRIMARY)
        self.replica = connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")
        wait_until(lambda: self.primary.execute(LAG).fetchall() == [(0,)], timeout=15)

    def add_order(self) -> str:
        self.primary.execute("INSERT INTO orders DEFAULT VALUES")
        return ask(self.primary, "SELECT pg_current_wal_lsn()")  # kept for the user

    def orders(self, seen: str = "0/0") -> str:
        """Read from the replica if it has replayed what this user last wrote."""
        played = ask(self.replica, f"SELECT pg_last_wal_replay_lsn() >= '{seen}'")
        source = "replica" if played == "True" else "primary"
        return f"{ask(getattr(self, source), COUNT)} by the {source}"
# --8<-- [end:replica]


def ask(node: psycopg.Connection, query: str) -> str:
    [(value,)] = node.execute(query.encode()).fetchall()
    return str(value)


# --8<-- [start:stale_read]
def stale_read(db: Database) -> None:
    ask(db.replica, "SELECT pg_wal_replay_pause()")  # a slow disk, a long query, …
    seen = [db.add_order() for _ in range(3)][-1]
    lag, anywhere, own = ask(db.primary, LAG), db.orders(), db.orders(seen)
    print(f"3 orders written, the replica is {lag} bytes behind: {anywhere}")
    print(f"  with the position of the user's last write: {own}")
    assert (anywhere, own) == ("0 by the replica", "3 by the primary") and int(lag) > 0
    db.primary.execute("SET synchronous_commit = remote_apply")
    with ThreadPoolExecutor(1) as pool, connect(PRIMARY) as watcher:
        commit = pool.submit(db.add_order)
        wait_until(lambda: watcher.execute(WAITING).fetchall(), timeout=15)
        assert not commit.done()
        ask(db.replica, "SELECT pg_wal_replay_resume()")
        commit.result(timeout=15)
    for number in range(5, 105):
        db.add_order()
        assert db.orders() == f"{number} by the replica"
    print("remote_apply: a commit waits for the replica, 100 of 100 reads are fresh")
# --8<-- [end:stale_read]


# --8<-- [start:failover]
def failover(db: Database) -> None:
    db.primary.execute("SET synchronous_commit = local")  # asynchronous again
    db.replica.execute("ALTER SYSTEM SET primary_conninfo = ''")  # the network is cut
    ask(db.replica, "SELECT pg_reload_conf()")
    wait_until(lambda: not db.primary.execute(LAG).fetchall(), timeout=15)
    for _ in range(3):
        db.add_order()  # confirmed to three customers
    before = ask(db.primary, COUNT)
    took = timeit(lambda: ask(db.replica, "SELECT pg_promote(wait => true)"), number=1)
    after = ask(db.replica, COUNT)
    print(f"cut off, {before} orders confirmed; promoted in {took * 1e3:.0f} ms: {after}")
    for name, node in (("old", db.primary), ("new", db.replica)):
        node.execute("INSERT INTO orders DEFAULT VALUES")
        print(f"  the {name} primary takes a write, on timeline {ask(node, TIMELINE)}")
    assert (before, after) == ("107", "104")
# --8<-- [end:failover]


if __name__ == "__main__":
    work_in_temporary_folder()
    connect(PRIMARY).execute("CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY)")
    connect(PRIMARY).execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    connect(PRIMARY).execute("SELECT pg_reload_conf()")
    port = free_port()
    up = partial(run, ["pg_isready", "--quiet", f"--port={port}", "--host=127.0.0.1"])
    with running(copy_primary(port), ready=lambda: not up().returncode, timeout=20):
        db = Database(port)
        for part in (stale_read, failover):
            print(f"[{part.__name__}]")
            part(db)
        db.replica.close()  # or the server, told to stop, waits for it
