# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary,pool]>=3.2", "starlette>=0.41", "uvicorn>=0.34"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# ///
"""One shop as a single process, then as three services: the same result at another price."""

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from multiprocessing import Process

import httpx
import psycopg
import uvicorn
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Response]
DATABASE_URL = os.environ["DATABASE_URL"]
STATE = "SELECT sold.n, paid.n, placed.n FROM sold, paid, placed"
FLAKY = {"flaky": "yes"}
TABLES = {"shop": "sold paid placed", "stock": "sold", "billing": "paid", "orders": "placed"}


# --8<-- [start:split]
def local(pool: ConnectionPool, tables: str = "") -> Endpoint:
    """Count an order in these tables, in one transaction: in all of them or in none."""
    turn = count()

    def endpoint(request: Request) -> Response:
        if "flaky" in request.headers and next(turn) % 100 == 50:
            return Response(status_code=503)
        with pool.connection() as db:
            for table in tables.split():
                db.execute(f"UPDATE {table} SET n = n + 1")
        return Response(headers={"calls": "1"})

    return endpoint


def remote(http: httpx.Client, urls: list[str], record: Endpoint) -> Endpoint:
    """Ask the other services first: three transactions that nothing holds together."""

    def endpoint(request: Request) -> Response:
        flaky = FLAKY if "flaky" in request.headers else {}
        try:
            replies = [http.post(url, headers=flaky).raise_for_status() for url in urls]
        except httpx.HTTPError:
            return Response(status_code=503)
        reply = record(request)
        reply.headers["calls"] = str(1 + len(replies))
        return reply

    return endpoint
# --8<-- [end:split]


def serve(name: str, listener: socket.socket, url: dict[str, str]) -> None:
    schema = {"options": f"-c search_path={name}"}
    with ConnectionPool(DATABASE_URL, kwargs=schema) as pool, httpx.Client(timeout=10) as http:
        order = local(pool, TABLES[name])
        if name == "orders":
            order = remote(http, [url["stock"], url["billing"]], order)
        app = Starlette(routes=[Route("/", order, methods=["POST"]), Route("/", local(pool))])
        uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])


def main(stack: ExitStack, http: httpx.Client) -> None:
    url, process = dict[str, str](), dict[str, Process]()
    db = stack.enter_context(psycopg.connect(DATABASE_URL, autocommit=True))
    for name, tables in TABLES.items():
        db.execute(f"CREATE SCHEMA {name}; SET search_path TO {name}")
        db.execute("".join(f"CREATE TABLE {table} AS SELECT 0 AS n;" for table in tables.split()))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url[name] = f"http://127.0.0.1:{listener.getsockname()[1]}"
            process[name] = Process(target=serve, args=(name, listener, url), daemon=True)
            process[name].start()
        stack.callback(process[name].kill)
    # --8<-- [start:measure]
    rounds = [[http.post(url[name]) for name in ("shop", "orders")] for _ in range(100)]
    one, three = zip(*rounds, strict=True)
    for system, replies in (("shop", one), ("stock, billing, orders", three)):
        parts = system.split(", ")
        entry, n = url[parts[-1]], len(parts)
        db.execute(f"SET search_path TO {system}")
        calls = {reply.headers["calls"] for reply in replies}
        [done] = db.execute(STATE)
        assert done == (100, 100, 100)
        print(f"{system}: sold, paid, placed = {done}; HTTP calls each: {calls.pop()}")
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(http.post, entry, headers=FLAKY) for _ in range(500)]
        share = sum(reply.result().is_success for reply in sent) / 500
        print(f"  1 call in 100 fails: 0.99^{n} = {0.99**n:.3f}, measured {share:.3f}")
        [(sold, paid, placed)] = db.execute(STATE)
        print(f"  without an order: {sold - placed} sold, {paid - placed} paid")
        assert abs(share - 0.99**n) < 0.001 and len({sold, paid, placed}) == n
    fastest = [min(reply.elapsed for reply in replies) for replies in (one, three)]
    assert fastest[1] > 1.5 * fastest[0]
    print("same business result; the fastest order takes at least 1.5x as long")
    process["billing"].kill()
    process["billing"].join()
    browse, order = http.get(url["stock"]), http.post(url["orders"])
    print(f"billing killed: browse {browse.status_code}, order {order.status_code}")
    assert (browse.status_code, order.status_code) == (200, 503)
    # --8<-- [end:measure]


if __name__ == "__main__":
    with ExitStack() as stack, httpx.Client(timeout=10) as http:
        main(stack, http)
