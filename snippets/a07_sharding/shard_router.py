# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 40
# redact = [{ pattern = '\d+ written', as = "… written" }]
# ///
"""Four PostgreSQL databases as shards; a fifth is added while writers write."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import blake2b
from threading import Event

import psycopg

BUCKETS, STOP = 60, Event()
TABLES = """CREATE TABLE bucket (id int PRIMARY KEY);
CREATE TABLE orders (bucket int, customer text, kr int, mail text UNIQUE);
CREATE TABLE map AS SELECT n AS id, 's' || n % 4 AS shard FROM generate_series(0, 59) n;"""
OWN = "INSERT INTO bucket SELECT id FROM map WHERE shard = current_database()"
INSERT = "INSERT INTO orders VALUES (%s, %s, %s, %s)"
begin = partial(psycopg.connect, os.environ["DATABASE_URL"])
connect = partial(begin, autocommit=True)


# --8<-- [start:router]
class Router:
    """Know which shard has a bucket, and ask again if that was yesterday's answer."""

    def __init__(self) -> None:
        self.catalog = connect(dbname="map")
        self.shards = dict[str, psycopg.Connection]()
        self.read_map()

    def read_map(self) -> None:
        self.map = dict(self.catalog.execute("SELECT id, shard FROM map").fetchall())
        for name in {*self.map.values()} - {*self.shards}:
            self.shards[name] = connect(dbname=name)

    def add(self, customer: str, kr: int, mail: str | None = None) -> int:
        """Add an order; return how often its bucket wasn't where the map said."""
        bucket = int.from_bytes(blake2b(customer.encode()).digest()) % BUCKETS
        missed = 0
        while True:
            with (shard := self.shards[self.map[bucket]]).transaction():
                owns = "SELECT FROM bucket WHERE id = %s FOR SHARE"  # until it commits
                if shard.execute(owns, [bucket]).rowcount:
                    shard.execute(INSERT, [bucket, customer, kr, mail])
                    return missed
            missed += 1
            self.read_map()

    def all(self, query: str) -> list[tuple[int, ...]]:
        """Scatter the query and gather the rows; as slow as the slowest shard."""
        with ThreadPoolExecutor() as pool:
            ask = [pool.submit(db.execute, query.encode()) for db in self.shards.values()]
        return [row for asked in ask for row in asked.result().fetchall()]
# --8<-- [end:router]


# --8<-- [start:move]
def move(bucket: int, source: str, target: str) -> None:
    """Writes to this bucket wait for a moment, writes to all others don't."""
    with begin(dbname=source) as old, begin(dbname=target) as new:
        old.execute("SELECT FROM bucket WHERE id = %s FOR UPDATE", [bucket])
        rows = old.execute("DELETE FROM orders WHERE bucket = %s RETURNING *", [bucket])
        new.execute("INSERT INTO bucket VALUES (%s)", [bucket])
        new.cursor().executemany(INSERT, rows.fetchall())
        old.execute("DELETE FROM bucket WHERE id = %s", [bucket])
        new.commit()  # from here both have it, and the map says: the old one
        old.commit()  # from here the new one has it, and nobody writes to it
    with connect(dbname="map") as catalog:
        catalog.execute("UPDATE map SET shard = %s WHERE id = %s", [target, bucket])


def keep_writing() -> int:
    router, written = Router(), 0
    while not STOP.is_set():
        router.add(f"customer-{written % 100}", 1)
        written += 1
    return written
# --8<-- [end:move]


# --8<-- [start:run]
def main(router: Router) -> None:
    for number in range(400):
        router.add(f"customer-{number % 100}", number)
    best = router.all("SELECT kr FROM orders ORDER BY kr DESC LIMIT 3")
    print(f"best 3 of {len(best)} rows from 4 shards: {sorted(sum(best, ()))[:-4:-1]}")
    for customer in ("ann", "bo"):
        router.add(customer, 0, "same@example.org")
    same = len(router.all("SELECT FROM orders WHERE mail = 'same@example.org'"))
    print(f"mail is UNIQUE on every shard, and {same} customers have the same")
    before = router.all("SELECT kr FROM orders")
    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(keep_writing) for _ in range(2)]
        for bucket in range(0, BUCKETS, 5):
            move(bucket, router.map[bucket], "s4")
        STOP.set()
    added = sum(writer.result() for writer in writers) + 100
    late = sum(router.add(f"customer-{number}", 1) for number in range(100))
    print(f"12 of 60 buckets moved, {added} written, {late} by an old map asked again")
    after = router.all("SELECT kr FROM orders")
    assert sorted(after) == sorted(before + [(1,)] * added) and added > 100
    share = [number for (number,) in router.all("SELECT count(*) FROM bucket")]
    print(f"no order lost or doubled, no krone either; buckets of the shards: {share}")
    assert (share, len(best), same, late) == ([12] * 5, 12, 2, 1)
# --8<-- [end:run]


for name in ("map", "s0", "s1", "s2", "s3", "s4"):
    connect().execute(f"CREATE DATABASE {name}".encode())
    connect(dbname=name).execute((TABLES + OWN).encode())
main(Router())
