# /// script
# requires-python = ">=3.11"
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = ' +\d+%', as = " … %" }, { pattern = ' *[\d.]+(x| ms)', as = " …" }]
# ///
"""A profile names the function, one fix goes in, and the same measurement runs again."""

import cProfile
import json
import pstats
import random
import statistics
import time
from collections.abc import Callable

rng = random.Random(19)
BOOKINGS = [{"room": rng.randrange(600), "hours": rng.randrange(1, 9)} for _ in range(1_500)]
PRICES = [(room, 100 + room % 7) for room in range(600)]


# --8<-- [start:before]
# --8<-- [start:scan]
def price_of(room: int) -> int:
    for known, price in PRICES:  # looks innocent in review
        if known == room:
            return price
    raise KeyError(room)
# --8<-- [end:scan]


def invoice(booking: dict[str, int], price: Callable[[int], int]) -> dict[str, int]:
    return booking | {"total": booking["hours"] * price(booking["room"])}


def serialise(lines: list[dict[str, int]]) -> str:
    return json.dumps(lines, sort_keys=True)  # looks expensive in review


def report(price: Callable[[int], int]) -> str:
    return serialise([invoice(booking, price) for booking in BOOKINGS])
# --8<-- [end:before]


# --8<-- [start:profile]
def profile(call: Callable[[], object]) -> list[tuple[str, float]]:
    """Functions by the time spent in themselves, callees not counted, as shares."""
    profiler = cProfile.Profile()
    profiler.runcall(call)
    entries = pstats.Stats(profiler).get_stats_profile()
    functions = entries.func_profiles.items()
    ranked = sorted(((f.tottime, name) for name, f in functions), reverse=True)
    return [(name, own / entries.total_tt) for own, name in ranked]
# --8<-- [end:profile]


# --8<-- [start:fix]
# --8<-- [start:index]
BY_ROOM = dict(PRICES)  # the one change
# --8<-- [end:index]


def measure(call: Callable[[], object]) -> tuple[float, float]:
    """Median and spread (the middle half) of 15 rounds, in milliseconds."""
    rounds = []
    for _ in range(15):
        start = time.perf_counter()
        call()
        rounds.append((time.perf_counter() - start) * 1_000)
    low, middle, high = statistics.quantiles(rounds, n=4)
    return middle, high - low
# --8<-- [end:fix]


# --8<-- [start:run]
top = profile(lambda: report(price_of))
before, spread = measure(lambda: report(price_of))
print(f"top of the profile: {top[0][0]}, {top[0][1]:.0%} of the time")
print(f"before: {before:6.2f} ms, middle half within {spread:.2f} ms")

after, spread = measure(lambda: report(BY_ROOM.__getitem__))
print(f"after:  {after:6.2f} ms, middle half within {spread:.2f} ms")
print(f"gain:   {before / after:.1f}x")
assert report(price_of) == report(BY_ROOM.__getitem__), "same answer, or no gain at all"
next_up = [name for name, _ in profile(lambda: report(BY_ROOM.__getitem__))]
print("price_of in the new profile:", "price_of" in next_up)

# What if the other suspect had been made infinitely fast instead?
share = dict(top)["iterencode"] if "iterencode" in dict(top) else dict(top)["encode"]
print(f"serialising for free would have given {1 / (1 - share):.2f}x (Amdahl)")
# --8<-- [end:run]
assert top[0][0] == "price_of" and top[0][1] > 0.5
assert before / after > 3 > 1 / (1 - share)
