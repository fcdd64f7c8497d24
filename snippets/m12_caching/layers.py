# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "redis"]
# timeout = 20
# redact = [{ pattern = ' +[\d.]+ (ns|µs|ms)', as = " … time" }]
# ///
"""What one read costs in three layers on this machine, and what a hit ratio makes of it."""

import os
import statistics
import time
from collections.abc import Callable

import psycopg
from redis import Redis

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
cache = Redis.from_url(os.environ["REDIS_URL"])
db.execute("CREATE TABLE product AS SELECT id, 'desk' AS name FROM generate_series(1, 1000) id")
db.execute("CREATE UNIQUE INDEX ON product (id)")
cache.set("product:7", "desk")
local = {"product:7": "desk"}


def human(seconds: float) -> str:
    for unit, size in (("ns", 1e-9), ("µs", 1e-6)):
        if seconds < 1_000 * size:
            return f"{seconds / size:7.2f} {unit}"
    return f"{seconds * 1_000:7.2f} ms"


# --8<-- [start:measure]
def median(read: Callable[[], object], loops: int) -> float:
    """Median seconds of one read: 30 rounds of ``loops`` reads each."""
    rounds = []
    for _ in range(30):
        start = time.perf_counter()
        for _ in range(loops):
            read()
        rounds.append((time.perf_counter() - start) / loops)
    return statistics.median(rounds)


layers = {
    "dict in this process": median(lambda: local["product:7"], 10_000),
    "Redis over loopback": median(lambda: cache.get("product:7"), 20),
    "PostgreSQL, by index": median(
        lambda: db.execute("SELECT name FROM product WHERE id = 7").fetchone(), 20
    ),
}
# --8<-- [end:measure]


# --8<-- [start:effective]
def effective(hit_ratio: float, hit: float, origin: float) -> float:
    """A miss pays for the look in the cache as well."""
    return hit + (1 - hit_ratio) * origin
# --8<-- [end:effective]


for name, seconds in layers.items():
    print(f"{name:<22}{human(seconds)}")
in_process, redis, _ = layers.values()
print("\nRedis in front of a query that takes 20 ms:")
for hit_ratio in (0, 0.5, 0.9, 0.99):
    mean, load = effective(hit_ratio, redis, 0.020), round(1_000 * (1 - hit_ratio))
    print(f"hit ratio {hit_ratio:>4.0%}:{human(mean)} on average, {load:>4} of 1000 reads reach it")
assert in_process * 50 < redis
assert effective(0.99, redis, 0.020) < effective(0.9, redis, 0.020) < 0.020
