# /// script
# requires-python = ">=3.11"
# ///
"""A small internet for ssrf_guard.py: an outside, an inside, and the name server's zone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

# --8<-- [start:world]
OUTSIDE = "127.0.0.9"  # plays the public internet; every other address is what it is


def zone(evil: str) -> None:
    Path(os.environ["DNS_ZONE_FILE"]).write_text(
        "$ORIGIN test.\n$TTL 0\n@ SOA ns.test. root.test. 1 60 60 60 60\n"
        f"images A {OUTSIDE}\nevil A {evil}\ninside A 127.0.0.1\n"
    )


class Site(BaseHTTPRequestHandler):
    """Tell the secret on the inside; outside, show a picture or send the caller inside."""

    def do_GET(self) -> None:
        host, port = self.connection.getsockname()
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", f"http://127.0.0.1:{port}/")
        self.end_headers()
        self.wfile.write(b"picture" if host == OUTSIDE else b"SECRET")

    def log_message(self, format: str, *args: object) -> None: ...
# --8<-- [end:world]


@contextmanager
def sites() -> Iterator[int]:
    """Serve both at one port, as a rebound name keeps its port, and give that port."""
    with ExitStack() as stack:
        inside = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Site))
        outside = stack.enter_context(ThreadingHTTPServer((OUTSIDE, inside.server_port), Site))
        for server in (inside, outside):
            Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield inside.server_port
