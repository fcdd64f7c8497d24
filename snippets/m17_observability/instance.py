# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "prometheus-client>=0.21"]
# ///
"""An instance of a service that measures itself: its requests and the pool they need."""

import asyncio
from collections.abc import Iterator
from time import perf_counter

import prometheus_client as prom
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from prometheus_client.core import SummaryMetricFamily
from prometheus_client.registry import Collector

BUCKETS = (.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10)
PATIENCE = 0.375  # seconds to wait for a connection


# --8<-- [start:summary]
class Quantiles(Collector):
    """What a summary does: work out the p95 of this instance, export the answer."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def collect(self) -> Iterator[SummaryMetricFamily]:
        family = SummaryMetricFamily("http_summary_seconds", "Quantiles")
        p95 = sorted(self.seen)[int(len(self.seen) * 0.95)] if self.seen else 0
        family.add_sample("http_summary_seconds", {"quantile": "0.95"}, p95)
        yield family
# --8<-- [end:summary]


# --8<-- [start:service]
def instance(*, connections: int, work: float) -> FastAPI:
    """Answer requests that each need a connection of the pool for ``work`` seconds."""
    registry, app = prom.CollectorRegistry(), FastAPI()
    pool = asyncio.Semaphore(connections)
    duration = prom.Histogram(
        "http_server_request_duration_seconds", "Time to an answer", ["code"],
        registry=registry, buckets=BUCKETS)
    for code in (200, 503):
        duration.labels(code)  # from the start on: so a first error is an increase
    prom.Gauge("pool_size", "Connections", registry=registry).set(connections)
    busy, waited, failed = (
        prom.Counter(f"pool_{name}", "Of all connections", registry=registry)
        for name in ("busy_seconds", "wait_seconds", "timeouts"))
    registry.register(summary := Quantiles())

    @app.get("/cart")
    async def cart() -> PlainTextResponse:
        code, began = 200, perf_counter()
        try:
            await asyncio.wait_for(pool.acquire(), PATIENCE)
        except TimeoutError:
            code = 503
            failed.inc()
        waited.inc(perf_counter() - began)
        if code == 200:
            got = perf_counter()
            await asyncio.sleep(work)  # the query
            pool.release()
            busy.inc(perf_counter() - got)
        summary.seen.append(perf_counter() - began)
        duration.labels(code).observe(summary.seen[-1])
        return PlainTextResponse("", code)

    app.mount("/metrics", prom.make_asgi_app(registry))
    return app
# --8<-- [end:service]
