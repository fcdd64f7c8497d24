"""The program behind the service ``otlp``: ``python -m snippets_runner.services.otlp_server FOLDER``.

The rules are those of the OTLP specification, section "OTLP/HTTP": binary Protobuf or JSON, perhaps gzipped, posted
to ``/v1/traces``, ``/v1/metrics`` or ``/v1/logs``; in JSON, ids of traces and spans are hexadecimal and enums numbers.
Profiles, the fourth signal, are in development, and so is their path.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import (
    ExportProfilesServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from snippets_runner.services.room_server import serve

REQUESTS: Mapping[str, type[Message]] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
    "/v1development/profiles": ExportProfilesServiceRequest,
}
IDS = ("traceId", "spanId", "parentSpanId")
PROTOBUF, JSON = "application/x-protobuf", "application/json"


def as_json(message: Message) -> dict[str, Any]:
    """Return a request in the protocol's JSON encoding; Protobuf's own writes ids in base64."""
    plain: dict[str, Any] = _with_hexadecimal_ids(MessageToDict(message, use_integers_for_enums=True))
    return plain


def _with_hexadecimal_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_hexadecimal_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64decode(each).hex()
        if key in IDS and isinstance(each, str)
        else _with_hexadecimal_ids(each)
        for key, each in value.items()
    }


class Receiver(ThreadingHTTPServer):
    """Takes requests and appends them to a file."""

    daemon_threads = True

    def __init__(self, file: Path) -> None:
        """Listen on a port that the system chooses."""
        super().__init__(("127.0.0.1", 0), Handler)
        self._file, self._lock = file, threading.Lock()
        file.touch()

    def keep(self, request: Mapping[str, Any]) -> None:
        """Append one request as a line of JSON."""
        with self._lock, self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(request) + "\n")


class Handler(BaseHTTPRequestHandler):
    """Answers one request after another of one connection."""

    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        """Take telemetry."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get_content_type()
        message = REQUESTS.get(self.path)
        if message is None:
            return self._answer(404, kind)
        if kind not in (PROTOBUF, JSON):
            return self._answer(415, kind)
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self.server.keep(json.loads(body) if kind == JSON else as_json(message.FromString(body)))
        except (OSError, EOFError, ValueError, DecodeError):
            return self._answer(400, kind)
        return self._answer(200, kind)

    def _answer(self, status: int, kind: str) -> None:
        """Answer with an empty message, which says that everything was accepted."""
        body = b"{}" if kind == JSON else b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@asynccontextmanager
async def open_room(home: Path) -> AsyncIterator[Mapping[str, str]]:
    """Give a room a receiver on a port of its own."""
    file = home / "received.jsonl"
    receiver = Receiver(file)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server_port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTLP_RECEIVED_FILE": str(file),
        }
    finally:
        await asyncio.to_thread(receiver.shutdown)
        receiver.server_close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), open_room))
