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
"""One dependency hangs: with one pool for all, the login goes down with it; with two pools it doesn't."""

import asyncio
from collections import Counter

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

POOL_TIMEOUT = 0.8  # seconds a call may wait for a free connection
hanging, released = 0, False


async def recommend(request: Request) -> Response:
    global hanging
    hanging += 1
    while not released:  # until the test lets go
        await asyncio.sleep(0.02)
    hanging -= 1
    return Response("socks")


async def login(request: Request) -> Response:
    return Response("ada")


# --8<-- [start:gateway]
def client(connections: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connections)
    timeout = httpx.Timeout(20, pool=POOL_TIMEOUT)
    return httpx.AsyncClient(limits=limits, timeout=timeout)


def gateway(pools: dict[str, httpx.AsyncClient], hosts: dict[str, str]) -> Starlette:
    async def forward(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            answer = await pools[name].get(f"{hosts[name]}/{name}")
        except httpx.PoolTimeout:  # the compartment is full
            return Response("busy", 503, {"Retry-After": "1"})
        return Response(answer.text, answer.status_code)

    return Starlette(routes=[Route("/{name}", forward)])
# --8<-- [end:gateway]


# --8<-- [start:flood]
async def flood(pools: dict[str, httpx.AsyncClient], room: int) -> tuple[int, int]:
    """Twenty ask for recommendations, which hang; then ten log in. Who gets an answer?"""
    global released
    released = False
    with serve(gateway(pools, hosts)) as shop:
        async with httpx.AsyncClient(base_url=shop, timeout=20) as user:
            waiting = [asyncio.create_task(user.get("/recommend")) for _ in range(20)]
            async with asyncio.timeout(10):
                while hanging < room:
                    await asyncio.sleep(0.02)
            logins = await asyncio.gather(*(user.get("/login") for _ in range(10)))
            await asyncio.wait(waiting, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            while sum(task.done() for task in waiting) < 20 - room:
                await asyncio.sleep(0.02)
            released = True
            late = await asyncio.gather(*waiting)
    seen = [Counter(answer.status_code for answer in group) for group in (logins, late)]
    print(f"  login: {seen[0][200]} of 10 served;", end=" ")
    print(f"recommendations: {seen[1][503]} of 20 refused")
    return seen[0][200], seen[1][503]
# --8<-- [end:flood]


def app(name: str) -> Starlette:
    return Starlette(routes=[Route(f"/{name}", {"recommend": recommend, "login": login}[name])])


with serve(app("recommend")) as slow, serve(app("login")) as fast:
    hosts = {"recommend": slow, "login": fast}
    # --8<-- [start:compare]
    shared = client(8)
    print("one pool of 8:")
    sunk = asyncio.run(flood({"recommend": shared, "login": shared}, room=8))
    print("a pool of 4 each:")
    safe = asyncio.run(flood({"recommend": client(4), "login": client(4)}, room=4))
    assert sunk == (0, 12) and safe == (10, 16)
    # --8<-- [end:compare]
