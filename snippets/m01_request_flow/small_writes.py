# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 10
# ///
"""Answer in two small writes, and wait for a delayed acknowledgement; then don't."""

import socket
import threading
import time
from statistics import median

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\n"
BODY = b"x" * 47


# --8<-- [start:server]
def answer(connection: socket.socket, writes: list[bytes], no_delay: bool) -> None:
    """Answer each request on one kept connection with the given writes."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, no_delay)
    while connection.recv(4096):
        for part in writes:
            connection.sendall(part)


def typical_reply_ms(writes: list[bytes], *, no_delay: bool, requests: int = 25) -> float:
    """Time requests one after the other on one connection; return the median."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=5)
        served, _ = listener.accept()
    with client, served:
        server = threading.Thread(target=answer, args=(served, writes, no_delay))
        server.start()
        took = []
        for _ in range(requests):
            started = time.perf_counter()
            client.sendall(b"GET / HTTP/1.1\r\nHost: api.shop.example\r\n\r\n")
            missing = len(HEAD) + len(BODY)
            while missing:
                missing -= len(client.recv(missing))
            took.append((time.perf_counter() - started) * 1000)
        client.shutdown(socket.SHUT_WR)
        server.join()
    return median(took)
# --8<-- [end:server]


# --8<-- [start:compare]
for name, writes, no_delay, stalls in (
    ("two writes, Nagle on", [HEAD, BODY], False, True),
    ("two writes, TCP_NODELAY", [HEAD, BODY], True, False),
    ("one write, Nagle on", [HEAD + BODY], False, False),
):
    typical = typical_reply_ms(writes, no_delay=no_delay)
    print(f"{name:24} {'at least' if typical >= 25 else 'less than'} 25 ms")
    assert (typical >= 25) == stalls, (name, typical)
# --8<-- [end:compare]
