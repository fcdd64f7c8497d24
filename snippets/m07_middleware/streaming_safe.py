# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Server-sent events through a middleware that collects the body, and through one that doesn't."""

import asyncio
import threading
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
from snippet_support import serve
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

got_first = threading.Event()  # set by the client: one event has arrived


# --8<-- [start:events]
async def events() -> AsyncIterator[str]:
    """Send one event; send the second when the client has the first, or after a second."""
    yield "data: one\n\n"
    arrived = await asyncio.to_thread(got_first.wait, 1.0)
    yield f"data: two, and the first {'was there' if arrived else 'was not there yet'}\n\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    response = StreamingResponse(events(), media_type="text/event-stream")
    await response(scope, receive, send)
# --8<-- [end:events]


# --8<-- [start:buffering]
def buffering(inner: ASGIApp) -> ASGIApp:
    """Collect the whole body in order to sign or compress it, or to count its bytes."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        start: MutableMapping[str, Any] = {}
        body = b""

        async def collect(message: MutableMapping[str, Any]) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                start["headers"] = [*start["headers"], (b"x-bytes", str(len(body)).encode())]
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await inner(scope, receive, collect)

    return layer
# --8<-- [end:buffering]


# --8<-- [start:passing]
def passing(inner: ASGIApp) -> ASGIApp:
    """Touch the head only, and count while the chunks go by."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        counted = 0

        async def forward(message: MutableMapping[str, Any]) -> None:
            nonlocal counted
            counted += len(message.get("body", b""))
            await send(message)  # and wait until the server has taken it: back-pressure

        await inner(scope, receive, forward)
        print(f"    {Request(scope).url.path}: {counted} bytes passed")

    return layer
# --8<-- [end:passing]


# --8<-- [start:read]
def read(layered: ASGIApp) -> str:
    got_first.clear()
    with serve(layered) as url, httpx.stream("GET", f"{url}/events", timeout=10) as response:
        for line in response.iter_lines():
            if line.startswith("data: one"):
                got_first.set()
            elif line.startswith("data: two"):
                told = line
    return told


for layer in (buffering, passing):
    print(f"{layer.__name__:10} {(told := read(layer(app)))}")
    assert ("not there yet" in told) == (layer is buffering)
# --8<-- [end:read]
