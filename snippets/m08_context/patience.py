# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""A timeout that never fires, and retries that outlive whoever asked."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


async def drip(request: Request) -> Response:
    """Send a byte each twentieth of a second, for more than a second."""

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(25):
            yield b"."
            await asyncio.sleep(0.05)

    return StreamingResponse(drops())


async def stuck(request: Request) -> Response:
    await asyncio.sleep(2)
    return PlainTextResponse("too late")


# --8<-- [start:drip]
async def drops(client: httpx.AsyncClient) -> None:
    reply = await client.get("/drip", timeout=1.0)  # 1 s of silence, not 1 s in all
    print(f"timeout=1.0: no error, {len(reply.content)} drops, in more than a second")
    try:
        async with asyncio.timeout(0.6):
            await client.get("/drip", timeout=1.0)
    except TimeoutError:
        print("a deadline of 0.6 around it: over")
    else:
        raise AssertionError("the deadline did not count")
# --8<-- [end:drip]


# --8<-- [start:retry]
sent: list[float] = []


async def attempt(client: httpx.AsyncClient) -> str:
    sent.append(time.monotonic())
    return (await client.get("/stuck", timeout=0.25)).text


async def stubborn(client: httpx.AsyncClient, deadline: float) -> str:
    """Try four times for a quarter of a second each, whatever the caller does."""
    for _ in range(4):
        try:
            return await attempt(client)
        except httpx.TimeoutException:
            await asyncio.sleep(0.05)
    return "gave up"


async def budgeted(client: httpx.AsyncClient, deadline: float) -> str:
    """Try as long as an attempt can be of use; less than 0.1 s never is, here."""
    while (left := deadline - time.monotonic()) > 0.1:
        try:
            async with asyncio.timeout(left):
                return await attempt(client)
        except (httpx.TimeoutException, TimeoutError):
            await asyncio.sleep(0.05)
    return "gave up"


async def retries(client: httpx.AsyncClient) -> None:
    for way in (stubborn, budgeted):
        sent.clear()
        deadline = time.monotonic() + 0.8  # then the caller goes
        await way(client, deadline)
        late = sum(moment > deadline for moment in sent)
        print(f"{way.__name__}: requests sent after the caller had gone: {late > 0}")
        assert (late > 0) == (way is stubborn)
# --8<-- [end:retry]


async def main(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        print("[drip]")
        await drops(client)
        print("[retry]")
        await retries(client)


with serve(Starlette(routes=[Route("/drip", drip), Route("/stuck", stuck)])) as url:
    asyncio.run(main(url))
