# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["prometheus"]
# timeout = 40
# ///
"""Four incidents in a real Prometheus: after how many minutes does each burn-rate alert fire?"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
from snippet_support import free_port, running, wait_until, work_in_temporary_folder

work_in_temporary_folder()
START = 1_767_225_600  # the incidents begin here; six healthy hours are before it
INCIDENTS = {"outage": 1.0, "bad release": 0.1, "one shard": 0.02, "slow leak": 0.008}
LASTS = 480  # minutes
PER_MINUTE = 1000

# --8<-- [start:rules]
BUDGET = 0.001  # the SLO: 99.9 % of the requests succeed, over 30 days


def burn(window: str) -> str:
    """How many times faster than allowed the budget was spent in this window."""
    failed, every = f"rate(errors_total[{window}])", f"rate(requests_total[{window}])"
    return f"{failed} / {every} / {BUDGET}"


ALERTS = {  # the long window says that it matters, the short one that it still goes on
    "fast": f"{burn('1h')} > 14.4 and {burn('5m')} > 14.4",
    "slow": f"{burn('6h')} > 6 and {burn('30m')} > 6",
    "fast, long window only": f"{burn('1h')} > 14.4",
}
# --8<-- [end:rules]


# --8<-- [start:series]
def samples() -> Iterator[str]:
    """Two counters for each incident, a sample a minute, in the OpenMetrics format."""
    for kind in ("errors", "requests"):
        yield f"# TYPE {kind} counter"
        for name, share in INCIDENTS.items():
            value = 1000.0
            for minute in range(-370, LASTS + 130):
                failing = share if 0 <= minute < LASTS else 0.0
                value += PER_MINUTE * (1.0 if kind == "requests" else failing)
                at = START + 60 * (minute + 1)
                yield f'{kind}_total{{incident="{name}"}} {value} {at}'
    yield "# EOF"
# --8<-- [end:series]


def firing(promql: str) -> dict[str, list[int]]:
    """Return the minutes at which the alert fires, for each incident."""
    span = {"start": START, "end": START + 60 * (LASTS + 120), "step": 60}
    url = f"http://127.0.0.1:{port}/api/v1/query_range"
    rows = httpx.get(url, params={"query": promql, **span}, timeout=20).raise_for_status().json()
    return {
        row["metric"]["incident"]: [int(at - START) // 60 for at, _ in row["values"]]
        for row in rows["data"]["result"]
    }


Path("incidents.txt").write_text("\n".join(samples()) + "\n")
Path("prometheus.yml").write_text("{}")
subprocess.run(
    ["promtool", "tsdb", "create-blocks-from", "openmetrics", "incidents.txt", "tsdb"],
    check=True, capture_output=True,
)
command = [
    "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
    "--storage.tsdb.retention.time=20y", f"--web.listen-address=127.0.0.1:{(port := free_port())}",
]
with running(command, port=port, timeout=20):
    wait_until(lambda: httpx.get(f"http://127.0.0.1:{port}/-/ready").is_success, timeout=20)
    # --8<-- [start:table]
    fast, slow, long_only = (firing(promql) for promql in ALERTS.values())
    print("incident      errors   burn    fast    slow   budget spent at the first")
    for name, share in INCIDENTS.items():
        first = [when[name][0] if name in when else None for when in (fast, slow)]
        cells = [f"{minute} min" if minute is not None else "never" for minute in first]
        spent = min(m for m in first if m is not None) * share / BUDGET / (30 * 24 * 60)
        row = f"{name:12} {share:7.1%} {share / BUDGET:5.0f}x"
        print(row, *(f"{cell:>7}" for cell in cells), f"{spent:8.1%}")
    ends = [when["bad release"][-1] + 1 - LASTS for when in (fast, long_only)]
    print(f"it is over, the page stays for {ends[0]} min; without the 5 min: {ends[1]}")
    # --8<-- [end:table]
assert "slow leak" not in fast and slow["slow leak"][0] > 240
assert fast["outage"][0] < 3 < fast["bad release"][0] < slow["bad release"][0]
assert ends[0] < 10 < 40 < ends[1]
