# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# redact = [{ pattern = 'about \d+ ms', as = "about … ms" }]
# ///
"""Two seconds for three services and a query that wants thirty: who stops when?"""

import os
import time

import httpx
import psycopg
from psycopg.errors import QueryCanceled
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

DATABASE = os.environ["DATABASE_URL"]
granted: list[int] = []  # what each hop was left with, in ms


# --8<-- [start:budget]
def left(request: Request) -> float:
    """Return the seconds that the caller still waits, less what the answer needs.

    A remaining time rather than a point in time: the machines' clocks may differ.
    """
    budget = int(request.headers.get("X-Budget-Ms", "2000"))
    granted.append(budget)
    return (budget - 200) / 1000


def hop(further: str) -> Starlette:
    """Make a service that does something, and then calls the next one."""

    async def call(request: Request) -> Response:
        start, budget = time.monotonic(), left(request)
        remaining = budget - (time.monotonic() - start)
        headers = {"X-Budget-Ms": str(int(remaining * 1000))}
        try:
            async with httpx.AsyncClient(timeout=remaining) as client:
                answer = await client.get(further, headers=headers)
            return Response(answer.content, answer.status_code)
        except httpx.TimeoutException:
            return PlainTextResponse("gave up waiting", 504)

    return Starlette(routes=[Route("/", call)])
# --8<-- [end:budget]


# --8<-- [start:query]
async def report(request: Request) -> Response:
    """Run a slow query, and tell the database how long anybody will wait for it."""
    start = time.monotonic()
    connection = await psycopg.AsyncConnection.connect(DATABASE)
    async with connection:
        if request.url.path == "/limited":  # connecting took its part of the budget too
            limit = int((left(request) - (time.monotonic() - start)) * 1000)
            setting = "SELECT set_config('statement_timeout', %s, true)"
            await connection.execute(setting, [str(limit)])
        try:
            await connection.execute("SELECT pg_sleep(30)")
        except QueryCanceled:
            return PlainTextResponse("the database stopped it", 504)
    return PlainTextResponse("done")
# --8<-- [end:query]


def active() -> int:
    query = """SELECT count(*) FROM pg_stat_activity
        WHERE query = 'SELECT pg_sleep(30)' AND state = 'active'"""
    with psycopg.connect(DATABASE) as connection:
        found = connection.execute(query).fetchone()
    return found[0] if found else 0


# --8<-- [start:compare]
with serve(Starlette(routes=[Route("/{way}", report)])) as third:
    start = time.monotonic()
    with serve(hop(f"{third}/limited")) as second, serve(hop(second)) as first:
        answer = httpx.get(first, headers={"X-Budget-Ms": "2000"}, timeout=5)
    took = time.monotonic() - start
    print(f"with a budget: {answer.status_code} {answer.text}, active queries: {active()}")
    print("  left at each hop:", *("about " + str(round(ms, -2)) + " ms" for ms in granted))
    assert answer.status_code == 504 and active() == 0
    assert granted == sorted(granted, reverse=True) and len(granted) == 3

    try:
        httpx.get(f"{third}/unlimited", timeout=0.5)
    except httpx.ReadTimeout:
        still = wait_until(active, what="the query to be seen")
        print(f"client timeout only: the client has gone, active queries: {still}")
        assert still == 1
    with psycopg.connect(DATABASE) as connection:
        connection.execute("""SELECT pg_cancel_backend(pid) FROM pg_stat_activity
            WHERE query = 'SELECT pg_sleep(30)'""")
# --8<-- [end:compare]
