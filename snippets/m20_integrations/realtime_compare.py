# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41", "websockets>=14"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 40
# redact = [
#   { pattern = ' +\d+ requests', as = " … requests" },
#   { pattern = ' +\d+ bytes', as = " … bytes" },
#   { pattern = ' +\d+\.\d ms', as = " … ms" },
# ]
# ///
"""Twenty events by polling, long polling, SSE and WebSocket: requests, bytes for one event, delay."""

import statistics
import threading
import time
from collections.abc import Callable, Generator
from urllib.parse import urlsplit

import httpx
from channels import app, feed
from relay import relay
from snippet_support import serve
from websockets.sync.client import connect

EVENTS, PAUSE = 20, 0.04
Channel = Generator[int | None, None, None]


# --8<-- [start:clients]
def polling(http: httpx.Client, path: str, wait: float) -> Channel:
    """Ask, and ask again; `None` stands for each request."""
    last = 0
    while last < EVENTS:
        yield None
        for number in http.get(path, params={"after": last}).json():
            yield (last := number)
        time.sleep(wait)


def seldom(base: str) -> Channel:
    with httpx.Client(base_url=base, timeout=30) as http:
        yield from polling(http, "/poll", 0.2)


def often(base: str) -> Channel:
    with httpx.Client(base_url=base, timeout=30) as http:
        yield from polling(http, "/poll", 0.02)


def long(base: str) -> Channel:
    with httpx.Client(base_url=base, timeout=30) as http:
        yield from polling(http, "/long", 0)


def sse(base: str) -> Channel:
    yield None
    with httpx.stream("GET", f"{base}/sse", timeout=30) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                yield int(line.removeprefix("data: "))


def websocket(base: str) -> Channel:
    yield None
    with connect(f"ws://{urlsplit(base).netloc}/ws", compression=None) as socket:
        socket.send("0")
        for message in socket:
            yield int(message)
# --8<-- [end:clients]


# --8<-- [start:measure]
def publish() -> None:
    for _ in range(EVENTS):
        time.sleep(PAUSE)  # the rate of the events
        feed.publish()


def measure(client: Callable[[str], Channel], port: int) -> tuple[int, int, float]:
    """Return the requests, the bytes for one event, the middle delay in ms."""
    feed.moments.clear()
    requests, delays = 0, []
    with relay(port) as counted:
        source = client(f"http://127.0.0.1:{counted.port}")
        publisher = threading.Thread(target=publish)
        publisher.start()
        for number in source:
            if number is None:
                requests += 1
                continue
            delays.append(time.perf_counter() - feed.moments[number - 1])
            if number == EVENTS:
                break
        publisher.join()
        source.close()
        return requests, counted.bytes // EVENTS, statistics.median(delays) * 1000
# --8<-- [end:measure]


# --8<-- [start:run]
with serve(app) as url:
    table = {
        client.__name__: measure(client, int(url.rpartition(":")[2]))
        for client in (seldom, often, long, sse, websocket)
    }
for name, (count, mean, delay) in table.items():
    print(f"{name:9} {count:3} requests {mean:5} bytes for one event {delay:6.1f} ms")
# --8<-- [end:run]
asked = {name: row[0] for name, row in table.items()}
size = {name: row[1] for name, row in table.items()}
assert asked["sse"] == asked["websocket"] == 1 < asked["seldom"] < asked["often"]
assert size["websocket"] < size["sse"] < size["long"] and size["sse"] < size["seldom"]
assert max(table[name][2] for name in ("long", "sse", "websocket")) < table["seldom"][2]
