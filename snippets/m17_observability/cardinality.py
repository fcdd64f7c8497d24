# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "prometheus-client>=0.21", "starlette>=0.41"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""The raw path as a label makes a series for each user; the route's template makes six."""

import asyncio
from typing import Any

import prometheus_client as prom
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

prom.disable_created_metrics()
registries = {"path": prom.CollectorRegistry(), "http_route": prom.CollectorRegistry()}
# --8<-- [start:metric]
counters = {label: prom.Counter("http_requests", "Requests", [label], registry=registry)
            for label, registry in registries.items()}
app = FastAPI(openapi_url=None)


async def answer() -> None:
    return None


for template in ("/health", "/cart", "/users/{user}", "/orders/{order}",
                 "/users/{user}/orders/{order}"):
    app.add_api_route(template, answer)


async def counted(scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
    counters["path"].labels(scope["path"]).inc()
    route = scope.get("route")  # the router leaves it here, if one matched
    counters["http_route"].labels(route.path if route else "unmatched").inc()
# --8<-- [end:metric]


async def request(path: str) -> None:
    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        pass

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": [],
                             "query_string": b"", "raw_path": path.encode()}
    await counted(scope, receive, send)


async def main() -> None:
    # --8<-- [start:run]
    paths = ["/health", "/cart", *(f"/users/{n}" for n in range(1800)),
             *(f"/orders/{n}" for n in range(1600)),
             *(f"/users/{n}/orders/{n}" for n in range(1000)),
             *(f"/wp-admin/{n}.php" for n in range(598))]  # scanners, never far away
    for path in paths:
        await request(path)
    buckets = 14 + 1 + 2  # what a histogram has: boundaries, +Inf, _sum and _count
    for label, registry in registries.items():
        [family] = registry.collect()
        series, size = len(family.samples), len(prom.generate_latest(registry))
        print(f"{label:10} {series:5} series, {size / 1000:.1f} kB a scrape", end="; ")
        print(f"as a histogram, {series * buckets} series")
        assert sum(sample.value for sample in family.samples) == len(paths)
        assert series == {"path": 5000, "http_route": 6}[label]
    # --8<-- [end:run]
    print(prom.generate_latest(registries["http_route"]).decode(), end="")


asyncio.run(main())
