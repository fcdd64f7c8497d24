# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "starlette>=0.41", "uvicorn>=0.34"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 60
# redact = [
#   { pattern = ' +\d+%', as = " … %" },
#   { pattern = ' +\d+ (served|refused|given up)', as = ' … \1' },
# ]
# ///
"""Three times the load a service can bear: with an endless queue, with a bound, and by priority."""

import asyncio
from collections import Counter

from load import Client, opened
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATIENCE, CAPACITY = 1.0, 25  # seconds a client waits; requests a second with two slots
slots = asyncio.Semaphore(2)
work, waiting, finished = 0.08, 0, 0
room = {"checkout": 0, "browse": 0}  # how long the queue may be for whom


# --8<-- [start:service]
async def page(request: Request) -> Response:
    global waiting, finished
    if waiting >= room[request.path_params["kind"]]:
        return Response("busy", 503, {"Retry-After": "1"})  # before any work is done
    waiting += 1
    async with slots:
        waiting -= 1
        await asyncio.sleep(work)
    finished += 1
    return Response("ok")
# --8<-- [end:service]


# --8<-- [start:overload]
async def overload(url: str, title: str, checkout: int, browse: int) -> tuple[float, float]:
    """Three requests for each that can be served; one in four is a checkout."""
    global work, finished
    room.update(checkout=checkout, browse=browse)
    work, finished = 0.08, 0
    kinds = ["browse", "browse", "browse", "checkout"] * (3 * CAPACITY * 2 // 4)
    client = Client(url)
    paths = [f"/{kind}" for kind in kinds]
    gap = 1 / (3 * CAPACITY)
    shots = await opened(client, paths, gap=lambda: gap, patience=PATIENCE)
    client.close()
    pairs = zip(kinds, shots, strict=True)
    useful = [kind for kind, shot in pairs if shot.status == 200]
    goodput = len(useful) / finished  # of the work that was done, how much was of use
    paid = useful.count("checkout") / kinds.count("checkout")
    tally = Counter(shot.status for shot in shots)
    print(f"{title:<14}{tally[200]:>4} served{tally[503]:>4} refused{tally[0]:>4} given up")
    print(f"   {goodput:>5.0%} of the work useful,{paid:>5.0%} of the checkouts served")
    return goodput, paid
# --8<-- [end:overload]


async def drained() -> None:
    """Let the service get rid of what nobody waits for any more, quickly this time."""
    global work
    work = 0
    async with asyncio.timeout(20):
        while waiting:
            await asyncio.sleep(0.02)


async def main(url: str) -> None:
    # --8<-- [start:run]
    endless, some = await overload(url, "endless queue", checkout=10_000, browse=10_000)
    await drained()
    bounded, luck = await overload(url, "queue of 6", checkout=6, browse=6)
    await drained()
    ranked, most = await overload(url, "by priority", checkout=8, browse=3)
    # --8<-- [end:run]
    assert endless < 0.7 < 0.8 <= min(bounded, ranked)
    assert most > 0.8 and most > luck + 0.2 and most > some + 0.2


with serve(Starlette(routes=[Route("/{kind}", page)]), timeout_keep_alive=60) as base_url:
    asyncio.run(main(base_url))
