"""Servers that give every bad answer that a link may get, on loopback."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

HOST = "127.1"
"""Loopback, written so that the check takes it for another machine."""


class Answers(BaseHTTPRequestHandler):
    """Answers by the path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        what = self.path.strip("/")
        if what == "hangs":
            time.sleep(4)
        elif what == "closes":
            self.close_connection = True
            return
        target = {"redirect-loop": "/redirect-loop", "moved": "/fine"}.get(what, "")
        if what.startswith("redirects-for-ever"):
            target = f"/{what}x"
        status = int(what) if what.isdigit() else 302 if target else 200
        flaky = what == "once" and not self.server.__dict__.setdefault("asked", set()) & {what}  # type: ignore[operator]
        self.server.__dict__.setdefault("asked", set()).add(what)
        if what == "no-head" and self.command == "HEAD":
            status = 405
        self.send_response(503 if flaky else status)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that doesn't trust us, or doesn't wait, hangs up


@contextmanager
def answering() -> Iterator[tuple[str, str]]:
    """Serve; gives the address of the plain server and of the one that nobody trusts."""
    with Server(("127.0.0.1", 0), Answers) as plain, Server(("127.0.0.1", 0), Answers) as secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("localhost", "127.0.0.1").configure_cert(context)
        secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
        servers = (plain, secure)
        threads = [
            threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.05}) for each in servers
        ]
        for thread in threads:
            thread.start()
        try:
            yield f"http://{HOST}:{plain.server_port}/", f"https://{HOST}:{secure.server_port}/"
        finally:
            for server in servers:
                server.shutdown()
            for thread in threads:
                thread.join()
