# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Who may come in: LRU lets everybody, TinyLFU asks a sketch of recent frequencies first."""

import random
from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count, islice

ROOM, KEYS = 100, 5_000


# --8<-- [start:sketch]
class Sketch:
    """Count-min: how often was this asked for lately? Perhaps too much, not too little."""

    def __init__(self, width: int = 1_024, rows: int = 4) -> None:
        self.rows = [[0] * width for _ in range(rows)]
        self.added = 0

    def cells(self, key: Hashable) -> list[tuple[list[int], int]]:
        return [(row, hash((key, n)) % len(row)) for n, row in enumerate(self.rows)]

    def add(self, key: Hashable) -> None:
        for row, at in self.cells(key):
            row[at] = min(row[at] + 1, 15)  # four bits are enough to compare by
        self.added += 1
        if self.added == 10 * ROOM:  # age: what was popular must not stay so for ever
            self.rows = [[count // 2 for count in row] for row in self.rows]
            self.added //= 2

    def count(self, key: Hashable) -> int:
        return min(row[at] for row, at in self.cells(key))
# --8<-- [end:sketch]


# --8<-- [start:admission]
class Lru:
    def __init__(self, room: int = ROOM) -> None:
        self.room, self.held = room, OrderedDict[int, None]()

    def get(self, key: int) -> bool:
        if hit := key in self.held:
            self.held.move_to_end(key)
        else:
            self.offer(key)
        return hit

    def offer(self, key: int) -> int | None:
        """Take ``key`` in; return the entry that had to go."""
        self.held[key] = None
        return self.held.popitem(last=False)[0] if len(self.held) > self.room else None


class TinyLfu:
    """Newcomers wait in a window; to go on, each must beat the one it would push out."""

    def __init__(self, window: int) -> None:
        self.window, self.main, self.sketch = Lru(window), Lru(ROOM - window), Sketch()

    def get(self, key: int) -> bool:
        self.sketch.add(key)
        for part in (self.main, self.window):
            if key in part.held:
                return part.get(key)
        if (newcomer := self.window.offer(key)) is not None:
            victim = next(iter(self.main.held), newcomer)
            is_full = len(self.main.held) == self.main.room
            if not is_full or self.sketch.count(newcomer) > self.sketch.count(victim):
                self.main.offer(newcomer)
        return False
# --8<-- [end:admission]


rng = random.Random(11)
weights = [1 / rank for rank in range(1, KEYS + 1)]  # Zipf: few keys are very popular
fresh = count(KEYS)  # keys that nobody has asked for before


def zipf(n: int) -> list[int]:
    return rng.choices(range(KEYS), weights, k=n)


def kilobytes(key: int) -> int:
    return 2 if key < 200 else 100  # what everybody wants is small

# --8<-- [start:run]
def burst() -> list[int]:
    """Ten new keys, each asked for three times at short notice, and never again."""
    return rng.sample(list(islice(fresh, 10)) * 3, k=30)


traces = {
    "steady": zipf(20_000),
    "scans": [key for _ in range(100) for key in zipf(200) + list(islice(fresh, 100))],
    "bursts": [key for _ in range(200) for key in zipf(70) + burst()],
}
ratio: dict[tuple[str, str], float] = {}
print("hit ratio                steady    scans   bursts   steady, by bytes")
policies: dict[str, Callable[[], Lru | TinyLfu]] = {
    "LRU": Lru,
    "TinyLFU, no window": lambda: TinyLfu(window=0),
    "TinyLFU, window of 10": lambda: TinyLfu(window=10),
    "TinyLFU, window of 40": lambda: TinyLfu(window=40),
}
for name, make in policies.items():
    for trace, keys in traces.items():
        cache = make()
        hits = [key for key in keys if cache.get(key)]
        ratio[name, trace] = len(hits) / len(keys)
        if trace == "steady":
            by_bytes = sum(map(kilobytes, hits)) / sum(map(kilobytes, keys))
    columns = "".join(f"{ratio[name, trace]:9.1%}" for trace in traces)
    print(f"{name:22}{columns}{by_bytes:14.1%}")
# --8<-- [end:run]
lru, plain, windowed = "LRU", "TinyLFU, no window", "TinyLFU, window of 10"
assert min(ratio[plain, each] - ratio[lru, each] for each in ("steady", "scans")) > 0.03
assert ratio[windowed, "bursts"] > ratio[lru, "bursts"] > ratio[plain, "bursts"]
