# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "starlette>=0.41"]
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# redact = [{ pattern = 'wait \d+', as = "wait …" }]
# ///
"""Two token buckets, one by address before the body is read, one by user behind the login."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
from bucket import redis, wait_for
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

USERS = {"Bearer ada-token": "ada", "Bearer bob-token": "bob"}

# --8<-- [start:naive]
together = threading.Barrier(8)


def naive(key: str, capacity: int, *, first: bool) -> bool:
    """Read, decide, write: two commands, and seven other workers in between."""
    used = int(redis.get(key) or 0)
    if first:
        together.wait(timeout=10)
    if used >= capacity:
        return False
    redis.set(key, used + 1)
    return True


def race(capacity: int = 20, each: int = 10) -> tuple[int, int]:
    def worker(number: int) -> tuple[int, int]:
        lax = sum(naive("naive", capacity, first=n == 0) for n in range(each))
        strict = sum(wait_for("bucket", capacity=capacity, rate=0.01) == 0 for _ in range(each))
        return lax, strict

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(worker, range(8)))
    return sum(lax for lax, _ in results), sum(strict for _, strict in results)


lax, strict = race()
print(f"8 workers, 80 tries, 20 allowed: naive lets {'more' if lax > 20 else 'no more'} through,")
print(f"    the script exactly {strict}")
assert lax > 20 == strict
# --8<-- [end:naive]


# --8<-- [start:layers]
class Limit:
    """Ask one bucket, by whatever `who` makes of the request; None is not limited here."""

    def __init__(self, app: ASGIApp, name: str, capacity: int, rate: float) -> None:
        self.app, self.name, self.capacity, self.rate = app, name, capacity, rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        peer = request.client.host if request.client else "unknown"
        who = peer if self.name == "address" else request.state.user
        key = f"limit:{self.name}:{who}"
        wait = await asyncio.to_thread(wait_for, key, capacity=self.capacity, rate=self.rate)
        refusal = Response(f"too many by {self.name}", 429, {"Retry-After": str(wait)})
        await (refusal if wait else self.app)(scope, receive, send)
# --8<-- [end:layers]


def login(app: ASGIApp) -> ASGIApp:
    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        request.state.user = USERS.get(request.headers.get("Authorization", ""))
        refusal = Response("who are you?", 401, {"WWW-Authenticate": "Bearer"})
        await (app if request.state.user else refusal)(scope, receive, send)

    return layer


async def hello(request: Request) -> Response:
    return JSONResponse({"hello": request.state.user})


# --8<-- [start:ask]
inner = Limit(Starlette(routes=[Route("/", hello)]), "user", capacity=3, rate=0.1)
app = Limit(login(inner), "address", capacity=12, rate=1)


async def ask() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for who, times in (("ada", 4), ("bob", 4), ("nobody", 5)):
            headers = {"Authorization": f"Bearer {who}-token"}
            answers = [await client.get("http://test/", headers=headers) for _ in range(times)]
            last = answers[-1]
            print(f"{who:7}", *(answer.status_code for answer in answers), end="  ")
            print(last.text, "| wait", last.headers.get("Retry-After"))


asyncio.run(ask())
# --8<-- [end:ask]
