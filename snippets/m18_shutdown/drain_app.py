# /// script
# requires-python = ">=3.11"
# dependencies = ["starlette>=0.41", "uvicorn>=0.34"]
# ///
"""A service that can be stopped in three ways, told to it by its second argument."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

PROPAGATION = 2.5  # longer than the router needs to see that we aren't ready


# --8<-- [start:server]
class DrainingServer(uvicorn.Server):
    """SIGTERM: not ready, serve on, then stop accepting. A second one: out at once."""

    draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.draining:
            self.should_exit = self.force_exit = True
            return
        self.draining = True
        say("SIGTERM: readiness says 503, requests are still served")
        asyncio.get_running_loop().call_later(PROPAGATION, self.stop_accepting)

    def stop_accepting(self) -> None:
        say("listener closed, waiting for what is in flight")
        self.should_exit = True


@asynccontextmanager
async def resources(app: Starlette) -> AsyncIterator[None]:
    """Open telemetry first and the pool second; so they close the other way round."""
    try:
        try:
            yield
        finally:
            say("nothing in flight, pool closed")
    finally:
        say("telemetry flushed, the last thing of all")


async def ready(request: Request) -> PlainTextResponse:
    return PlainTextResponse("", 503 if server.draining else 200)
# --8<-- [end:server]


class Unprepared(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # no handlers: the signal's default action it is


def say(line: str) -> None:
    print(line, flush=True)


async def work(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0.05)
    return PlainTextResponse("done")


app = Starlette(
    routes=[Route("/ready", ready), Route("/", work)], lifespan=resources
)
server = DrainingServer(
    # --8<-- [start:config]
    uvicorn.Config(
        app,
        port=int(sys.argv[1]) if len(sys.argv) > 1 else 0,
        log_level="error",
        timeout_graceful_shutdown=25,  # None, the default, waits for ever
    )
    # --8<-- [end:config]
)

if len(sys.argv) > 2:
    servers = {"no handler": Unprepared, "uvicorn alone": uvicorn.Server}
    server_class = servers.get(sys.argv[2], DrainingServer)
    (server if server_class is DrainingServer else server_class(server.config)).run()
