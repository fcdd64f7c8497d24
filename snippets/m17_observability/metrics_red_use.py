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
# redact = [{ pattern = ' *[1-9]\d*/m?i?n?s?| *[1-9]\d*%| *\d+ ms| *\d+\.\d| *\d+x', as = " …" }]
# ///
"""RED of a service, USE of its pool, and the p95 of two instances, asked of Prometheus."""

import asyncio
import json
from contextlib import ExitStack
from pathlib import Path

import httpx
from instance import instance
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder

ROUNDS = 8
# --8<-- [start:queries]
D = "http_server_request_duration_seconds"
RATE = f"sum by (instance) (rate({D}_count[4s]))"
FAILED = RATE.replace("[", '{code=~"5.."}[')
RED = {
    "rate": (RATE, "{:.0f}/s"),
    "errors": (f"100 * {FAILED} / {RATE}", "{:.0f}%"),
    "duration, p95": (
        f"1e3 * histogram_quantile(0.95, sum by (instance, le) (rate({D}_bucket[4s])))",
        "{:.0f} ms"),
}
USE = {
    "utilisation": ("100 * rate(pool_busy_seconds_total[4s]) / pool_size", "{:.0f}%"),
    "saturation": ("rate(pool_wait_seconds_total[4s])", "{:.1f}"),  # mean queue
    "errors": ("60 * rate(pool_timeouts_total[4s])", "{:.0f}/min"),
}
MERGED = f"1e3 * histogram_quantile(0.95, sum by (le) (rate({D}_bucket[4s])))"
AVERAGED = '1e3 * avg(http_summary_seconds{quantile="0.95"})'
# --8<-- [end:queries]


# --8<-- [start:load]
async def load(quick: str, slow: str) -> None:
    """A hundred requests to one instance, five at a time; three at once to the other."""
    async with httpx.AsyncClient(timeout=30) as users:
        for _ in range(ROUNDS):
            three = asyncio.gather(*(users.get(f"{slow}/cart") for _ in range(3)))
            for _ in range(0, 100, 5):
                await asyncio.gather(*(users.get(f"{quick}/cart") for _ in range(5)))
            await three
# --8<-- [end:load]


def ask(promql: str) -> dict[str, float]:
    """The value for each instance, or for "" where the query merged them."""
    answer = client.get(f"{prometheus}/api/v1/query", params={"query": promql})
    rows = answer.raise_for_status().json()["data"]["result"]
    return {row["metric"].get("instance", ""): float(row["value"][1]) for row in rows}


work_in_temporary_folder()
with ExitStack() as stack:
    client = stack.enter_context(httpx.Client(timeout=10))
    # --8<-- [start:scrape]
    a = stack.enter_context(serve(instance(connections=8, work=0.005)))
    b = stack.enter_context(serve(instance(connections=1, work=0.25)))
    targets = [{"targets": [url.removeprefix("http://")], "labels": {"instance": name}}
               for name, url in (("a", a), ("b", b))]
    Path("prometheus.yml").write_text(json.dumps({  # JSON is YAML, too
        "global": {"scrape_interval": "250ms", "scrape_timeout": "250ms"},
        "scrape_configs": [{"job_name": "shop", "metrics_path": "/metrics/",
                            "static_configs": targets}]}))
    prometheus = f"http://127.0.0.1:{(port := free_port())}"
    command = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
               f"--web.listen-address=127.0.0.1:{port}"]
    stack.enter_context(running(command, port=port, timeout=20))
    wait_until(lambda: client.get(f"{prometheus}/-/ready").is_success, timeout=20)
    wait_until(lambda: len(ask(f'{D}_count{{code="503"}}')) == 2, timeout=20)
    # --8<-- [end:scrape]
    asyncio.run(load(a, b))
    wait_until(lambda: ask(f"sum({D}_count)")[""] == ROUNDS * 103, timeout=20)
    # --8<-- [start:show]
    print(f"{'':18}{'a':>9}{'b':>9}")
    for method, panels in (("RED", RED), ("USE", USE)):
        for name, (promql, form) in panels.items():
            cells = ask(promql)
            row = "".join(f"{form.format(cells[each]):>9}" for each in "ab")
            print(f"{method} {name:14}{row}")
    merged, averaged = ask(MERGED)[""], ask(AVERAGED)[""]
    print(f"p95 of all requests, from both histograms: {merged:.0f} ms")
    print(f"average of the two p95s of the summaries: {averaged:.0f} ms,", end=" ")
    print(f"{averaged / merged:.0f}x too much")
    # --8<-- [end:show]
    errors = ask(RED["errors"][0])
    assert averaged > 2 * merged and errors["a"] == 0 < errors["b"]
