"""Three jobs, waiting, computing in Python, computing in C; each tells when it began and ended."""

import asyncio
import hashlib
import socketserver
import time
from socket import create_connection

WAIT = 0.1
Address = tuple[str, int]
Span = tuple[float, float]  # begin and end on the machine's monotonic clock


class Slow(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        time.sleep(WAIT)  # the remote service takes its time
        self.request.sendall(b"done")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, request_queue_size = True, 64


# --8<-- [start:jobs]
def wait(address: Address) -> Span:
    begin = time.monotonic()
    with create_connection(address) as connection:
        connection.recv(16)
    return begin, time.monotonic()


def count(address: Address) -> Span:
    begin = time.monotonic()
    sum(number * number for number in range(300_000))
    return begin, time.monotonic()


def derive(address: Address) -> Span:
    begin = time.monotonic()
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 60_000)  # C, releases the GIL
    return begin, time.monotonic()


async def wait_async(address: Address) -> Span:
    begin = time.monotonic()
    reader, writer = await asyncio.open_connection(*address)
    await reader.read(16)
    writer.close()
    return begin, time.monotonic()
# --8<-- [end:jobs]


# --8<-- [start:overlap]
def at_once(spans: list[Span]) -> int:
    """How many jobs were under way at the same moment, at most."""
    starts = [begin for begin, _ in spans]
    return max(sum(begin <= now < end for begin, end in spans) for now in starts)
# --8<-- [end:overlap]
