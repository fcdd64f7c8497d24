# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""A backend for one frontend: ask three services at once, and answer with what came in time."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import httpx
from snippet_support import serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LIMIT, asked = timedelta(seconds=1), Counter[str]()
client = httpx.AsyncClient(timeout=LIMIT.total_seconds())
healthy = True


# --8<-- [start:breaker]
class CircuitOpen(Exception):
    """Not asked: it failed lately."""


@dataclass
class Upstream:
    """A service, and the memory of how it did lately."""

    url: str
    failures: int = 0
    open_until: float = 0.0

    async def get(self) -> object:
        if time.monotonic() < self.open_until:
            raise CircuitOpen
        try:
            reply = (await client.get(self.url)).raise_for_status()
        except httpx.HTTPError:
            self.failures += 1
            if self.failures >= 2:  # two in a row: leave it alone for a while
                self.open_until = time.monotonic() + 2
            raise
        self.failures = 0
        return reply.json()
# --8<-- [end:breaker]


# --8<-- [start:compose]
upstreams: dict[str, Upstream] = {}


async def product_page(request: Request) -> Response:
    """Compose one answer; the product is essential, the rest may be missing."""
    asks = (upstream.get() for upstream in upstreams.values())
    answers = await asyncio.gather(*asks, return_exceptions=True)
    parts = dict(zip(upstreams, answers, strict=True))
    missing = [name for name, part in parts.items() if isinstance(part, Exception)]
    if "product" in missing:
        return JSONResponse({"title": "no product"}, 502)
    came = {name: part for name, part in parts.items() if name not in missing}
    return JSONResponse(came | {"missing": missing})
# --8<-- [end:compose]


async def service(request: Request) -> Response:
    name = request.path_params["name"]
    asked[name] += 1
    while name == "reviews" and not healthy and not await request.is_disconnected():
        await asyncio.sleep(0.01)
    return JSONResponse(f"the {name}")


def main(page: str, http: httpx.Client) -> None:
    global healthy

    # --8<-- [start:run]
    def show(when: str) -> list[str]:
        before, reply = asked["reviews"], http.get(page)
        late = "after the time limit" if reply.elapsed > 0.9 * LIMIT else "at once"
        body = reply.json()
        told = f"{len(body) - 1} parts, missing {body['missing']}"
        print(f"{when}: {reply.status_code} {late}, {told};", end=" ")
        print(f"reviews asked {asked['reviews'] - before} times")
        return [*body["missing"], late]

    assert show("all well") == ["at once"]
    healthy = False
    assert show("reviews hang") == ["reviews", "after the time limit"]
    assert show("once more") == ["reviews", "after the time limit"]
    assert show("circuit open") == ["reviews", "at once"]
    healthy = True
    wait_until(lambda: time.monotonic() > upstreams["reviews"].open_until)
    assert show("let through again") == ["at once"]
    # --8<-- [end:run]


if __name__ == "__main__":
    shop = Starlette(routes=[Route("/{name}", service)])
    bff = Starlette(routes=[Route("/page", product_page)])
    with serve(shop) as behind, serve(bff) as front, httpx.Client(timeout=10) as http:
        upstreams |= {n: Upstream(f"{behind}/{n}") for n in ("product", "price", "reviews")}
        main(f"{front}/page", http)
