"""DNS: an authoritative server (``dnslib``) whose zone is a file that the snippet writes.

The snippet writes a zone in the usual form (RFC 1035, section 5) to ``DNS_ZONE_FILE`` and asks ``DNS_SERVER``, over
UDP or TCP. The file is read anew for every question, so a changed record is seen at once and what a resolver caches
can be shown. A process of its own would cost each snippet 100 to 300 ms; a room in one costs 2.
"""

from __future__ import annotations

from snippets_runner.services.probe import says
from snippets_runner.services.rooms import room_service

QUESTION = b"\x00\x01" + b"\x00\x00" + b"\x00\x01" + bytes(6) + b"\x00" + b"\x00\x02" + b"\x00\x01"
"""The name servers of the root: the shortest question there is (RFC 1035, section 4)."""


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    framed = len(QUESTION).to_bytes(2, "big") + QUESTION
    return port.isdigit() and says(host, int(port), framed, begins=QUESTION[:2], skip=2)


SERVICE = room_service(
    "dns",
    title="dnslib",
    distribution="dnslib",
    imports=("dnslib",),
    variables=("DNS_SERVER", "DNS_ZONE_FILE"),
    answers=_answers,
)
