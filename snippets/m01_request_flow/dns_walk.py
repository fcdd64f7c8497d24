# /// script
# requires-python = ">=3.11"
# dependencies = ["dnslib>=0.9.26", "dnspython>=2.7", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 10
# ///
"""Resolve a name from the root down with cold caches, then again with warm ones."""

import math
import time

import dns.message
import dns.query
import dns.rdatatype as rr
from dnslib import RCODE, RR, DNSRecord
from dnslib.server import DNSHandler, DNSLogger, DNSServer
from snippet_support import wait_until

NAME = "www.shop.example."
ZONES = {  # what each of three name servers knows; a delegation is an NS record
    "root": "example. 3600 NS tld",
    "tld": "shop.example. 3600 NS ns1",
    "ns1": f"{NAME} 2 A 192.0.2.10\nshop.example. 2 SOA ns1 admin 1 60 60 60 2",
}


class NameServer:
    """Answer from one zone, refer to a zone below, or deny; never ask anybody else."""

    def __init__(self, zone: str) -> None:
        self.records = RR.fromZone(zone)

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        reply = request.reply(ra=0)
        for record in self.records:
            if record.rtype == rr.NS and request.q.qname.matchSuffix(record.rname):
                reply.add_auth(record)  # a referral: authority section, no answer
            elif (record.rname, record.rtype) == (request.q.qname, request.q.qtype):
                reply.add_answer(record)
        if not reply.rr and not reply.auth:
            reply.header.rcode = RCODE.NXDOMAIN
            reply.add_auth(*(r for r in self.records if r.rtype == rr.SOA))
        return reply


# --8<-- [start:resolver]
class RecursiveResolver:
    """Walk down from the root; keep every answer and referral until its TTL ends."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports  # server -> port; the real DNS gives addresses ("glue")
        self.cache: dict[tuple[str, int], tuple[str, float]] = {}
        self.asked: list[str] = []

    def resolve(self, name: str) -> tuple[str, int]:
        """Return an address (or NXDOMAIN) and how many seconds it stays valid."""
        while (known := self.cached(name, rr.A)) is None:
            self.ask(self.closest_server(name), name)
        return known

    def cached(self, name: str, kind: int) -> tuple[str, int] | None:
        value, expires = self.cache.get((name, kind), ("", 0.0))
        left = math.ceil(expires - time.monotonic())
        return (value, left) if left > 0 else None

    def closest_server(self, name: str) -> str:
        """Find the deepest zone whose name server is known; the root always is."""
        while name := name.partition(".")[2]:
            if known := self.cached(name, rr.NS):
                return known[0]
        return "root"

    def ask(self, server: str, name: str) -> None:
        self.asked.append(server)
        query = dns.message.make_query(name, rr.A, flags=0)  # no "recursion desired"
        reply = dns.query.udp(query, "127.0.0.1", timeout=2, port=self.ports[server])
        for found in reply.answer + reply.authority:
            key = (found.name.to_text(), int(found.rdtype))
            value, ttl = found[0].to_text().rstrip("."), found.ttl
            if found.rdtype == rr.SOA:  # a denial, and for how long it holds
                key, value, ttl = (name, rr.A), "NXDOMAIN", min(ttl, found[0].minimum)
            self.cache[key] = (value, time.monotonic() + ttl)
# --8<-- [end:resolver]


# --8<-- [start:walk]
def show(resolver: RecursiveResolver, when: str, name: str = NAME) -> list[str]:
    resolver.asked.clear()
    address, ttl = resolver.resolve(name)
    asked = " -> ".join(resolver.asked) or "nobody"
    print(f"{when:17} {name:18} {address:10} ttl={ttl}  asked: {asked}")
    return list(resolver.asked)


def walk(resolver: RecursiveResolver) -> None:
    cold, warm = show(resolver, "cold"), show(resolver, "warm")
    assert (cold, warm) == (["root", "tld", "ns1"], [])
    print(f"queries cold={len(cold)} warm={len(warm)}\n")
    wait_until(lambda: resolver.resolve(NAME)[1] == 1, what="the TTL to count down")
    assert show(resolver, "one second later") == []
    wait_until(lambda: resolver.cached(NAME, rr.A) is None, what="the TTL to end")
    assert show(resolver, "expired") == ["ns1"]  # the delegations are still cached
    assert show(resolver, "no such name", "api.shop.example.") == ["ns1"]
    assert show(resolver, "denial cached", "api.shop.example.") == []
# --8<-- [end:walk]


quiet = DNSLogger("-request,-reply")
servers = {k: DNSServer(NameServer(z), "127.0.0.1", 0, logger=quiet) for k, z in ZONES.items()}
for each in servers.values():
    each.start_thread()
ports = {name: each.server.server_address[1] for name, each in servers.items()}
walk(RecursiveResolver(ports))
for each in servers.values():
    each.stop()
