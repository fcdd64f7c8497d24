# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2", "starlette>=0.41"]
#
# [tool.snippets-runner]
# services = ["redis"]
# ///
"""What happens before a route is called, one function a check; `route_groups.py` uses them."""

import os
from collections.abc import Awaitable, Callable
from itertools import count

from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
ids = count(1)
log: list[str] = []
USERS = {"token-ada": {"admin"}, "token-bob": {"reader"}}


# --8<-- [start:middleware]
Check = Callable[[Request], Awaitable[Response | None]]


class Step:
    """A middleware that looks at the request and may answer instead of the route."""

    def __init__(self, app: ASGIApp, check: Check) -> None:
        self.app, self.check = app, check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.check(Request(scope))
        await (answer or self.app)(scope, receive, send)


async def request_id(request: Request) -> None:
    request.state.id = next(ids)


async def logged(request: Request) -> None:
    log.append(f"{request.state.id} {request.method} {request.url.path}")


async def five_a_minute(request: Request) -> Response | None:
    key = f"login:{request.client.host if request.client else 'unknown'}"
    async with redis.pipeline(transaction=True) as both:  # a counter always has an end
        both.set(key, 0, ex=60, nx=True)
        both.incr(key)
        both.ttl(key)
        _, used, left = await both.execute()
    return Response("slow down", 429, {"Retry-After": str(left)}) if used > 5 else None


async def logged_in(request: Request) -> Response | None:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    request.state.roles = USERS.get(token)
    who = Response("who are you?", 401, {"WWW-Authenticate": "Bearer"})
    return None if request.state.roles else who


async def admin(request: Request) -> Response | None:
    return None if "admin" in request.state.roles else Response("not you", 403)
# --8<-- [end:middleware]
