"""The program behind the service ``dns``: ``python -m snippets_runner.services.dns_server FOLDER``."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from dnslib import QTYPE, RCODE, RR, DNSError, DNSHeader, DNSQuestion, DNSRecord

from snippets_runner.services.room_server import serve

SMALL = 512
"""Bytes that an answer over UDP may have when the question does not allow more (RFC 1035, 4.2.1; RFC 6891)."""
ALIASES = 8
"""How many CNAMEs are followed."""


def answer(query: DNSRecord, zone_text: str) -> DNSRecord:
    """Return the authoritative answer of RFC 1034, 4.3.2, for a zone without delegations."""
    question = query.q
    reply = DNSRecord(DNSHeader(id=query.header.id, qr=1, aa=1, ra=0, rd=query.header.rd), q=question)
    try:
        zone = RR.fromZone(zone_text)
    except Exception as error:
        print(f"the zone can't be read: {error}", file=sys.stderr, flush=True)
        reply.header.rcode = RCODE.SERVFAIL
        return reply
    soa = [each for each in zone if each.rtype == QTYPE.SOA and question.qname.matchSuffix(each.rname)]
    if not soa:
        reply.header.rcode, reply.header.aa = RCODE.REFUSED, 0
        return reply
    _look_up(reply, question, zone)
    if not reply.rr:
        reply.add_auth(soa[0])
    return reply


def _look_up(reply: DNSRecord, question: DNSQuestion, zone: list[RR]) -> None:
    """Add the records that answer the question, aliases followed; NXDOMAIN where the name is not in the zone."""
    name = question.qname
    for _ in range(ALIASES):
        here = [each for each in zone if each.rname == name]
        found = [each for each in here if question.qtype in (each.rtype, QTYPE.ANY)]
        alias = [each for each in here if each.rtype == QTYPE.CNAME]
        reply.add_answer(*(found or alias))
        if found or not alias:
            below = any(each.rname.matchSuffix(name) for each in zone)
            reply.header.rcode = RCODE.NOERROR if here or below else RCODE.NXDOMAIN
            return
        name = alias[0].rdata.label


class Zone:
    """A zone file, and the answers from it."""

    def __init__(self, file: Path) -> None:
        """Begin with an empty file."""
        self._file = file
        file.touch()

    def respond(self, packet: bytes, *, small: bool) -> bytes:
        """Answer one packet; a ``small`` answer that does not fit is cut and marked so (RFC 1035, 4.1.1)."""
        query = DNSRecord.parse(packet)
        reply = answer(query, self._file.read_text("utf-8"))
        packed: bytes = reply.pack()
        allowed = max([SMALL, *(each.edns_len for each in query.ar if each.rtype == QTYPE.OPT)])
        if small and len(packed) > allowed:
            reply.rr, reply.auth, reply.header.tc = [], [], 1
            packed = reply.pack()
        return packed


class Datagrams(asyncio.DatagramProtocol):
    """Questions over UDP."""

    def __init__(self, zone: Zone) -> None:
        """Answer from ``zone``."""
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to send."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a packet; one that is no question gets no answer."""
        with contextlib.suppress(DNSError):
            self._transport.sendto(self._zone.respond(data, small=True), addr)


async def main(folder: Path) -> None:
    """Give every room a port of its own, over UDP and TCP."""
    loop = asyncio.get_running_loop()

    @asynccontextmanager
    async def open_room(home: Path) -> AsyncIterator[Mapping[str, str]]:
        zone = Zone(home / "zone")

        async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.IncompleteReadError, DNSError, ConnectionError):
                while True:
                    size = int.from_bytes(await reader.readexactly(2), "big")
                    reply = zone.respond(await reader.readexactly(size), small=False)
                    writer.write(len(reply).to_bytes(2, "big") + reply)
            writer.close()

        while True:
            server = await asyncio.start_server(stream, "127.0.0.1", 0)
            host, port = server.sockets[0].getsockname()
            try:
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: Datagrams(zone), local_addr=(host, port)
                )
                break
            except OSError:  # somebody else has this number for UDP
                server.close()
        async with server:
            yield {"DNS_SERVER": f"{host}:{port}", "DNS_ZONE_FILE": str(home / "zone")}
        transport.close()

    await serve(folder, open_room)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
