"""DNS: questions over UDP and TCP by dnspython, which shares no code with the server."""

from __future__ import annotations

from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from pools import NewCorner

ZONE = """
$ORIGIN example.org.
$TTL 60
@     IN SOA ns.example.org. admin.example.org. 1 3600 600 86400 60
@     IN NS  ns.example.org.
@     IN MX  10 mail.example.org.
ns    IN A   192.0.2.53
www   IN A   192.0.2.80
www   IN A   192.0.2.81
shop  IN CNAME www
_http._tcp IN SRV 0 5 80 www.example.org.
a.b   IN TXT "deep"
"""


def ask(environment: dict[str, str], name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
    host, _, port = environment["DNS_SERVER"].partition(":")
    query = dns.message.make_query(name, kind, use_edns=False)
    return (dns.query.tcp if tcp else dns.query.udp)(query, host, port=int(port), timeout=5)


def texts(message: dns.message.Message) -> list[str]:
    return sorted(record.to_text() for answer in message.answer for record in answer)


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_a_zone_that_the_snippet_wrote_is_answered_from(corner: NewCorner, tcp: bool) -> None:
    environment = corner("dns")
    Path(environment["DNS_ZONE_FILE"]).write_text(ZONE, encoding="utf-8")

    reply = ask(environment, "www.example.org", "A", tcp=tcp)

    assert texts(reply) == ["192.0.2.80", "192.0.2.81"]
    assert reply.flags & dns.flags.AA
    assert texts(ask(environment, "shop.example.org", "A", tcp=tcp)) == [
        "192.0.2.80",
        "192.0.2.81",
        "www.example.org.",
    ]
    assert texts(ask(environment, "_http._tcp.example.org", "SRV", tcp=tcp)) == ["0 5 80 www.example.org."]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("nobody.example.org", "A", dns.rcode.NXDOMAIN),
        ("www.example.org", "AAAA", dns.rcode.NOERROR),
        ("b.example.org", "A", dns.rcode.NOERROR),
        ("example.com", "A", dns.rcode.REFUSED),
    ],
)
def test_what_is_not_there_is_told_in_the_right_way(
    corner: NewCorner, name: str, kind: str, code: dns.rcode.Rcode
) -> None:
    environment = corner("dns")
    Path(environment["DNS_ZONE_FILE"]).write_text(ZONE, encoding="utf-8")
    reply = ask(environment, name, kind)

    assert reply.rcode() == code
    assert reply.answer == []
    assert bool(reply.authority) == (code != dns.rcode.REFUSED)


def test_a_changed_record_is_seen_at_once_and_only_by_this_snippet(corner: NewCorner) -> None:
    mine, other = corner("dns"), corner("dns")
    for environment, address in ((mine, "192.0.2.1"), (other, "192.0.2.2"), (mine, "192.0.2.3")):
        text = ZONE.replace("192.0.2.53", address)
        Path(environment["DNS_ZONE_FILE"]).write_text(text, encoding="utf-8")

    assert texts(ask(mine, "ns.example.org", "A")) == ["192.0.2.3"]
    assert texts(ask(other, "ns.example.org", "A")) == ["192.0.2.2"]


def test_a_long_answer_over_udp_is_cut_and_whole_over_tcp(corner: NewCorner) -> None:
    environment = corner("dns")
    many = "".join(f"many IN A 192.0.2.{number}\n" for number in range(1, 101))
    Path(environment["DNS_ZONE_FILE"]).write_text(ZONE + many, encoding="utf-8")

    assert ask(environment, "many.example.org", "A").flags & dns.flags.TC
    assert len(texts(ask(environment, "many.example.org", "A", tcp=True))) == 100


def test_a_zone_that_cannot_be_read_is_a_failure_of_the_server(corner: NewCorner) -> None:
    environment = corner("dns")
    Path(environment["DNS_ZONE_FILE"]).write_text("www IN A not-an-address", encoding="utf-8")

    assert ask(environment, "www.example.org", "A").rcode() == dns.rcode.SERVFAIL
