# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""The way in, the way out, an exception, and a layer that answers by itself."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
trace: list[str] = []


# --8<-- [start:layer]
class Layer:
    """A pure ASGI middleware: an application that holds another one."""

    def __init__(self, app: App, name: str) -> None:
        self.app, self.name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Any) -> None:
            if message["type"] == "http.response.start":
                trace.append(f"{self.name} sees {message['status']}")
                message["headers"] = [*message["headers"], (b"via", self.name.encode())]
            await send(message)

        trace.append(f"{self.name} in")
        try:
            await self.app(scope, receive, watched)
        except RuntimeError:
            trace.append(f"{self.name} sees the exception")
            raise
        trace.append(f"{self.name} out")
# --8<-- [end:layer]


# --8<-- [start:others]
async def answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Gate(Layer):
    """Answer 401 without calling anybody further in: a short-circuit."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/secret":
            return await super().__call__(scope, receive, send)
        trace.append(f"{self.name} answers")
        await answer(send, 401)


class Net(Layer):
    """Turn whatever comes up into 500: the layer outside all others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except RuntimeError:
            await answer(send, 500)


async def handler(scope: Scope, receive: Receive, send: Send) -> None:
    trace.append("handler")
    if scope["path"] == "/crash":
        raise RuntimeError
    await answer(send, 200)
# --8<-- [end:others]


# --8<-- [start:ask]
chain = Net(Layer(Gate(Layer(handler, "headers"), "auth"), "log"), "net")


async def ask(path: str) -> list[str]:
    trace.clear()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(chain)) as client:
        response = await client.get(f"http://test{path}")
    print(f"{path} {response.status_code}, via {response.headers.get('via')}")
    for step in trace:
        print(f"    {step}")
    return list(trace)


normal = asyncio.run(ask("/"))
ways_in = [step.split()[0] for step in normal if step.endswith(" in")]
ways_out = [step.split()[0] for step in normal if step.endswith(" out")]
assert ways_out == ways_in[::-1] == ["headers", "auth", "log", "net"]
secret, crash = asyncio.run(ask("/secret")), asyncio.run(ask("/crash"))
assert "handler" not in secret and "log out" in secret
assert "headers sees 500" not in crash and "log sees 500" not in crash
# --8<-- [end:ask]
