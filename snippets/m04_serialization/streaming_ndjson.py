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
"""Two hundred thousand rows out of PostgreSQL and over HTTP: as one list, and line by line."""

import json
import os
import resource
import sys
from collections.abc import AsyncIterator

import httpx
import psycopg
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

DATABASE, ROWS, MIB = os.environ["DATABASE_URL"], 200_000, 1024 * 1024
QUERY = "SELECT id, 'User ' || id, mod(id, 3) > 0 FROM generate_series(1, %s) AS id"


# --8<-- [start:whole]
async def whole(request: Request) -> Response:
    """Fetch all rows, make a list, make a string, send it."""
    async with await psycopg.AsyncConnection.connect(DATABASE) as connection:
        rows = await (await connection.execute(QUERY, [ROWS])).fetchall()
    return JSONResponse([{"id": i, "name": n, "active": active} for i, n, active in rows])
# --8<-- [end:whole]


# --8<-- [start:lines]
async def lines(request: Request) -> Response:
    """Hold a thousand rows at a time; each line is a JSON text of its own."""

    async def body() -> AsyncIterator[str]:
        connect = psycopg.AsyncConnection.connect(DATABASE)
        async with await connect as connection, connection.cursor("all_users") as cursor:
            cursor.itersize = 1000
            await cursor.execute(QUERY, [ROWS])
            sent = 0
            while rows := await cursor.fetchmany(1000):
                sent += len(rows)
                yield "".join(
                    json.dumps({"id": i, "name": name, "active": active}) + "\n"
                    for i, name, active in rows
                )
            yield json.dumps({"end": True, "rows": sent}) + "\n"  # proof that it is all

    return StreamingResponse(body(), media_type="application/x-ndjson")
# --8<-- [end:lines]


# --8<-- [start:measure]
def peak() -> float:
    """Return the most memory that this process, server and client, ever held, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def read(url: str) -> tuple[float, float]:
    """Return how many MiB came, and by how many the peak rose meanwhile."""
    before, size, last = peak(), 0, b""
    with httpx.stream("GET", url, timeout=30) as answer:
        for chunk in answer.iter_raw(65536):
            size, last = size + len(chunk), chunk
    if answer.headers["Content-Type"] == "application/x-ndjson":
        assert json.loads(last.splitlines()[-1]) == {"end": True, "rows": ROWS}
    return size / MIB, peak() - before


app = Starlette(routes=[Route("/whole", whole), Route("/lines", lines)])
with serve(app) as url:
    for way, more in (("lines", False), ("whole", True)):
        size, rise = read(f"{url}/{way}")
        memory = "more" if rise > 50 else "less"
        print(f"{way}: {size:4.1f} MiB sent, {memory} than 50 MiB of memory taken for it")
        assert (rise > 50) is more
# --8<-- [end:measure]
