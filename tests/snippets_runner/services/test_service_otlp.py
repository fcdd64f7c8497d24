"""OTLP: what OpenTelemetry's own SDK exports is in the file when the flush returns."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.profiles.v1development import profiles_service_pb2
from opentelemetry.proto.profiles.v1development.profiles_pb2 import Link, ProfilesDictionary
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pools import NewCorner


def received(environment: dict[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(environment["OTLP_RECEIVED_FILE"]).read_text().splitlines()]


def post(url: str, *, kind: str, body: bytes) -> int:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_of_the_sdk_are_written_down_for_this_snippet_alone(
    corner: NewCorner, compression: Compression
) -> None:
    mine, other = corner("otlp"), corner("otlp")
    endpoint = f"{mine['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/traces"
    provider = TracerProvider(resource=Resource({"service.name": "shop"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, compression=compression)))
    with provider.get_tracer("test").start_as_current_span("parent") as parent:
        trace = f"{parent.get_span_context().trace_id:032x}"
        with provider.get_tracer("test").start_as_current_span("child"):
            pass
    provider.force_flush()

    (request,) = received(mine)
    spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [each["name"] for each in spans] == ["child", "parent"]
    assert {each["traceId"] for each in spans} == {trace}
    assert spans[0]["parentSpanId"] == spans[1]["spanId"]
    assert spans[0]["kind"] == 1
    assert received(other) == []
    provider.shutdown()


def test_json_is_taken_as_it_is(corner: NewCorner) -> None:
    environment = corner("otlp")
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "hello"}}]}]}]}
    url = f"{environment['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/logs"

    assert post(url, kind="application/json", body=json.dumps(logs).encode()) == 200
    assert received(environment) == [logs]


def test_a_profile_keeps_its_link_to_a_span_in_hexadecimal(corner: NewCorner) -> None:
    environment = corner("otlp")
    link = Link(trace_id=bytes(range(16)), span_id=bytes(range(8)))
    request = profiles_service_pb2.ExportProfilesServiceRequest(
        dictionary=ProfilesDictionary(link_table=[Link(), link])
    )
    url = f"{environment['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1development/profiles"

    assert post(url, kind="application/x-protobuf", body=request.SerializeToString()) == 200
    (kept,) = received(environment)
    assert kept["dictionary"]["linkTable"][1] == {
        "traceId": "000102030405060708090a0b0c0d0e0f",
        "spanId": "0001020304050607",
    }


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/v1/traces", "application/x-protobuf", b"\xff\xff", 400),
        ("/v1/traces", "text/plain", b"hello", 415),
        ("/v2/traces", "application/x-protobuf", b"", 404),
    ],
)
def test_what_is_no_telemetry_is_refused(
    corner: NewCorner, path: str, kind: str, body: bytes, status: int
) -> None:
    environment = corner("otlp")

    assert post(environment["OTEL_EXPORTER_OTLP_ENDPOINT"] + path, kind=kind, body=body) == status
    assert received(environment) == []
