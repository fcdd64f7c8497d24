# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["redis"]
# isolation = { redis = "process" }
# timeout = 30
# redact = [{ pattern = 'about +\d+%', as = "about …%" }]
# ///
"""Hit ratios on three traces: our own FIFO, LRU, LFU and SIEVE, then the real server's policies."""

import os
import random

from redis import Redis

ROOM, KEYS, VALUE = 100, 5_000, b"x" * 4_000


# --8<-- [start:own]
class Fifo:
    def __init__(self) -> None:
        self.queue: list[int] = []  # oldest first
        self.used: dict[int, int] = {}  # key -> hits since it came in

    def get(self, key: int) -> bool:
        if key in self.used:
            self.used[key] += 1
            return True
        if len(self.queue) == ROOM:
            del self.used[self.evict()]
        self.queue.append(key)
        self.used[key] = 0
        return False

    def evict(self) -> int:
        return self.queue.pop(0)


class Lru(Fifo):
    def get(self, key: int) -> bool:
        if hit := super().get(key):
            self.queue.append(self.queue.pop(self.queue.index(key)))
        return hit


class Lfu(Fifo):
    def evict(self) -> int:
        least_used = min(self.queue, key=self.used.__getitem__)
        return self.queue.pop(self.queue.index(least_used))


class Sieve(Fifo):
    hand = 0  # walks from the oldest to the newest, then starts over

    def evict(self) -> int:
        while self.used[self.queue[self.hand]]:
            self.used[self.queue[self.hand]] = 0  # used since the last visit: spared
            self.hand = (self.hand + 1) % ROOM
        victim = self.queue.pop(self.hand)
        self.hand %= ROOM - 1  # it points at the next newer one, if there is one
        return victim
# --8<-- [end:own]


# --8<-- [start:server]
def ask_server(policy: str, trace: list[list[int]]) -> float:
    server.config_set("maxmemory", 0)
    server.flushall()
    for i in range(ROOM):
        server.set(f"k{i}", VALUE)
    server.config_set("maxmemory", server.info("memory")["used_memory"])  # ROOM entries
    server.flushall()
    server.config_set("maxmemory-policy", policy)
    for part in trace:
        hits = 0
        for start in range(0, len(part), 10):  # ten at a time, as a page would ask
            names = [f"k{key}" for key in part[start : start + 10]]
            found = dict(zip(names, server.mget(names), strict=True))
            hits += sum(found[name] is not None for name in names)
            if missing := [name for name in found if found[name] is None]:
                server.mset(dict.fromkeys(missing, VALUE))
    return hits / len(part)
# --8<-- [end:server]


server = Redis.from_url(os.environ["REDIS_URL"])
server.config_set("lazyfree-lazy-user-flush", "no")  # FLUSHALL is done when it answers
rng = random.Random(4)
weights = [1 / rank for rank in range(1, KEYS + 1)]  # Zipf: few keys are very popular


def zipf(n: int, first: int = 0) -> list[int]:
    return rng.choices(range(first, first + KEYS), weights, k=n)


warm, usual, new = zipf(4_000), zipf(200), zipf(4_000, first=KEYS)
traces = {  # only the last part of each is measured
    "steady": [warm, usual],
    "after a scan": [warm, list(range(-1_000, 0)), usual],
    "after a shift": [warm, new[:3_000], new[3_000:]],
}
ratio: dict[str, list[float]] = {}
print(f"{'':<14}", *(f"{name:>13}" for name in traces))
for policy in (Fifo, Lru, Lfu, Sieve):
    row = ratio[policy.__name__] = []
    for trace in traces.values():
        cache = policy()
        row.append([sum(map(cache.get, part)) / len(part) for part in trace][-1])
    print(f"{policy.__name__.upper():<14}", *(f"{share:>13.0%}" for share in row))
for name in ("allkeys-random", "allkeys-lru", "allkeys-lfu"):
    row = ratio[name] = [ask_server(name, trace) for trace in traces.values()]
    print(f"{name:<14}", *(f"    about {share:>4.0%}" for share in row))
steady, scan, shift = range(3)
assert ratio["Lru"][scan] + 0.05 < ratio["Lru"][steady]
assert ratio["Lfu"][scan] == ratio["Lfu"][steady] == ratio["Sieve"][scan]
assert ratio["Lfu"][shift] + 0.05 < ratio["Lru"][shift] < ratio["Sieve"][shift]
assert ratio["allkeys-random"][scan] + 0.05 < ratio["allkeys-lfu"][scan]
