# /// script
# requires-python = ">=3.11"
# dependencies = ["starlette>=0.41"]
# ///
"""The outer layers of `canonical_chain.py`: what every request passes, and every answer."""

import re
import time
import traceback
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log: list[str] = []


class Layer:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # start-up, shutdown, WebSocket: not this layer's
            return await self.app(scope, receive, send)
        request = Request(scope)
        request.state.reached = type(self).__name__
        await self.handle(request, receive, send)

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        raise NotImplementedError


def with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return add


def problem(status: int, title: str, **headers: str) -> Response:
    body = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(body, status, headers, "application/problem+json")


# --8<-- [start:outer]
class RequestId(Layer):
    """Take the caller's id if it is harmless, else make one."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        given = request.headers.get("X-Request-Id", "")
        known = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else uuid.uuid4().hex
        request.state.id = known
        await self.app(request.scope, receive, with_headers(send, {"X-Request-Id": known}))


class AccessLog(Layer):
    """One line for each request, also for those that are refused further in."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        start, status = time.perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(request.scope, receive, watch)
        finally:  # also when the client has gone
            took = time.perf_counter() - start
            speed = "fast" if took < 1 else "slow"
            log.append(f"{request.method} {status} {speed}, got as far as {request.state.reached}")


class SafetyNet(Layer):
    """Answer 500 for what nobody caught; the details go to our log, not to the client."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        try:
            await self.app(request.scope, receive, send)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            request.state.reached += f": {type(error).__name__} in {last.name}"
            await problem(500, "Something went wrong here.")(request.scope, receive, send)
# --8<-- [end:outer]


# --8<-- [start:secure]
class Secure(Layer):
    """Set the headers that errors need as well; the policy is one for JSON."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        policy = "default-src 'none'; frame-ancestors 'none'"
        headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
        await self.app(request.scope, receive, with_headers(send, headers))
# --8<-- [end:secure]
