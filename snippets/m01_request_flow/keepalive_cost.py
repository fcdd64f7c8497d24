# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "trustme>=1.2"]
#
# [tool.snippets-runner]
# timeout = 10
# redact = [{ pattern = '\d+\.\d+ ms', as = "… ms" }]
# ///
"""Fifty HTTPS requests: a new connection for each, or one that stays open."""

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import trustme


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open unless somebody says close
    disable_nagle_algorithm = True
    wbufsize = -1  # head and content leave in one write

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class TlsServer(ThreadingHTTPServer):
    """Counts handshakes, and asks clients for a certificate of their own (mTLS)."""

    def __init__(self, ca: trustme.CA) -> None:
        super().__init__(("127.0.0.1", 0), Hello)
        self.handshakes = 0
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.verify_mode = ssl.CERT_REQUIRED
        self.tls.sni_callback = self.count  # called for every ClientHello
        ca.configure_trust(self.tls)
        ca.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA).configure_cert(self.tls)

    def count(self, *_: object) -> None:
        self.handshakes += 1

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        plain, address = super().get_request()
        return self.tls.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False
        ), address


# --8<-- [start:measure]
def measure(server: TlsServer, trust: ssl.SSLContext, requests: int = 50) -> None:
    url = f"https://127.0.0.1:{server.server_port}/"

    def get(client: httpx.Client) -> tuple[int, float]:
        before, started = server.handshakes, time.perf_counter()
        assert client.get(url).text == "hello"
        return server.handshakes - before, (time.perf_counter() - started) * 1000

    new, kept = [], []
    with httpx.Client(verify=trust) as pool:
        for _ in range(requests):  # in turn, so that a busy machine is fair to both
            with httpx.Client(verify=trust) as fresh:
                new.append(get(fresh))
            kept.append(get(pool))

    handshakes = [sum(count for count, _ in runs) for runs in (new, kept)]
    best = [min(ms for _, ms in runs) for runs in (new, kept)]  # noise only adds
    print(f"{requests} requests each: handshakes {handshakes[0]} vs {handshakes[1]}")
    print(f"best of {requests}: {best[0]:.2f} ms vs {best[1]:.2f} ms")
    print("pooled is at least 3x faster")
    assert handshakes == [requests, 1]
    assert best[0] >= 3 * best[1], best
# --8<-- [end:measure]


ca = trustme.CA(key_type=trustme.KeyType.RSA)  # 2048 bits, like many in use
trust = ssl.create_default_context()
ca.configure_trust(trust)
ca.issue_cert("checkout.internal", key_type=trustme.KeyType.RSA).configure_cert(trust)
with TlsServer(ca) as server:
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    measure(server, trust)
    server.shutdown()
