# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""A circuit breaker before a server that hangs: its states, and what callers wait with and without it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

import httpx
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DEADLINE, OPEN_FOR = 0.3, 0.4  # seconds
sick, hits = False, 0


async def price(request: Request) -> Response:
    global hits
    hits += 1
    while sick:  # hangs, as the worst dependencies do
        await asyncio.sleep(0.01)
    return Response("120")


# --8<-- [start:breaker]
class CircuitOpenError(Exception):
    """Refused here: the call was never made."""


class Breaker:
    """Open when half of the last ten calls failed, at least three; probe after a pause."""

    def __init__(self, window: int = 10, least: int = 3, share: float = 0.5) -> None:
        self.least, self.share, self.retry_at = least, share, 0.0
        self.failed: deque[bool] = deque(maxlen=window)
        self.states = ["closed"]

    def call(self, function: Callable[[], httpx.Response]) -> httpx.Response:
        if self.states[-1] == "open" and time.monotonic() >= self.retry_at:
            self.states.append("half-open")  # this caller is the probe
        elif self.states[-1] != "closed":
            raise CircuitOpenError
        try:
            response = function()
        except httpx.TransportError:
            self.record(failed=True)
            raise
        self.record(failed=response.status_code >= 500)  # a 404 is an answer
        return response

    def record(self, *, failed: bool) -> None:
        self.failed.append(failed)
        count, bad = len(self.failed), sum(self.failed)
        too_many = count >= self.least and bad / count >= self.share
        if self.states[-1] == "half-open" and not failed:
            self.states.append("closed")
            self.failed.clear()
        elif failed and (self.states[-1] == "half-open" or too_many):
            self.states.append("open")
            self.retry_at = time.monotonic() + OPEN_FOR
# --8<-- [end:breaker]


# --8<-- [start:drive]
def six_calls(how: str, get: Callable[[], httpx.Response]) -> tuple[int, int]:
    """Return how many of six calls waited, and how many hits the server saw."""
    before, waited = hits, 0
    for began in (time.monotonic() for _ in range(6)):
        try:
            get()
        except (httpx.TimeoutException, CircuitOpenError):
            waited += time.monotonic() - began > DEADLINE / 2
    print(f"{how:8} {waited} of 6 callers waited, the server saw {hits - before} calls")
    return waited, hits - before


def pause_over() -> bool:
    return time.monotonic() >= breaker.retry_at
# --8<-- [end:drive]


breaker = Breaker()
app = Starlette(routes=[Route("/price", price)])
with serve(app) as shop, httpx.Client(base_url=shop, timeout=DEADLINE) as client:
    client.get("/price", timeout=10)
    # --8<-- [start:outage]
    sick = True
    without = six_calls("without:", lambda: client.get("/price"))
    guarded = six_calls("with:", lambda: breaker.call(lambda: client.get("/price")))
    sick = False
    wait_until(lambda: time.monotonic() >= breaker.retry_at)
    breaker.call(lambda: client.get("/price", timeout=10))
    print("mended in the pause:", " -> ".join(breaker.states))
    # --8<-- [end:outage]
    # --8<-- [start:probe]
    first, breaker.states = breaker.states, ["closed"]
    sick = True
    six_calls("again:", lambda: breaker.call(lambda: client.get("/price")))
    wait_until(lambda: time.monotonic() >= breaker.retry_at)
    six_calls("probing:", lambda: breaker.call(lambda: client.get("/price")))
    sick = False
    wait_until(lambda: time.monotonic() >= breaker.retry_at)
    breaker.call(lambda: client.get("/price", timeout=10))
    print("still sick at first:", " -> ".join(breaker.states))
    # --8<-- [end:probe]
assert (without, guarded) == ((6, 6), (3, 3))
assert first == ["closed", "open", "half-open", "closed"]
assert breaker.states == ["closed", "open", "half-open", "open", "half-open", "closed"]
