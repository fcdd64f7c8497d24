# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 30
# ///
"""Server-sent events over a Redis stream: a client that is cut off in the middle, without ids and with them."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

log = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
reader = AsyncRedis.from_url(os.environ["REDIS_URL"], decode_responses=True)
QUIET = 300  # milliseconds without an event, then a comment; 15 s in real life


def publish(first: int, last: int) -> None:
    for number in range(first, last + 1):
        log.xadd("events", {"n": number}, id=f"{number}-0")


# --8<-- [start:stream]
async def newest() -> int:
    last = await reader.xrevrange("events", count=1)
    return int(last[0][0].split("-")[0]) if last else 0


async def stream(after: int, with_ids: bool) -> AsyncIterator[str]:
    """Send what came after `after`: first what is stored, then what happens."""
    yield "retry: 2000\n\n"  # the browser comes back after two seconds
    oldest = await reader.xrange("events", count=1)
    if oldest and int(oldest[0][0].split("-")[0]) > after + 1:
        yield "event: reset\ndata: too long ago, load the page's state anew\n\n"
        after = await newest()
    while True:
        found = await reader.xread({"events": f"{after}-0"}, count=100, block=QUIET)
        if not found:
            yield ": still here\n\n"  # keeps proxies and radio links from closing it
            continue
        for id, fields in found[0][1]:
            after = int(id.split("-")[0])
            yield (f"id: {after}\n" if with_ids else "") + f"data: {fields['n']}\n\n"


async def events(request: Request) -> StreamingResponse:
    last = request.headers.get("last-event-id", "")
    after = int(last) if last.isdigit() else await newest()
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    with_ids = request.url.path == "/events"
    body = stream(after, with_ids)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)
# --8<-- [end:stream]


# --8<-- [start:client]
class Source:
    """What a browser's EventSource does: read lines, and remember the last id."""

    def __init__(self, url: str) -> None:
        self.url, self.last_id, self.got = url, "", list[int]()

    @contextmanager
    def connected(self) -> Iterator[Iterator[str]]:
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        with httpx.stream("GET", self.url, headers=headers, timeout=10) as response:
            lines = response.iter_lines()
            assert next(lines) == "retry: 2000"
            yield lines

    def read(self, lines: Iterator[str], until: int) -> None:
        for line in lines:
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_id = value
            elif name == "data":
                self.got.append(int(value))
                if self.got[-1] == until:
                    return
# --8<-- [end:client]


# --8<-- [start:drop]
routes = [Route("/events", events), Route("/no-ids", events)]
with serve(Starlette(routes=routes)) as url:
    for path in ("/no-ids", "/events"):
        log.delete("events")
        source = Source(url + path)
        with source.connected() as lines:
            publish(1, 40)
            source.read(lines, until=25)  # and the train enters a tunnel
        publish(41, 70)
        with source.connected() as lines:
            publish(71, 100)
            source.read(lines, until=100)
        lost = sorted(set(range(1, 101)) - set(source.got))
        gap = f"{lost[0]} to {lost[-1]}" if lost else "none"
        print(f"{path:8} received {len(source.got)}, lost {len(lost)}: {gap}")
        assert (source.got == list(range(1, 101))) == (path == "/events")

    with source.connected() as lines:
        print("nothing new:", next(line for line in lines if line.startswith(":")))
    log.xtrim("events", maxlen=50, approximate=False)
    source.last_id = "20"
    with source.connected() as lines:
        print("from 20, where 51 is the oldest:", next(line for line in lines if line))
# --8<-- [end:drop]
