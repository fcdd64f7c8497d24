# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A server that knows its version, works for a moment on each request, and may hold a fault."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

VERSION, CONNECTIONS = sys.argv[2:] if len(sys.argv) == 4 else ("v0", "0")
served = count(1)


# --8<-- [start:app]
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = 200
        if self.path != "/ready":
            time.sleep(0.002)  # the work
            # A leak: connections aren't given back, and the pool runs dry.
            status = 500 if 0 < int(CONNECTIONS) < next(served) else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(VERSION)))
        self.end_headers()
        self.wfile.write(VERSION.encode())
# --8<-- [end:app]

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


if __name__ == "__main__" and len(sys.argv) > 1:
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
