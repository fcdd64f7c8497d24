# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "starlette>=0.41"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Five hundred requests at once: a global variable, a context variable, and a worker that forgets."""

import asyncio
from contextvars import ContextVar

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

CLIENTS = 500
# --8<-- [start:variables]
current = ""  # one for the whole process
request_id: ContextVar[str] = ContextVar("request_id")  # one for each task
everybody = asyncio.Barrier(CLIENTS)


def deep_down() -> tuple[str, str]:
    """Ask for the id where nobody has passed it: in a query, a log line, a client."""
    return current, request_id.get()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    global current
    mine = Request(scope).headers["X-Request-Id"]
    current = mine
    request_id.set(mine)
    await everybody.wait()  # the others come in meanwhile, as they do in life
    by_global, by_context = deep_down()
    answer = JSONResponse({"global": by_global, "context": by_context})
    await answer(scope, receive, send)
# --8<-- [end:variables]


# --8<-- [start:ask]
async def ask() -> dict[str, int]:
    leaks = {"global": 0, "context": 0}

    async def client(number: int) -> None:
        mine = {"X-Request-Id": f"request-{number}"}
        seen = (await http.get("http://test/", headers=mine)).json()
        for kind in leaks:
            leaks[kind] += seen[kind] != mine["X-Request-Id"]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return leaks


leaks = asyncio.run(ask())
for kind, count in leaks.items():
    print(f"{kind:8} {count} of {CLIENTS} requests saw another's id")
assert leaks == {"global": CLIENTS - 1, "context": 0}
# --8<-- [end:ask]


# --8<-- [start:worker]
user: ContextVar[str] = ContextVar("user", default="nobody")


async def worker(jobs: list[str | None], *, tidy: bool) -> list[str]:
    """Do several jobs in one task; a job may have a user."""
    seen = []
    for job in jobs:
        token = user.set(job) if job else None
        seen.append(user.get())
        if tidy and token:
            user.reset(token)
    return seen


for tidy in (False, True):
    seen = asyncio.run(worker(["ada", None], tidy=tidy))
    print(f"{'with' if tidy else 'without'} reset: the job without a user ran as {seen[1]}")
    assert seen == ["ada", "nobody" if tidy else "ada"]
# --8<-- [end:worker]
