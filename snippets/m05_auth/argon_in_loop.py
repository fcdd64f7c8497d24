# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi>=23.1"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Eight logins at once, hashed in the event loop and beside it; what the other requests notice."""

import asyncio

from argon2 import PasswordHasher

hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


# --8<-- [start:both]
async def in_the_loop(password: str) -> None:
    hasher.hash(password)  # nothing else runs until it returns


async def beside_the_loop(password: str, places: asyncio.Semaphore) -> None:
    async with places:  # at most two times 19 MiB, two cores busy
        await asyncio.to_thread(hasher.hash, password)


async def others(served: list[int]) -> None:
    """Stand for every other request: each turn of the loop serves one."""
    while True:
        served[0] += 1
        await asyncio.sleep(0)


async def main() -> None:
    places = asyncio.Semaphore(2)
    for name in ("in the loop", "in threads"):
        served = [0]
        other = asyncio.create_task(others(served))
        if name == "in the loop":
            logins = [in_the_loop(f"secret {i}") for i in range(8)]
        else:
            logins = [beside_the_loop(f"secret {i}", places) for i in range(8)]
        await asyncio.gather(*logins)
        other.cancel()
        if name == "in the loop":
            assert served[0] <= 3
            print("in the loop: at most 3 other requests served meanwhile")
        else:
            assert served[0] > 100
            print("in threads: more than 100")
# --8<-- [end:both]


asyncio.run(main())
