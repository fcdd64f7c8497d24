# /// script
# requires-python = ">=3.11"
# ///
"""A relay that counts the bytes that pass through it, heads of requests included."""

import contextlib
import socket
import threading
from collections.abc import Iterator


# --8<-- [start:relay]
class Relay:
    """Pass bytes on to a port, both ways, and count them."""

    def __init__(self, to: int) -> None:
        self.to, self.bytes = to, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self.to))
            for pair in ((here, there), (there, here)):
                threading.Thread(target=self.copy, args=pair, daemon=True).start()

    def copy(self, source: socket.socket, sink: socket.socket) -> None:
        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with source, sink, contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.bytes += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it


@contextlib.contextmanager
def relay(to: int) -> Iterator[Relay]:
    counting = Relay(to)
    with counting.listener:
        yield counting
# --8<-- [end:relay]
