# /// script
# requires-python = ">=3.11"
# dependencies = ["dnslib>=0.9.26", "dnspython>=2.7"]
#
# [tool.snippets-runner]
# redact = [{ pattern = '[0-9a-f]{32}', as = "…id…" },
#           { pattern = ' *\d+\.\d+ ms', as = " … ms" }]
# ///
"""Speak HTTP/1.1 over a bare socket and time every hop of one request."""

import secrets
import socket
import threading
import time
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

from dns.resolver import Resolver
from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver

HOST = "api.shop.example"
BODY = b'{"id":42,"name":"Ada Lovelace","role":"editor"}'
NOW = "Mon, 11 May 2026 09:14:22 GMT"  # a stopped clock makes the reply reproducible


class UserApi(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(0.3)  # the work: a query, a call, a template
        length = 87 if self.path == "/wrong-length" else len(BODY)
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "private, max-age=60")
        self.send_header("X-Request-Id", self.headers["traceparent"].split("-")[1])
        self.send_header("Date", NOW)
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


# --8<-- [start:exchange]
def exchange(host: str, port: int, path: str, dns: Resolver) -> tuple[bytes, list[str]]:
    """Send one GET; return the whole reply and the hops, slowest first."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n"
        f"traceparent: 00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01\r\n\r\n"
    )
    hops: dict[str, float] = {}
    started = time.perf_counter()

    def done(hop: str) -> None:
        hops[hop] = (time.perf_counter() - started) * 1000 - sum(hops.values())
        size = "< 200 ms" if hops[hop] < 200 else ">= 200 ms"
        print(f"{hop:10} {size:9} {hops[hop]:9.2f} ms")

    address = dns.resolve(host, "A")[0].to_text()
    done("resolve")
    with socket.create_connection((address, port), timeout=1) as connection:
        done("connect")
        connection.sendall(request.encode("ascii"))  # one write, one packet
        done("send")
        reply = connection.recv(4096)
        done("first byte")
        while (missing := bytes_missing(reply)) != 0:
            if not (more := connection.recv(4096)):
                raise ConnectionError(f"closed with {missing} bytes missing")
            reply += more
        done("last byte")
    return reply, sorted(hops, key=lambda hop: -hops[hop])
# --8<-- [end:exchange]


# --8<-- [start:parse]
def parse(reply: bytes) -> tuple[str, dict[str, str], bytes]:
    """Split a reply at its first empty line: status line, header fields, content."""
    head, _, content = reply.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    return status_line, {name.lower(): value.strip() for name, value in pairs}, content


def bytes_missing(reply: bytes) -> int:
    """Tell how much is still to come; nothing but the declared length says so."""
    if b"\r\n\r\n" not in reply:
        return -1  # unknown: the header block itself has not ended
    _, fields, content = parse(reply)
    return int(fields["content-length"]) - len(content)
# --8<-- [end:parse]


zone = ZoneResolver(StringIO(f"{HOST}. 300 A 127.0.0.1"))
names = DNSServer(zone, "127.0.0.1", 0, logger=DNSLogger("-request,-reply"))
names.start_thread()
dns = Resolver(configure=False)
dns.nameservers, dns.port = ["127.0.0.1"], names.server.server_address[1]
with ThreadingHTTPServer(("127.0.0.1", 0), UserApi) as web:
    threading.Thread(target=web.serve_forever, daemon=True).start()
    reply, slowest_first = exchange(HOST, web.server_port, "/api/users/42", dns)
    status_line, fields, content = parse(reply)
    print(f"slowest: {slowest_first[0]}\n")
    assert slowest_first[0] == "first byte"
    print(reply.decode().replace("\r\n", "\n"), end="\n\n")
    assert (status_line, content) == ("HTTP/1.1 200 OK", BODY)
    assert int(fields["content-length"]) == len(content) == 47
    assert format_datetime(parsedate_to_datetime(fields["date"]), usegmt=True) == NOW
    print("check: status line, header block and 47-byte body parsed by hand -> ok\n")
    try:
        exchange(HOST, web.server_port, "/wrong-length", dns)
        raise AssertionError("a wrong length went unnoticed")
    except TimeoutError:
        assert bytes_missing(reply.replace(b"Length: 47", b"Length: 87")) == 40
        print("Content-Length 87, 47 bytes sent: waited 1 s for the other 40, gave up")
    web.shutdown()
names.stop()
