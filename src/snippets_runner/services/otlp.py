"""OTLP: a receiver for OpenTelemetry's own protocol over HTTP, which writes what arrives as JSON lines.

The snippet's exporter finds it by the standard variable ``OTEL_EXPORTER_OTLP_ENDPOINT``; the snippet then reads
``OTLP_RECEIVED_FILE``, one request a line, in the encoding that the protocol defines for JSON and that the official
collector's file exporter writes. A request is in the file when it is answered, so a flush is all a snippet waits for.

A receiver and no collector: the collector has no wheel, and Rotel, which has one, is an alpha version.
"""

from __future__ import annotations

from snippets_runner.services.probe import http_answer
from snippets_runner.services.rooms import room_service

SERVICE = room_service(
    "otlp",
    title="OTLP",
    distribution="opentelemetry-proto",
    imports=("opentelemetry.proto", "google.protobuf"),
    variables=("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTLP_RECEIVED_FILE"),
    answers=lambda url: http_answer(url)[0] != 0,
)
