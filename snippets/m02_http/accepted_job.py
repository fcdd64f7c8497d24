# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Accept work that takes longer than a request, and say where to ask for it."""

import asyncio
import itertools

import httpx
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

reports: dict[str, list[int] | None] = {}
numbers = itertools.count(1)
may_finish = asyncio.Event()
tasks: set[asyncio.Task[None]] = set()


# --8<-- [start:server]
async def build(key: str) -> None:
    await may_finish.wait()  # the minutes that a real report takes
    reports[key] = [3, 1, 4]


async def order(request: Request) -> Response:
    """Take the order, start the work, and answer at once."""
    key = str(next(numbers))
    reports[key] = None
    tasks.add(asyncio.create_task(build(key)))  # in production: a durable queue
    where = {"Location": f"/jobs/{key}", "Retry-After": "2"}
    return JSONResponse({"state": "pending"}, 202, where)


async def job(request: Request) -> Response:
    """Tell how far it is; 303 when there is something else to get."""
    key = request.path_params["key"]
    if key not in reports:
        return Response(status_code=404)
    if reports[key] is None:
        return JSONResponse({"state": "pending"}, headers={"Retry-After": "2"})
    return Response(status_code=303, headers={"Location": f"/reports/{key}"})


async def report(request: Request) -> Response:
    return JSONResponse(reports[request.path_params["key"]])


async def finish(request: Request) -> Response:
    may_finish.set()
    return Response(status_code=204)
# --8<-- [end:server]


routes = [
    Route("/reports", order, methods=["POST"]),
    Route("/jobs/{key}", job),
    Route("/reports/{key}", report),
    Route("/finish", finish, methods=["POST"]),
]
# --8<-- [start:client]
with serve(Starlette(routes=routes)) as url, httpx.Client(base_url=url) as client:

    def tell(answer: httpx.Response) -> httpx.Response:
        told = [f"{answer.status_code}", answer.text]
        for name in ("location", "retry-after"):
            told += [f"{name}={answer.headers[name]}"] if name in answer.headers else []
        asked = f"{answer.request.method} {answer.request.url.path}"
        print(f"{asked:<15} ->", *filter(None, told))
        return answer

    where = tell(client.post("/reports")).headers["location"]
    assert tell(client.get(where)).json() == {"state": "pending"}
    client.post("/finish")
    wait_until(lambda: client.get(where).status_code == 303, what="the report")
    result = tell(client.get(where)).headers["location"]
    assert tell(client.get(result)).json() == [3, 1, 4]
# --8<-- [end:client]
