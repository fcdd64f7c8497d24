# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["haproxy"]
# timeout = 20
# ///
"""Spread requests over three backends, slow one of them down, then lose one."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

work_in_temporary_folder()
# --8<-- [start:config]
POOLS = """
global
    max-spread-checks 50
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    retries 0

frontend public
    bind 127.0.0.1:{port}
    stats uri /stats
    use_backend %[path,field(2,/)]

backend unchecked
    balance roundrobin
    {servers}
backend least
    balance leastconn
    {servers}
backend active
    option httpchk GET /healthz
    default-server check inter 400ms fall 3
    {servers}
backend passive
    default-server check inter 60s observe layer4 error-limit 3 on-error mark-down
    {servers}
"""
# --8<-- [end:config]


def backend(name: str) -> Starlette:
    async def answer(request: Request) -> PlainTextResponse:
        if name == "b3" and request.url.path.endswith("/slow"):
            await asyncio.sleep(0.2)
        return PlainTextResponse(name)

    return Starlette(routes=[Route("/{path:path}", answer)])


# --8<-- [start:measure]
def spread(client: httpx.Client, path: str, n: int, workers: int = 1) -> Counter[str]:
    """Send ``n`` requests; count which backend answered, or with which status not."""

    def ask(_: int) -> str:
        reply = client.get(path)
        return reply.text if reply.status_code == 200 else str(reply.status_code)

    with ThreadPoolExecutor(workers) as pool:
        return Counter(pool.map(ask, range(n)))


def is_down(client: httpx.Client, pool: str, server: str) -> bool:
    """Ask the balancer itself what it thinks of one server."""
    rows = client.get("/stats;csv").text.splitlines()
    return any(row.startswith(f"{pool},{server},") and ",DOWN," in row for row in rows)


def measure(client: httpx.Client, kill_b2: Callable[[], None]) -> None:
    even = spread(client, "/unchecked", 100)
    print("round robin, 100 requests:", "/".join(str(n) for _, n in even.most_common()))
    assert sorted(even.values()) == [33, 33, 34]
    fair = spread(client, "/unchecked/slow", 60, workers=6)["b3"]
    least = spread(client, "/least/slow", 60, workers=6)["b3"]
    print(f"one slow, 60 requests: round robin sent it {fair}, least connections <= 10")
    assert fair == 20 and least <= 10
    kill_b2()
    fresh = spread(client, "/active", 3)["503"]
    counted = spread(client, "/passive", 99)["503"]
    blind = spread(client, "/unchecked", 99)["503"]
    wait_until(lambda: is_down(client, "active", "b2"), what="the ejection")
    ejected = spread(client, "/active", 99)["503"]
    print(f"dead backend, active check: {fresh} error in the first 3 requests")
    print(f"dead backend, active check: {ejected} errors in 99 requests after ejection")
    print(f"dead backend, passive count: {counted} errors in 99 requests")
    print(f"dead backend, no check: {blind} errors in 99 requests, and so on for ever")
    assert (fresh, ejected, counted, blind) == (1, 0, 3, 33)
# --8<-- [end:measure]


with ExitStack() as others, ExitStack() as b2:
    servers = []
    for name, life in (("b1", others), ("b2", b2), ("b3", others)):
        url = life.enter_context(serve(backend(name)))
        servers.append(f"server {name} {url.removeprefix('http://')}")
    port = free_port()
    config = POOLS.format(port=port, servers="\n    ".join(servers))
    Path("haproxy.cfg").write_text(config)
    others.enter_context(running(["haproxy", "-db", "-f", "haproxy.cfg"], port=port))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        measure(client, kill_b2=b2.close)
