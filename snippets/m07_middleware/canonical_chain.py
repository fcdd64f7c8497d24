# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "starlette>=0.41"]
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# ///
"""A whole chain in its order, and six requests, each of which ends at the layer meant for it."""

import asyncio
import json
from typing import Any

import httpx
from guards import AddressLimit, Authenticate, SizeLimit
from layers import AccessLog, RequestId, SafetyNet, Secure, log
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def orders(request: Request) -> Response:
    request.state.reached = "the handler"
    body = json.loads(await request.body())
    if request.state.role != body.get("role", "customer"):  # the route's own policy
        raise HTTPException(403, "not yours")
    if "amount" not in body:
        raise HTTPException(422, "amount is missing")
    return JSONResponse({"amount": 100 / body["amount"]}, 201)  # a bug waits here


# --8<-- [start:chain]
SHOP: dict[str, Any] = {
    "allow_origins": ["https://shop.example"],
    "allow_methods": ["POST"],
}
CHAIN = [
    Middleware(RequestId),  # outermost: everything below can name the request
    Middleware(AccessLog),  # sees every status and every duration
    Middleware(Secure),  # these headers belong on errors, too,
    Middleware(CORSMiddleware, **SHOP),  # and so do these, or browsers hide the error
    Middleware(SafetyNet),  # what nobody caught becomes a 500 in our own form
    Middleware(AddressLimit),  # cheap, before anything is read
    Middleware(SizeLimit),  # before the body is parsed
    Middleware(Authenticate),  # who is it?
]
app = Starlette(routes=[Route("/orders", orders, methods=["POST"])], middleware=CHAIN)
# --8<-- [end:chain]


# --8<-- [start:attacks]
TOKEN = {"Authorization": "Bearer ada"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Origin": "https://evil.example"}
CASES = [
    ("all is well", "POST", TOKEN, b'{"amount": 20}'),
    ("huge body", "POST", TOKEN, b"x" * 5000),
    ("no token", "POST", {}, b'{"amount": 20}'),
    ("bad origin", "OPTIONS", PREFLIGHT, b""),
    ("another's role", "POST", TOKEN, b'{"amount": 20, "role": "admin"}'),
    ("invalid", "POST", TOKEN, b"{}"),
    ("crash", "POST", TOKEN, b'{"amount": 0}'),
]


async def attack() -> dict[str, int]:
    seen = {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for name, method, headers, body in CASES:
            response = await client.request(method, "/orders", headers=headers, content=body)
            seen[name] = response.status_code
            print(f"{name:15} {log[-1]}")
            assert {"X-Request-Id", "X-Content-Type-Options"} <= {
                each.title() for each in response.headers
            }
        flood = [(await client.post("/orders", headers=TOKEN, content=b"{}")) for _ in range(20)]
        seen["flood"] = flood[-1].status_code
        print(f"{'flood':15} {log[-1]}")
    return seen


seen = asyncio.run(attack())
assert list(seen.values()) == [201, 413, 401, 400, 403, 422, 500, 429]
# --8<-- [end:attacks]
