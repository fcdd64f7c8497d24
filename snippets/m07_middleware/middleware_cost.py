# /// script
# requires-python = ">=3.11"
# dependencies = ["pyjwt>=2.10", "starlette>=0.41"]
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = '\d+(\.\d+)? µs', as = "… µs" }]
# ///
"""Ten thousand requests through one layer at a time, in process: what each layer costs."""

import asyncio
import gzip
import json
import time
import uuid
from collections.abc import Awaitable, Callable

import jwt
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS, BODY = 10_000, json.dumps([{"id": n, "name": f"user {n}"} for n in range(40)]).encode()
KEY = "0123456789abcdef0123456789abcdef"
TOKEN = jwt.encode({"sub": "42"}, KEY, "HS256")
response = Response(BODY, media_type="application/json")


async def handler(scope: Scope, receive: Receive, send: Send) -> None:
    await response(scope, receive, send)


# --8<-- [start:layers]
Next = Callable[[Request], Awaitable[Response]]


def request_id(scope: Scope) -> None:
    scope["state"]["id"] = uuid.uuid4().hex


def access_log(scope: Scope) -> None:
    json.dumps({"method": scope["method"], "path": scope["path"], "at": time.time()})


def authenticate(scope: Scope) -> None:
    header = dict(scope["headers"])[b"authorization"].decode()
    scope["state"]["user"] = jwt.decode(header.removeprefix("Bearer "), KEY, ["HS256"])["sub"]


def compress(scope: Scope) -> None:
    gzip.compress(BODY, compresslevel=6)


def before(step: Callable[[Scope], None], app: ASGIApp) -> ASGIApp:
    """Make a pure ASGI layer of a step that is done before the handler."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        step(scope)
        await app(scope, receive, send)

    return layer


async def untouched(request: Request, call_next: Next) -> Response:
    return await call_next(request)
# --8<-- [end:layers]


# --8<-- [start:measure]
def scope() -> Scope:
    headers = [(b"host", b"test"), (b"authorization", f"Bearer {TOKEN}".encode())]
    return {"type": "http", "method": "GET", "path": "/users", "headers": headers, "state": {}}


async def receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message: Message) -> None:
    pass


async def cost(app: ASGIApp, count: int) -> float:
    """Return the microseconds of one request: the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(count // 3):
            await app(scope(), receive, send)
        best = min(best, (time.perf_counter() - start) / (count // 3) * 1e6)
    return best


async def measure() -> dict[str, float]:
    base = await cost(handler, REQUESTS)
    print(f"{'handler alone':19} {base:.0f} µs")
    costs = {}
    for step in (request_id, access_log, authenticate, compress):
        costs[step.__name__] = await cost(before(step, handler), REQUESTS) - base
    based = BaseHTTPMiddleware(handler, dispatch=untouched)
    costs["BaseHTTPMiddleware"] = await cost(based, REQUESTS) - base
    for name, each in costs.items():
        print(f"{name:19} {max(each, 0):.0f} µs more")
    return costs
# --8<-- [end:measure]


costs = asyncio.run(measure())
assert costs["request_id"] < costs["authenticate"] and costs["request_id"] < costs["compress"]
