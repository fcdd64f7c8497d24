# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "opentelemetry-sdk>=1.30",
#                 "opentelemetry-exporter-otlp-proto-http>=1.30", "psycopg[binary]>=3.2",
#                 "redis>=5.2", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["otlp", "postgres", "redis"]
# timeout = 40
# redact = [{ pattern = '[0-9a-f]{32}| *\d+\.\d ms', as = " …" }]
# ///
"""A request through three services, PostgreSQL and Redis; its trace over OTLP, as a tree."""

import hashlib
import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import httpx
import psycopg
from fastapi import FastAPI, Header
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from redis import Redis
from snippet_support import serve

PG, REDIS = ({"db.system.name": name} for name in ("postgresql", "redis"))
SERVER, CLIENT = trace.SpanKind.SERVER, trace.SpanKind.CLIENT
Traceparent = Annotated[str, Header()]
providers: list[TracerProvider] = []
redis = Redis.from_url(os.environ["REDIS_URL"])


# --8<-- [start:services]
def tracer_of(service: str) -> trace.Tracer:
    """Each service has its own exporter, as elsewhere it has its own process."""
    resource = Resource({"service.name": service})
    providers.append(provider := TracerProvider(resource=resource))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer(service)


def handle(tracer: trace.Tracer, name: str, parent: str) -> Any:
    return tracer.start_as_current_span(name, extract({"traceparent": parent}), SERVER)


def call(url: str) -> None:
    inject(headers := dict[str, str]())  # the current span: the other side's parent
    client.get(url, headers=headers).raise_for_status()


gateway, auth, users = FastAPI(), FastAPI(), FastAPI()
at_gateway, at_auth, at_users = map(tracer_of, ("gateway", "auth", "user-service"))


@gateway.get("/me")
def me(traceparent: Traceparent = "") -> str:
    with handle(at_gateway, "GET /me", traceparent) as span:
        call(f"{urls[1]}/check")
        call(f"{urls[2]}/users/7")
        return f"{span.get_span_context().trace_id:032x}"


@auth.get("/check")
def check(traceparent: Traceparent) -> None:
    with handle(at_auth, "GET /check", traceparent):
        hashlib.scrypt(b"the token", salt=b"of this user", n=2**11, r=8, p=1)


@users.get("/users/{user}")
def user(user: int, traceparent: Traceparent) -> None:
    with handle(at_users, "GET /users/{user}", traceparent):
        with at_users.start_as_current_span("SELECT users", kind=CLIENT, attributes=PG):
            row = database.execute("SELECT 'kari', pg_sleep(0.03)").fetchone()
        with at_users.start_as_current_span("SET", kind=CLIENT, attributes=REDIS):
            redis.set(f"user:{user}", row[0] if row else "")
# --8<-- [end:services]


# --8<-- [start:tree]
def show(span: dict[str, Any], depth: int = 0) -> None:
    """Print a span and what is below it; its own time is what no child accounts for."""
    children = [each for each in spans if each.get("parentSpanId") == span["spanId"]]
    own = took(span) - sum(map(took, children))  # right only while none of them overlap
    name = f"{'  ' * depth}{span['service']}: {span['name']}"
    print(f"{name:38}{took(span):6.1f} ms, itself {own:5.1f} ms")
    assert 0 <= own <= took(span)
    for child in sorted(children, key=lambda each: int(each["startTimeUnixNano"])):
        show(child, depth + 1)


def took(span: dict[str, Any]) -> float:
    return (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e6
# --8<-- [end:tree]


with ExitStack() as stack:
    client = stack.enter_context(httpx.Client(timeout=10))
    database = stack.enter_context(psycopg.connect(os.environ["DATABASE_URL"]))
    redis.ping()  # both are connected before the request
    urls = [stack.enter_context(serve(each)) for each in (gateway, auth, users)]
    asked = client.get(f"{urls[0]}/me").json()
# --8<-- [start:read]
assert all(provider.force_flush() for provider in providers)
received = Path(os.environ["OTLP_RECEIVED_FILE"]).read_text()
spans = [{**span, "service": scope["scope"]["name"]} for line in received.splitlines()
         for resource in json.loads(line)["resourceSpans"]
         for scope in resource["scopeSpans"] for span in scope["spans"]]
[root] = [span for span in spans if not span.get("parentSpanId")]
print(f"{len(spans)} spans, one trace: {root['traceId']}")
show(root)
# --8<-- [end:read]
assert len(spans) == 5 and {span["traceId"] for span in spans} == {asked}
