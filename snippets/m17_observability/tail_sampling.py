# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "opentelemetry-exporter-otlp-proto-http>=1.30",
#                 "opentelemetry-proto>=1.30", "opentelemetry-sdk>=1.30"]
#
# [tool.snippets-runner]
# services = ["otlp"]
# timeout = 30
# ///
"""Decide when a trace has ended: keep the failed and the slow, and 1 in 20 of the rest."""

import gzip
import json
import os
import random
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

waiting, verdicts = defaultdict[bytes, list[Span]](list), Counter[str]()
SHARE, SLOW = 0.05, 1_000_000_000  # 5 %; a second, in ns


# --8<-- [start:decide]
def verdict(spans: list[Span]) -> str:
    """Why a whole trace is kept, or nothing."""
    if any(span.status.code == Status.STATUS_CODE_ERROR for span in spans):
        return "failed"
    root = next(span for span in spans if not span.parent_span_id)
    if root.end_time_unix_nano - root.start_time_unix_nano >= SLOW:
        return "slow"
    # By the id and not by chance, so that every collector decides alike.
    return "rest" if int(root.trace_id.hex()[-14:], 16) < SHARE * 16**14 else ""


class Stage(BaseHTTPRequestHandler):
    """Receive OTLP, hold back each trace until its root has come, pass on or drop."""


    def do_POST(self) -> None:
        body = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"])))
        out = ExportTraceServiceRequest()
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for span in (s for scope in resource.scope_spans for s in scope.spans):
                waiting[span.trace_id].append(span)
                if span.parent_span_id:
                    continue
                whole = waiting.pop(span.trace_id)  # children end first
                verdicts[why := verdict(whole)] += 1
                if why:
                    weight = span.attributes.add(key="sampling.weight")
                    weight.value.int_value = round(1 / SHARE) if why == "rest" else 1
                    kept = out.resource_spans.add(resource=resource.resource)
                    kept.scope_spans.add().spans.extend(whole)
        if out.resource_spans:
            kind = {"Content-Type": "application/x-protobuf"}
            answer = httpx.post(store, content=out.SerializeToString(), headers=kind)
            answer.raise_for_status()
        self.send_response(200)
        self.end_headers()
# --8<-- [end:decide]

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


class SameEveryRun(RandomIdGenerator):
    chance = random.Random(17)

    def generate_trace_id(self) -> int:
        return self.chance.getrandbits(128)


store = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
stage = ThreadingHTTPServer(("127.0.0.1", 0), Stage)
Thread(target=stage.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{stage.server_port}/v1/traces"
provider = TracerProvider(id_generator=SameEveryRun())
exporter = OTLPSpanExporter(endpoint=url, compression=Compression.Gzip)
provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=20_000))
tracer, chance = provider.get_tracer("shop"), random.Random(4)
# --8<-- [start:run]
head, by_head = TraceIdRatioBased(SHARE), Counter[str]()
for number in range(4000):
    kind = "failed" if number % 250 == 7 else "slow" if number % 200 == 9 else "rest"
    took = chance.randint(5, 300) * 1_000_000 + (SLOW if kind == "slow" else 0)
    root = tracer.start_span("POST /orders", start_time=1)
    child = tracer.start_span("INSERT", trace.set_span_in_context(root), start_time=2)
    if kind == "failed":
        child.set_status(trace.StatusCode.ERROR, "deadlock")
    child.end(took)
    root.end(took + 1)
    first = head.should_sample(None, root.get_span_context().trace_id, "POST /orders")
    by_head[kind] += first.decision.is_sampled()
assert provider.force_flush()
stored = Path(os.environ["OTLP_RECEIVED_FILE"]).read_text().splitlines()
groups = [group for line in stored for group in json.loads(line)["resourceSpans"]]
weights = [int(attribute["value"]["intValue"])  # the only attribute, and of roots
           for group in groups for scope in group["scopeSpans"]
           for span in scope["spans"] for attribute in span.get("attributes", [])]
total = {"failed": 16, "slow": 20, "rest": 3964}
for kind, number in total.items():
    print(f"{kind:6} {number:4}: head kept {by_head[kind]:3}, tail {verdicts[kind]:3}")
print(f"stored {len(weights)} traces, whose weights add up to {sum(weights)} of 4000")
# --8<-- [end:run]
assert verdicts["failed"] == 16 and verdicts["slow"] == 20
assert len(weights) == sum(verdicts.values()) - verdicts[""]
assert abs(sum(weights) - 4000) < 400 and by_head["failed"] < 5 and not waiting
