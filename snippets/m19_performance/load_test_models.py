# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "starlette>=0.41", "uvicorn>=0.34"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 40
# redact = [{ pattern = ' +\d+ (ms|a second|over)', as = ' … \1' }]
# ///
"""One service, two load models: what each reports of a stall and of too much load."""

import asyncio
import time

from load import Client, Shot, closed, opened, percentile
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

served = 0
busy = asyncio.Lock()


async def stalls_once(request: Request) -> Response:
    global served
    served += 1
    if served == 50:
        time.sleep(1)  # a blocking call: for one second nobody gets an answer
    return Response("ok")


async def one_at_a_time(request: Request) -> Response:
    async with busy:
        await asyncio.sleep(0.02)  # so never more than 50 a second
    return Response("ok")


app = Starlette(routes=[Route("/stall", stalls_once), Route("/limit", one_at_a_time)])


def ms(seconds: float) -> str:
    return f"{seconds * 1_000:>6.0f} ms"


# --8<-- [start:omission]
async def omission(base_url: str) -> None:
    """200 requests, one each 10 ms, to a service that stands still for one second."""
    global served
    client = Client(base_url)
    served = 0
    waits = await closed(client, "/stall", users=1, each=200, pause=0.01)
    served = 0
    keeps_coming = await opened(client, ["/stall"] * 200, gap=lambda: 0.01)
    client.close()
    rows = {
        "closed, timed from the call": [shot.seen for shot in waits],
        "closed, timed from the plan": [shot.felt for shot in waits],
        "open, timed from the plan": [shot.felt for shot in keeps_coming],
    }
    print("200 requests, one stall of a second:")
    for name, times in rows.items():
        slow = sum(seconds > 0.25 for seconds in times)
        print(f"{name:<29}{slow:>3} over 250 ms{ms(percentile(times, 0.99))} at p99")
    blind, corrected, honest = (percentile(times, 0.99) for times in rows.values())
    assert blind * 2 < min(corrected, honest) and honest > 0.5
# --8<-- [end:omission]


# --8<-- [start:saturation]
def report(name: str, shots: list[Shot]) -> tuple[float, float]:
    """Throughput, and how much slower the last quarter was than the first."""
    shots = sorted(shots, key=lambda shot: shot.planned)
    span = max(shot.done for shot in shots) - shots[0].sent
    quarter = len(shots) // 4
    first = percentile([shot.felt for shot in shots[:quarter]], 0.5)
    last = percentile([shot.felt for shot in shots[-quarter:]], 0.5)
    print(f"{name:<22}{len(shots) / span:>4.0f} a second{ms(first)}{ms(last)}")
    return first, last


async def saturation(base_url: str) -> None:
    print("\nat most 50 a second, median of the first and of the last quarter:")
    client = Client(base_url)
    polite = await closed(client, "/limit", users=5, each=15)
    crowd = await opened(client, ["/limit"] * 150, gap=lambda: 1 / 100)
    client.close()
    first, last = report("closed, 5 users", polite)
    assert last < 3 * first, "five users, five in the queue: it can't get worse"
    first, last = report("open, 100 a second", crowd)
    assert last > 3 * first, "the queue grows for as long as the load lasts"
# --8<-- [end:saturation]


with serve(app, timeout_keep_alive=60) as base_url:
    asyncio.run(omission(base_url))
    asyncio.run(saturation(base_url))
