# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 60
# ///
"""One, two and four copies: how much is done at once, until something can't be divided."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import httpx
import psycopg
from psycopg import sql
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

URL = os.environ["DATABASE_URL"]
WORKERS, ASKED = 2, 16  # requests that one copy does at once; requests under way
with psycopg.connect(URL, autocommit=True) as db:
    db.execute("CREATE TABLE counter (n int); INSERT INTO counter VALUES (0)")
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 32")
    db.execute(limit.format(sql.Identifier(db.info.dbname)))
    db.execute("CREATE ROLE app LOGIN; GRANT ALL ON counter TO app")


# --8<-- [start:copy]
class Meter:
    """Count what is being done, over all copies, and remember the highest count."""

    def __init__(self) -> None:
        self.now, self.most, self.lock = 0, 0, threading.Lock()
        self.go = threading.Event()

    def work(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(20)  # the work, until everybody who can has begun
        with self.lock:
            self.now -= 1


def copy(meter: Meter) -> Starlette:
    places = threading.BoundedSemaphore(WORKERS)

    def alone(request: Request) -> Response:
        with places:
            meter.work()
        return PlainTextResponse("done")

    def shared(request: Request) -> Response:
        with places, psycopg.connect(URL) as db:
            db.execute("UPDATE counter SET n = n + 1")  # everybody's row
            meter.work()
        return PlainTextResponse("done")

    return Starlette(routes=[Route("/alone", alone), Route("/shared", shared)])
# --8<-- [end:copy]


print("[grow]")


# --8<-- [start:grow]
def at_once(path: str, copies: int) -> int:
    """Ask all copies in turn; return how many requests were at work at once."""
    meter, room = Meter(), min(copies * WORKERS, ASKED)
    with ExitStack() as stack:
        urls = [stack.enter_context(serve(copy(meter))) for _ in range(copies)]
        pool = stack.enter_context(ThreadPoolExecutor(ASKED))
        ask = partial(httpx.get, timeout=30, trust_env=False)
        replies = [pool.submit(ask, urls[n % copies] + path) for n in range(ASKED)]
        wait_until(lambda: meter.most >= (room if path == "/alone" else 1), timeout=20)
        meter.go.set()
        assert all(reply.result().status_code == 200 for reply in replies)
    return meter.most


for path in ("/alone", "/shared"):
    counts = {copies: at_once(path, copies) for copies in (1, 2, 4)}
    print(f"{path:7}", *(f"{n} copies, {most} at once" for n, most in counts.items()), sep="  ")
    assert list(counts.values()) == ([2, 4, 8] if path == "/alone" else [1, 1, 1])
# --8<-- [end:grow]

print("[pools]")


# --8<-- [start:pools]
def started(copies: int, pool: int) -> str:
    """Let each copy open its pool, as a program does when it starts."""
    with ExitStack() as stack:
        for number in range(1, copies + 1):
            try:
                for _ in range(pool):
                    stack.enter_context(psycopg.connect(URL, user="app"))
            except psycopg.OperationalError as error:
                return f"copy {number}: {str(error).split('FATAL: ')[-1].strip()}"
    return "all started"


print("4 copies with pools of 8: ", started(4, 8))
print("5 copies with pools of 8: ", started(5, 8))
print("5 copies with pools of 6: ", started(5, 6))
# --8<-- [end:pools]
assert "too many connections" in started(5, 8) and started(4, 8) == "all started"
