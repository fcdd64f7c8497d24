# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "opentelemetry-sdk>=1.30",
#                 "opentelemetry-exporter-otlp-proto-http>=1.30", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["otlp"]
# timeout = 40
# redact = [{ pattern = '[0-9a-f]{32}|\d+ ms|\d+ of \d+', as = "…" }]
# ///
"""One slow request leaves a log, a metric, a trace and a profile with the same id."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread, get_ident
from time import perf_counter
from typing import Any

import httpx
from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, export
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext
from snippet_support import serve

# --8<-- [start:service]
app, tracers, logs = FastAPI(), TracerProvider(), LoggerProvider()
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs.add_log_record_processor(export.BatchLogRecordProcessor(OTLPLogExporter()))
meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
tracer, logger = tracers.get_tracer("shop"), logs.get_logger("shop")
duration = meters.get_meter("shop").create_histogram(
    "http.server.request.duration", "s",
    explicit_bucket_boundaries_advisory=[0.005, 0.025, 0.05, 0.1, 0.5, 2.5, 10])


def discount(items: int) -> None:  # nothing for ten, much for thousands
    for one in range(items):
        for other in range(items):
            max(one, other)


@app.get("/cart")
def cart(items: int) -> str:
    began, route = perf_counter(), {"http.request.method": "GET", "http.route": "/cart"}
    with tracer.start_as_current_span("GET /cart", attributes=route) as span:
        with tracer.start_as_current_span("price") as price:
            profile(lambda: discount(items), price.get_span_context())
        logger.emit(severity_text="INFO", body=f"priced {items} items")
        duration.record(perf_counter() - began, route)
    return f"{span.get_span_context().trace_id:032x}"  # for a support case
# --8<-- [end:service]


# --8<-- [start:profile]
def profile(work: Callable[[], object], span: SpanContext) -> None:
    """Look every few ms which function this thread is in; link that to the span."""
    thread, done, seen = get_ident(), Event(), Counter[str]()
    def look() -> None:
        while not done.wait(0.003):
            seen[sys._current_frames()[thread].f_code.co_qualname] += 1
    (watcher := Thread(target=look, daemon=True)).start()
    work()
    done.set()
    watcher.join()
    link = {"traceId": f"{span.trace_id:032x}", "spanId": f"{span.span_id:016x}"}
    known = range(1, len(seen) + 1)  # number 0 of each table stands for nothing
    samples = [{"stackIndex": n, "linkIndex": 1, "values": [times]}
               for n, times in enumerate(seen.values(), 1)]
    kind = {"typeStrindex": len(known) + 1, "unitStrindex": len(known) + 2}
    scope = {"profiles": [{"sampleType": kind, "samples": samples}]}
    tables = {
        "linkTable": [{}, link], "stringTable": ["", *seen, "samples", "count"],
        "functionTable": [{}, *({"nameStrindex": n} for n in known)],
        "locationTable": [{}, *({"lines": [{"functionIndex": n}]} for n in known)],
        "stackTable": [{}, *({"locationIndices": [n]} for n in known)]}
    url = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1development/profiles"
    body = {"resourceProfiles": [{"scopeProfiles": [scope]}], "dictionary": tables}
    httpx.post(url, json=body).raise_for_status()
# --8<-- [end:profile]


# --8<-- [start:run]
def tell(part: dict[str, Any]) -> dict[str, Any]:
    """Print what names the slow request's trace, wherever in a message it lies."""
    if part.get("traceId") == slow:
        match part:
            case {"body": {"stringValue": text}}:
                print(f"{slow} log: {text}")
            case {"asDouble": seconds}:
                print(f"{slow} metric: an exemplar of {seconds * 1000:.0f} ms")
            case {"name": name, "startTimeUnixNano": start, "endTimeUnixNano": end}:
                print(f"{slow} trace: {name}, {(int(end) - int(start)) / 1e6:.0f} ms")
    return part


with serve(app) as url, httpx.Client(base_url=url, timeout=30) as client:
    quick, slow = (client.get(f"/cart?items={items}").json() for items in (10, 2000))
assert tracers.force_flush() and logs.force_flush() and meters.force_flush()
lines = sorted(Path(os.environ["OTLP_RECEIVED_FILE"]).read_text().splitlines())
messages = [json.loads(line, object_hook=tell) for line in lines if slow in line]
signals = {next(iter(message)): message for message in messages}
profiles = signals["resourceProfiles"]
[taken] = profiles["resourceProfiles"][0]["scopeProfiles"][0]["profiles"]
hits = {each["stackIndex"]: each["values"][0] for each in taken["samples"]}
most = profiles["dictionary"]["stringTable"][max(hits, key=hits.__getitem__)]
print(slow, f"profile: {max(hits.values())} of {sum(hits.values())} samples in {most}")
assert len(signals) == 4 and most == "discount" and quick not in json.dumps(profiles)
# --8<-- [end:run]
