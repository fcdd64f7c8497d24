# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""The client hangs up in the middle of a transaction: a handler that goes on, and one that is told."""

import asyncio
import os
from collections.abc import Coroutine
from functools import partial
from operator import contains
from typing import Any

import httpx
import psycopg
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

DATABASE = os.environ["DATABASE_URL"]
events: list[str] = []
with psycopg.connect(DATABASE) as setup:
    setup.execute("CREATE TABLE orders (way text)")


# --8<-- [start:watch]
async def unless_gone(request: Request, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work; cancel it if the client goes first. Return whether it was done."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        task.cancel()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        watcher = group.create_task(watch())
        task.add_done_callback(lambda _: watcher.cancel())
    return not task.cancelled()
# --8<-- [end:watch]


# --8<-- [start:order]
async def order(way: str) -> None:
    """Insert, wait for a slow payment, commit: or roll back when cancelled."""
    try:
        async with await psycopg.AsyncConnection.connect(DATABASE) as connection:
            await connection.execute("INSERT INTO orders VALUES (%s)", [way])
            events.append(f"{way}: inserted")
            await asyncio.sleep(1.0)  # the payment
        events.append(f"{way}: committed")
    except asyncio.CancelledError:
        events.append(f"{way}: cancelled, rolled back")
        raise  # always: whoever cancelled waits for it
    finally:
        events.append(f"{way}: connection closed")


async def naive(request: Request) -> Response:
    await order("naive")
    return PlainTextResponse("ordered", 201)


async def watchful(request: Request) -> Response:
    done = await unless_gone(request, order("watchful"))
    return PlainTextResponse("ordered", 201) if done else Response(status_code=499)
# --8<-- [end:order]


# --8<-- [start:hang-up]
def rows(way: str) -> int:
    with psycopg.connect(DATABASE) as connection:
        found = connection.execute("SELECT count(*) FROM orders WHERE way = %s", [way]).fetchone()
    return found[0] if found else -1


routes = [Route("/naive", naive), Route("/watchful", watchful)]
with serve(Starlette(routes=routes)) as url:
    for way in ("naive", "watchful"):
        try:
            httpx.get(f"{url}/{way}", timeout=httpx.Timeout(5, read=0.3))
        except httpx.ReadTimeout:
            end = f"{way}: connection closed"
            wait_until(partial(contains, events, end), what="the handler to end")
        print(*(event for event in events if event.startswith(way)), sep="\n")
        print(f"{way}: the client has gone, rows: {rows(way)}")
assert (rows("naive"), rows("watchful")) == (1, 0)
# --8<-- [end:hang-up]
