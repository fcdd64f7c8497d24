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
#   { pattern = ' +\d+ a second', as = " … a second" },
#   { pattern = ' [\d.]+ (in flight|and)', as = ' … \1' },
#   { pattern = '(sigma|kappa) -?[\d.]+', as = '\1 …' },
#   { pattern = ' #+', as = " #" },
#   { pattern = 'about \d+ ', as = "about … " },
# ]
# ///
"""Throughput against concurrency, the law that fits it, and Little's law as a check."""

import asyncio
import math
import random
import statistics

from load import Client, closed, opened
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

in_flight = 0
shared = asyncio.Lock()


# --8<-- [start:service]
async def work(request: Request) -> Response:
    global in_flight
    in_flight += 1
    await asyncio.sleep(0.05)  # alone: this part runs side by side
    async with shared:  # in turn, and the longer the more others there are to heed
        await asyncio.sleep(0.010 + 0.0005 * (in_flight - 1))
    in_flight -= 1
    return Response("ok")
# --8<-- [end:service]


# --8<-- [start:usl]
def fit(measured: dict[int, float]) -> tuple[float, float]:
    """N·X(1)/X(N) - 1 = sigma·(N-1) + kappa·N·(N-1), by least squares, sigma not below 0."""
    saa = sab = sbb = say = sby = 0.0
    for n, throughput in measured.items():
        a, b, y = n - 1, n * (n - 1), n * measured[1] / throughput - 1
        saa, sab, sbb = saa + a * a, sab + a * b, sbb + b * b
        say, sby = say + a * y, sby + b * y
    det = saa * sbb - sab * sab
    sigma, kappa = (say * sbb - sby * sab) / det, (sby * saa - say * sab) / det
    return (sigma, kappa) if sigma > 0 else (0.0, sby / sbb)


async def scaling(base_url: str) -> None:
    measured, client = {}, Client(base_url)
    for users in (1, 2, 4, 8, 16, 24):
        shots = await closed(client, "/", users=users, each=max(3, 16 // users))
        span = max(shot.done for shot in shots) - min(shot.sent for shot in shots)
        measured[users] = len(shots) / span
        bar = "#" * round(measured[users] / 4)
        print(f"{users:>3} workers{measured[users]:>5.0f} a second {bar}")
    client.close()
    sigma, kappa = fit(measured)
    peak = math.sqrt((1 - sigma) / kappa)
    print(f"fit: sigma {sigma:.3f}, kappa {kappa:.4f}: peak at about {peak:.0f} workers")
    assert measured[1] * 2 < max(measured[4], measured[8]), "workers help at first"
    assert measured[24] < 0.9 * max(measured.values()), "and then they harm"
    assert 2 < peak < 20
# --8<-- [end:usl]


# --8<-- [start:little]
async def little(base_url: str) -> None:
    """Look how many are inside, again and again; compare with rate times time."""
    seen: list[int] = []

    async def look() -> None:
        while True:
            await asyncio.sleep(0.005)
            seen.append(in_flight)

    rng = random.Random(7)
    client = Client(base_url)
    watcher = asyncio.create_task(look())
    shots = await opened(client, ["/"] * 60, gap=lambda: rng.expovariate(40))
    watcher.cancel()
    client.close()
    span = max(shot.done for shot in shots) - shots[0].sent
    counted = statistics.fmean(seen)
    rate, inside = len(shots) / span, statistics.fmean(shot.seen for shot in shots)
    product = rate * inside
    print(f"counted {counted:.1f} in flight; rate times time gives {product:.1f} in flight")
    assert 0.6 < counted / product < 1.4
# --8<-- [end:little]


with serve(Starlette(routes=[Route("/", work)]), timeout_keep_alive=60) as base_url:
    asyncio.run(scaling(base_url))
    asyncio.run(little(base_url))
