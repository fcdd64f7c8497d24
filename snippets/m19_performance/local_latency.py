# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = ' +[\d.]+ (ns|µs|ms)', as = " … time" }]
# ///
"""The latency table, as far as one machine and one interpreter can fill it in."""

import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOCK = threading.Lock()


def median(call: Callable[[], object], loops: int) -> float:
    rounds = []
    for _ in range(15):
        start = time.perf_counter()
        for _ in range(loops):
            call()
        rounds.append((time.perf_counter() - start) / loops)
    return statistics.median(rounds)


def lock_and_release() -> None:
    with LOCK:
        pass


def echo(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(64):
            connection.sendall(data)


def human(seconds: float) -> str:
    for unit, size in (("ns", 1e-9), ("µs", 1e-6)):
        if seconds < 1_000 * size:
            return f"{seconds / size:7.1f} {unit}"
    return f"{seconds * 1_000:7.1f} ms"


with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=echo, args=(listener,), daemon=True).start()
    client = socket.create_connection(listener.getsockname())
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    path = Path(folder) / "block"
    path.write_bytes(bytes(4096))
    descriptor = os.open(path, os.O_RDWR)

    # --8<-- [start:table]
    def round_trip() -> bytes:
        client.sendall(b"ping")
        return client.recv(64)

    def write_and_flush() -> None:
        os.pwrite(descriptor, b"x" * 4096, 0)
        os.fsync(descriptor)

    table = {
        "an empty Python call": median(lambda: None, 10_000),
        "an uncontended lock": median(lock_and_release, 10_000),
        "a system call": median(os.getppid, 10_000),
        "4 KiB from the page cache": median(lambda: os.pread(descriptor, 4096, 0), 999),
        "a round trip over loopback": median(round_trip, 100),
        "4 KiB written and flushed": median(write_and_flush, 10),
        "starting a thread": median(lambda: threading.Thread(target=int).start(), 50),
    }
    # --8<-- [end:table]
    for name, seconds in table.items():
        print(f"{name:<28}{human(seconds)}")
    client.close()
    os.close(descriptor)
assert table["an empty Python call"] * 20 < table["a round trip over loopback"]
assert table["a system call"] * 5 < table["a round trip over loopback"]
