"""HTTP/1.1, HTTP/2 and HTTP/3 on one port of this machine, and a client for the third.

Import it by its own name: it needs hypercorn, aioquic and trustme, which most snippets don't.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trustme
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.events import QuicEvent
from hypercorn.asyncio import serve
from hypercorn.config import Config

from snippet_support.network import accepts, free_port
from snippet_support.wait import wait_until


# --8<-- [start:serve_all_versions]
@contextmanager
def serve_all_versions(app: Any) -> Iterator[tuple[int, trustme.CA]]:
    """Serve an ASGI ``app`` with hypercorn, by TCP and QUIC on one port; give the port and the CA to trust.

    The certificate is for ``localhost``.

    Raises:
        TimeoutError: the server had not started after five seconds.
    """
    authority, port = trustme.CA(), free_port()
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    config = Config()
    config.bind = config.quic_bind = [f"127.0.0.1:{port}"]
    config.loglevel, config.graceful_timeout = "CRITICAL", 0.1
    with authority.issue_cert("localhost").private_key_and_cert_chain_pem.tempfile() as pem:
        config.certfile = config.keyfile = pem
        work = serve(app, config, shutdown_trigger=stop.wait)
        thread = threading.Thread(target=loop.run_until_complete, args=(work,))
        thread.start()
        try:
            wait_until(lambda: accepts(port), what="hypercorn to start")
            yield port, authority
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(timeout=5)
            loop.close()


# --8<-- [end:serve_all_versions]


# --8<-- [start:client]
class Http3Client(QuicConnectionProtocol):
    """Ask by HTTP/3: a stream for each request; events say which stream they belong to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Be made by ``aioquic.asyncio.connect(..., create_protocol=Http3Client)``."""
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.answers: dict[int, tuple[dict[bytes, bytes], bytes]] = {}
        self.ended: dict[int, asyncio.Event] = {}

    async def get(self, path: str) -> tuple[dict[bytes, bytes], bytes]:
        """Send one GET and return the fields and the content of its answer."""
        stream = self._quic.get_next_available_stream_id()
        fields = {
            b":method": b"GET",
            b":scheme": b"https",
            b":authority": b"localhost",
            b":path": path.encode(),
        }
        self.http.send_headers(stream, list(fields.items()), end_stream=True)
        self.answers[stream], self.ended[stream] = ({}, b""), asyncio.Event()
        self.transmit()
        await self.ended[stream].wait()
        return self.answers[stream]

    def quic_event_received(self, event: QuicEvent) -> None:
        """Sort what arrives by stream."""
        for each in self.http.handle_event(event):
            if not isinstance(each, HeadersReceived | DataReceived):
                continue
            fields, content = self.answers[each.stream_id]
            if isinstance(each, HeadersReceived):
                fields |= dict(each.headers)
            else:
                content += each.data
            self.answers[each.stream_id] = fields, content
            if each.stream_ended:
                self.ended[each.stream_id].set()


# --8<-- [end:client]
