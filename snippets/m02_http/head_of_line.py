# /// script
# requires-python = ">=3.11"
# dependencies = ["aioquic>=1.2", "httpx[http2]>=0.28", "hypercorn>=0.17",
#                 "snippet-support", "trustme>=1.2"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# redact = [{ pattern = '\d+ of 20', as = "… of 20" }]
# ///
"""Lose one piece of twenty answers, over HTTP/2 and over HTTP/3, and see who waits."""

import asyncio
import ssl
import time
from typing import Any

import httpx
from aioquic.asyncio.client import connect
from aioquic.quic.configuration import QuicConfiguration
from snippet_support.http3 import Http3Client, serve_all_versions

N, DELAY = 20, 0.2  # seconds each way, so a round trip is 0.4


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(512)})
# --8<-- [start:way]
class Way:
    """The way between client and server: long, and it loses one piece when armed."""
    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.armed, self.pieces, self.lost_at = server, False, 0, 0.0

    def loses(self, size: int) -> bool:
        """Choose the fourth sizeable piece that the server sends."""
        self.pieces += self.armed and size > 400
        if lost := self.pieces >= 4 and not self.lost_at:
            self.lost_at = time.monotonic()
        return lost


class TcpWay(Way):
    """TCP delivers bytes in order: what follows a hole waits until it is mended."""

    async def accept(self, client: Any, back: Any) -> None:
        server, there = await asyncio.open_connection(*self.server)
        await asyncio.gather(self.pump(client, there), self.pump(server, back, True))

    async def pump(self, source: Any, target: Any, lossy: bool = False) -> None:
        loop, mended, due = asyncio.get_running_loop(), 0.0, 0.0
        while data := await source.read(600):
            if lossy and self.loses(len(data)):
                mended = loop.time() + 2 * DELAY  # noticed, and sent once more
            due = max(loop.time() + DELAY, mended + DELAY, due + 1e-5)
            loop.call_at(due, target.write, data)
        target.close()


class UdpWay(Way, asyncio.DatagramProtocol):
    """A lost datagram is gone; the others go on, and QUIC sends its content again."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, sender: Any) -> None:
        if sender != self.server:
            self.client, target = sender, self.server
        elif self.loses(len(data)):
            return
        else:
            target = self.client
        loop = asyncio.get_running_loop()
        loop.call_later(DELAY, self.transport.sendto, data, target)
# --8<-- [end:way]
# --8<-- [start:count]
async def count(way: Way, get: Any) -> int:
    """Count the answers that were complete before the piece could be sent again."""
    await get("/first")  # the connection is up, and warm
    way.armed, finished = True, list[float]()
    for answer in asyncio.as_completed([get(f"/{n}") for n in range(N)]):
        await answer
        finished.append(time.monotonic())
    mended = way.lost_at + 2.8 * DELAY  # at the client: a round trip and one way
    return sum(moment < mended for moment in finished)


async def main(server: tuple[str, int], root: bytes, trust: ssl.SSLContext) -> None:
    for _ in range(3):  # a busy machine can blur one measurement
        one, two = await over_tcp(server, trust), await over_quic(server, root)
        if two >= one + 5:
            break
    for version, early in ((2, one), (3, two)):
        print(f"HTTP/{version}: {early} of {N} complete while one piece was missing")
    assert two >= one + 5
# --8<-- [end:count]
async def over_tcp(server: tuple[str, int], trust: ssl.SSLContext) -> int:
    way = TcpWay(server)
    async with await asyncio.start_server(way.accept, "127.0.0.1", 0) as front:
        base = f"https://localhost:{front.sockets[0].getsockname()[1]}"
        async with httpx.AsyncClient(http2=True, verify=trust, base_url=base) as client:
            return await count(way, client.get)


async def over_quic(server: tuple[str, int], root: bytes) -> int:
    way, loop, here = UdpWay(server), asyncio.get_running_loop(), ("127.0.0.1", 0)
    udp, _ = await loop.create_datagram_endpoint(lambda: way, here)
    quic = QuicConfiguration(alpn_protocols=["h3"], cadata=root)
    quic.server_name, where = "localhost", udp.get_extra_info("sockname")
    async with connect(*where, configuration=quic, create_protocol=Http3Client) as h3:
        return await count(way, h3.get)  # type: ignore[attr-defined]


with serve_all_versions(app) as (port, authority):
    authority.configure_trust(trust := ssl.create_default_context())
    asyncio.run(main(("127.0.0.1", port), authority.cert_pem.bytes(), trust))
