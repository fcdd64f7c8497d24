# /// script
# requires-python = ">=3.11"
# dependencies = ["aioquic>=1.2", "httpx[http2]>=0.28", "hypercorn>=0.17",
#                 "snippet-support", "trustme>=1.2"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Fetch the same twenty resources by HTTP/1.1, 2 and 3, and count connections."""

import asyncio
import ssl
from collections import Counter, defaultdict
from typing import Any

import httpx
from aioquic.asyncio.client import connect
from aioquic.quic.configuration import QuicConfiguration
from snippet_support.http3 import Http3Client, serve_all_versions

N = 20
PATHS = [f"/{n}" for n in range(N)]
connections: defaultdict[str, set[Any]] = defaultdict(set)
now: Counter[str] = Counter()
at_once: Counter[str] = Counter()


# --8<-- [start:server]
async def resource(scope: Any, receive: Any, send: Any) -> None:
    """Serve some text, and note which connection asked and how many ask at once."""
    if scope["type"] != "http":
        return
    version = scope["http_version"]
    connections[version].add(scope["client"])
    now[version] += 1
    at_once[version] = max(at_once[version], now[version])
    await asyncio.sleep(0.2)  # the work
    now[version] -= 1
    start = {"type": "http.response.start", "status": 200}
    await send(start | {"headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": scope["path"].encode() * 200})
# --8<-- [end:server]


# --8<-- [start:fetch]
async def over_tcp(base: str, trust: ssl.SSLContext, *, http2: bool) -> set[str]:
    """Use one client and its pool: at most six connections, as browsers do."""
    limits = httpx.Limits(max_connections=6)
    async with httpx.AsyncClient(http2=http2, verify=trust, limits=limits) as client:
        await client.get(f"{base}/first")  # ALPN, in the handshake, chose the version
        answers = await asyncio.gather(*(client.get(base + path) for path in PATHS))
    return {answer.http_version for answer in answers if answer.is_success}


async def over_quic(port: int, root: bytes) -> set[str]:
    quic = QuicConfiguration(
        alpn_protocols=["h3"], server_name="localhost", cadata=root
    )
    async with connect(
        "127.0.0.1", port, configuration=quic, create_protocol=Http3Client
    ) as client:
        assert isinstance(client, Http3Client)
        answers = await asyncio.gather(*(client.get(path) for path in PATHS))
        assert all(fields[b":status"] == b"200" for fields, _ in answers)
        print("streams:", *list(client.answers)[:5], "...", max(client.answers))
        return {client._quic.tls.alpn_negotiated or "nothing"}


async def main() -> None:
    spoken = await over_tcp(base, trust, http2=False)
    spoken |= await over_tcp(base, trust, http2=True)
    spoken |= await over_quic(port, authority.cert_pem.bytes())
    assert spoken == {"HTTP/1.1", "HTTP/2", "h3"}
    for version, seen in connections.items():
        print(f"HTTP/{version}: connections={len(seen)} at once={at_once[version]}")
    assert [len(seen) for seen in connections.values()] == [6, 1, 1]
    assert list(at_once.values()) == [6, N, N]
# --8<-- [end:fetch]


with serve_all_versions(resource) as (port, authority):
    base, trust = f"https://localhost:{port}", ssl.create_default_context()
    authority.configure_trust(trust)
    asyncio.run(main())
