# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 30
# redact = [{ pattern = '\d+\.\d s|attempts +\d+', as = "…" }]
# ///
"""Fifty clients retry after an outage: fixed, exponential, full jitter; then a budget for retries."""

import asyncio
import random
from collections.abc import Callable

from flaky import WINDOW, arrivals, ask, start

CLIENTS = 50
BASE, CAP = 0.4, 0.8  # seconds
Plan = Callable[[int], float]  # number of the attempt -> seconds to wait

# --8<-- [start:plans]
def exponential(attempt: int) -> float:
    return min(CAP, BASE * 2**attempt)


PLANS: dict[str, Plan] = {
    "fixed": lambda attempt: BASE,
    "exponential": exponential,
    "full jitter": lambda attempt: random.uniform(0, exponential(attempt)),
}


async def until_served(path: str, wait: Plan, most: int = 20) -> int:
    """Ask until the answer is 200; return how many attempts that took."""
    for attempt in range(most):
        if await ask(path) == 200:
            return attempt + 1
        await asyncio.sleep(wait(attempt))
    raise TimeoutError(f"{path}: not served after {most} attempts")
# --8<-- [end:plans]


# --8<-- [start:storm]
def second_peak(times: list[float]) -> int:
    """Return the most arrivals in any 100 ms, the first wave aside, which all share."""
    late = [t for t in sorted(times) if t - times[0] > BASE / 4]
    return max(sum(t <= other < t + WINDOW for other in late) for t in late)


async def storm(name: str) -> int:
    path, clock = "/" + name.replace(" ", "-"), asyncio.get_running_loop().time
    began = clock()
    clients = (until_served(path, PLANS[name]) for _ in range(CLIENTS))
    tries = await asyncio.gather(*clients)
    peak = second_peak(arrivals[path])
    load = "in waves" if peak > 40 else "spread out"
    took = f"all served after {clock() - began:.1f} s"
    print(f"{name:12} {took}, attempts {sum(tries):3}, {load}")
    return peak
# --8<-- [end:storm]


# --8<-- [start:budget]
class Budget:
    """Allow one retry for every ten requests, shared by all calls to one dependency."""

    saved = 0

    def request(self) -> None:
        self.saved = min(100, self.saved + 1)

    def may_retry(self) -> bool:
        allowed = self.saved >= 10
        self.saved -= 10 if allowed else 0
        return allowed


async def call(budget: Budget | None, attempts: int = 4) -> None:
    if budget:
        budget.request()
    for attempt in range(attempts):
        if attempt and budget and not budget.may_retry():
            return  # fail now: it has had its share of second chances
        await ask("/down")  # which never succeeds


async def load_on_the_dead(budget: Budget | None, requests: int = 200) -> float:
    arrivals["/down"].clear()
    for _ in range(requests):
        await call(budget)
    return len(arrivals["/down"]) / requests
# --8<-- [end:budget]


async def main() -> None:
    await start()
    peaks = [await storm(name) for name in PLANS]
    assert [peak > 40 for peak in peaks] == [True, True, False], peaks
    plain, bounded = await load_on_the_dead(None), await load_on_the_dead(Budget())
    print(f"down for good, load on it: {plain:.1f}x without a budget, {bounded:.1f}x with one")
    assert (plain, bounded) == (4.0, 1.1)


asyncio.run(main())
