# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2", "starlette>=0.41"]
#
# [tool.snippets-runner]
# services = ["redis"]
# ///
"""The inner layers of `canonical_chain.py`: each may answer instead of the handler."""

import asyncio

from bucket import wait_for
from layers import Layer, problem
from starlette.requests import Request
from starlette.types import Message, Receive, Send

MOST = 1000
ROLES = {"Bearer ada": "customer"}


# --8<-- [start:guards]
class AddressLimit(Layer):
    """Twenty at once, then one in ten seconds, for each address: cheap, so it comes early."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        key = f"address:{request.client.host if request.client else 'unknown'}"
        wait = await asyncio.to_thread(wait_for, key, capacity=20, rate=0.1)
        refusal = problem(429, "Too many requests.", **{"Retry-After": str(wait)})
        await (refusal if wait else self.app)(request.scope, receive, send)


class TooLargeError(Exception):
    """The body went over the limit while it was read."""


class SizeLimit(Layer):
    """Believe Content-Length when it says too much; else count the bytes as they come."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        read = int(request.headers.get("Content-Length", 0))

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST:
                raise TooLargeError
            return message

        refusal = problem(413, f"At most {MOST} bytes.")
        if read > MOST:
            return await refusal(request.scope, receive, send)
        read = 0
        try:
            await self.app(request.scope, counted, send)
        except TooLargeError:  # before the handler has answered
            await refusal(request.scope, receive, send)


class Authenticate(Layer):
    """Say who it is, or answer 401; what they may do is the route's affair."""

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        request.state.role = ROLES.get(request.headers.get("Authorization", ""))
        refusal = problem(401, "Who are you?", **{"WWW-Authenticate": "Bearer"})
        await (self.app if request.state.role else refusal)(request.scope, receive, send)
# --8<-- [end:guards]
