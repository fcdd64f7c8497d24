# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# ///
"""200 requests want one entry whose time is up: without a cure, and with three."""

import asyncio
import json
import math
import os
import random
from collections import Counter

from redis.asyncio import BlockingConnectionPool, Redis

KEY, TTL, CROWD = "report:today", 60, 200
pool = BlockingConnectionPool.from_url(os.environ["REDIS_URL"], decode_responses=True)
cache = Redis(connection_pool=pool)
background: list[asyncio.Task[str]] = []  # the event loop holds them only weakly
rng = random.Random(4)


class Origin:
    """A query so slow that the whole crowd has looked in the cache before it answers."""
    calls, still_to_look = 0, 0

    async def look(self) -> str:
        value = await cache.get(KEY)
        self.still_to_look -= 1
        return str(value or "")

    async def query(self) -> str:
        self.calls += 1
        while self.still_to_look > 0:
            await asyncio.sleep(0.01)
        return "42 orders"


# --8<-- [start:lock]
async def naive(origin: Origin, now: float) -> tuple[str, str]:
    if value := await origin.look():
        return "hit", value
    await cache.set(KEY, value := await origin.query(), ex=TTL)
    return "waited", value


async def single_flight(origin: Origin, now: float) -> tuple[str, str]:
    if value := await origin.look():
        return "hit", value
    while not await cache.exists(KEY):
        lock = cache.lock(f"lock:{KEY}", timeout=5)  # a dead holder blocks for 5 s
        if await lock.acquire(blocking=False):
            try:
                if not await cache.exists(KEY):  # filled between our look and our lock?
                    await cache.set(KEY, await origin.query(), ex=TTL)
            finally:
                await lock.release()  # compares a token: never another holder's lock
        else:
            await asyncio.sleep(0.02)
    return "waited", str(await cache.get(KEY))
# --8<-- [end:lock]


# --8<-- [start:xfetch]
async def recompute(origin: Origin, now: float, cost: float = 0.1) -> str:
    """Store with the value its logical expiry and the seconds it cost to compute."""
    value = await origin.query()
    entry = {"value": value, "expires": now + TTL, "cost": cost}
    await cache.set(KEY, json.dumps(entry), ex=2 * TTL)
    return value


async def xfetch(origin: Origin, now: float) -> tuple[str, str]:
    head_start = -math.log(1 - rng.random())  # mostly below 1, seldom large
    entry = json.loads(await origin.look())
    if now + entry["cost"] * head_start < entry["expires"]:
        return "hit", entry["value"]
    return "waited", await recompute(origin, now)
# --8<-- [end:xfetch]


# --8<-- [start:stale]
async def stale_while_revalidate(origin: Origin, now: float) -> tuple[str, str]:
    entry = json.loads(await origin.look())
    if now < entry["expires"]:
        return "hit", entry["value"]
    if await cache.set(f"refreshing:{KEY}", "1", nx=True, ex=5):  # one refresher
        background.append(asyncio.create_task(recompute(origin, now)))
    return "stale", entry["value"]
# --8<-- [end:stale]


async def main() -> None:
    calls = []
    print("                        database calls      hit   waited    stale")
    for strategy in (naive, single_flight, xfetch, stale_while_revalidate):
        await cache.flushdb()
        arrivals = [(float(TTL), CROWD)]  # (when, how many): all at the moment of expiry
        if strategy not in (naive, single_flight):
            await recompute(Origin(), now=0)
        if strategy is xfetch:  # ten every 0.1 s, for the last 2 s of the entry's life
            arrivals = [(TTL - 2 + 0.1 * i, 10) for i in range(CROWD // 10)]
        origin, got = Origin(), Counter[str]()
        for now, origin.still_to_look in arrivals:
            crowd = [strategy(origin, now) for _ in range(origin.still_to_look)]
            got.update(how for how, _ in await asyncio.gather(*crowd))
            await asyncio.gather(*background)
        print(f"{strategy.__name__:<22}  {origin.calls:>14}{got['hit']:>9}"
              f"{got['waited']:>9}{got['stale']:>9}")
        calls.append(origin.calls)
    print("database calls:", " / ".join(map(str, calls)))
    assert calls == [CROWD, 1, calls[2], 1] and 1 <= calls[2] <= 10
    await cache.aclose()


asyncio.run(main())
