# /// script
# requires-python = ">=3.11"
# dependencies = ["starlette>=0.41"]
# ///
"""One feed of numbers behind four doors."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket


class Feed:
    """Numbers 1, 2, 3 … with the moment of each; `publish` may be called from any thread."""

    def __init__(self) -> None:
        self.moments: list[float] = []

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self.loop, self.news = asyncio.get_running_loop(), asyncio.Condition()
        yield

    def publish(self) -> None:
        asyncio.run_coroutine_threadsafe(self._publish(), self.loop).result(10)

    async def _publish(self) -> None:
        async with self.news:
            self.moments.append(time.perf_counter())
            self.news.notify_all()

    async def after(self, number: int) -> list[int]:
        """Return the numbers after this one; wait until there is one."""
        async with self.news:
            await self.news.wait_for(lambda: len(self.moments) > number)
        return list(range(number + 1, len(self.moments) + 1))


feed = Feed()


# --8<-- [start:doors]
async def poll(request: Request) -> JSONResponse:
    after = int(request.query_params["after"])
    return JSONResponse(list(range(after + 1, len(feed.moments) + 1)))


async def long_poll(request: Request) -> JSONResponse:
    """Hold the request until there is news; a real one answers empty after 20 s."""
    return JSONResponse(await feed.after(int(request.query_params["after"])))


async def sse(request: Request) -> StreamingResponse:
    async def stream() -> AsyncIterator[str]:
        last = int(request.headers.get("last-event-id", 0))
        while True:
            for number in await feed.after(last):
                yield f"id: {number}\ndata: {number}\n\n"
                last = number

    return StreamingResponse(stream(), media_type="text/event-stream")


async def websocket(socket: WebSocket) -> None:
    await socket.accept()
    last = int(await socket.receive_text())  # resuming is the application's matter
    pushing = asyncio.create_task(push(socket, last))
    async for _ in socket.iter_text():  # who doesn't read never learns that it ended
        pass
    pushing.cancel()


async def push(socket: WebSocket, last: int) -> None:
    while True:
        for number in await feed.after(last):
            await socket.send_text(str(last := number))
# --8<-- [end:doors]


routes = [Route("/poll", poll), Route("/long", long_poll), Route("/sse", sse)]
app = Starlette(routes=[*routes, WebSocketRoute("/ws", websocket)], lifespan=feed.lifespan)
