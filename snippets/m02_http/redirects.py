# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Redirect a POST with each status, and send a visitor round in circles."""

from typing import Any

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route


# --8<-- [start:codes]
async def move(request: Request) -> RedirectResponse:
    return RedirectResponse("/new", status_code=request.path_params["code"])


async def new(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.method} with {len(await request.body())} bytes")


def follow(base: str) -> dict[int, str]:
    print("[codes]")
    arrived = {}
    with httpx.Client(base_url=base, follow_redirects=True) as client:
        for code in (301, 302, 303, 307, 308):
            arrived[code] = client.post(f"/old/{code}", content=b"order").text
            print(f"POST, answered with {code} -> {arrived[code]}")
    return arrived
# --8<-- [end:codes]


# --8<-- [start:loop]
def visit(base: str) -> str:
    """Come through a proxy that ended TLS and says so; follow what the app answers."""
    with httpx.Client(base_url=base, headers={"X-Forwarded-Proto": "https"}) as proxy:
        for hop in range(20):
            answer = proxy.get("/new")
            if not answer.is_redirect:
                return f"{answer.status_code} after {hop} redirects"
            assert answer.headers["location"].startswith("https://")  # here already
    return "20 redirects, and no end"


# --8<-- [end:loop]
routes = [
    Route("/old/{code:int}", move, methods=["POST"]),
    Route("/new", new, methods=["GET", "POST"]),
]
with serve(Starlette(routes=routes)) as base:
    arrived = follow(base)
lost, kept = "GET with 0 bytes", "POST with 5 bytes"
assert list(arrived.values()) == [lost, lost, lost, kept, kept]

# --8<-- [start:trust]
secure = Starlette(routes=routes, middleware=[Middleware(HTTPSRedirectMiddleware)])
print("[trust]")
trust: dict[str, dict[str, Any]] = {
    "X-Forwarded-Proto ignored": {"proxy_headers": False},
    "X-Forwarded-Proto believed, from our proxy": {"forwarded_allow_ips": "127.0.0.1"},
}
for what, options in trust.items():
    with serve(secure, **options) as base:
        verdict = visit(base)
        print(f"{what}: {verdict}")
assert verdict == "200 after 0 redirects"
# --8<-- [end:trust]
