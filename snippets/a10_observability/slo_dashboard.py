# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "prometheus-client>=0.21",
#                 "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["prometheus"]
# timeout = 90
# redact = [{ pattern = ' *\d+/s| *[1-9]\d*%| *\d+ ms| *[1-9]\d*x', as = " …" }]
# ///
"""A bad release burns the error budget; Prometheus says so, until it is over."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx
import prometheus_client as prom
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder

# --8<-- [start:service]
app, calls, release = FastAPI(), count(), "v1"
duration = prom.Histogram("http_server_request_duration_seconds", "Time to an answer",
                          ["http_route", "http_response_status_code"])
for status in (200, 500):  # a series that begins with its first error has no increase
    duration.labels("/cart", status)
app.mount("/metrics", prom.make_asgi_app())


@app.get("/cart")
def cart() -> PlainTextResponse:
    began = perf_counter()
    status = 500 if release == "v2" and next(calls) % 2 else 200
    duration.labels("/cart", status).observe(perf_counter() - began)
    return PlainTextResponse(release, status)
# --8<-- [end:service]


# --8<-- [start:rules]
def bad_share(window: str) -> str:
    """The part of all requests that failed, as PromQL."""
    every = f"http_server_request_duration_seconds_count[{window}]"
    failed = every.replace("[", '{http_response_status_code=~"5.."}[')
    return f"sum(rate({failed})) / sum(rate({every}))"


BUDGET = 0.001  # 99.9 % shall succeed
RULES = {"groups": [{"name": "cart", "interval": "250ms", "rules": [
    {"record": "cart:burn:20s", "expr": f"{bad_share('20s')} / {BUDGET}"},
    {"record": "cart:burn:2s", "expr": f"{bad_share('2s')} / {BUDGET}"},
    {"alert": "CartBurnsItsBudget", "labels": {"severity": "page"},
     "expr": "cart:burn:20s > 14.4 and cart:burn:2s > 14.4"},
]}]}
# --8<-- [end:rules]


# --8<-- [start:dashboard]
PANELS = {
    "rate": ("sum(rate(http_server_request_duration_seconds_count[2s]))", "{:.0f}/s"),
    "errors": (f"100 * {bad_share('2s')}", "{:.0f}%"),
    "p95": ("1000 * histogram_quantile(0.95, sum by (le) "
            "(rate(http_server_request_duration_seconds_bucket[2s])))", "{:.0f} ms"),
    "burn 20 s": ("cart:burn:20s", "{:.0f}x"),
    "burn 2 s": ("cart:burn:2s", "{:.0f}x"),
    "alert": ('count(ALERTS{alertstate="firing"}) or vector(0)', "{:.0f}"),
}


def ask(promql: str) -> float:
    answer = client.get(f"{prometheus}/api/v1/query", params={"query": promql})
    rows = answer.raise_for_status().json()["data"]["result"]
    return float(rows[0]["value"][1]) if rows else -1


def show(what: str, until: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    """Send requests until the panels are as expected; then print them."""
    def step() -> dict[str, float] | None:
        for _ in range(5):
            client.get(f"{shop}/cart")
        now = {name: ask(promql) for name, (promql, _) in PANELS.items()}
        return now if until(now) else None

    values = wait_until(step, timeout=40, what=what) or {}
    cells = (form.format(values[name]) for name, (_, form) in PANELS.items())
    print(f"{what:12}", *(f"{cell:>9}" for cell in cells))
    return values
# --8<-- [end:dashboard]


work_in_temporary_folder()
with ExitStack() as stack:
    client = stack.enter_context(httpx.Client(timeout=10))
    shop = stack.enter_context(serve(app))
    target = {"targets": [shop.removeprefix("http://")]}
    Path("rules.yml").write_text(json.dumps(RULES))  # JSON is YAML, too
    Path("prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "250ms", "scrape_timeout": "250ms"},
        "rule_files": ["rules.yml"], "scrape_configs": [
            {"job_name": "shop", "metrics_path": "/metrics/", "static_configs": [target]}]}))
    prometheus = f"http://127.0.0.1:{(port := free_port())}"
    command = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    listen = f"--web.listen-address=127.0.0.1:{port}"
    stack.enter_context(running([*command, listen], port=port, timeout=20))
    wait_until(lambda: client.get(f"{prometheus}/-/ready").is_success, timeout=20)
    # --8<-- [start:run]
    print(" " * 12, *(f"{name:>9}" for name in PANELS))
    show("v1", lambda now: now["rate"] > 1 and now["burn 20 s"] == 0)
    release = "v2"
    show("v2 deployed", lambda now: now["alert"] == 1 and now["burn 20 s"] > 150)
    release = "v1"
    after = show("rolled back", lambda now: now["alert"] == now["burn 2 s"] == now["errors"] == 0)
    assert after["burn 20 s"] > 14.4  # alone it would still page
    # --8<-- [end:run]
