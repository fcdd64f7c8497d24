# /// script
# requires-python = ">=3.11"
# dependencies = ["dnspython>=2.7", "httpx>=0.28"]
#
# [tool.snippets-runner]
# services = ["dns"]
# timeout = 30
# ///
"""Three fetchers of other people's URLs, and an attacker who wants what only this machine can reach."""

import os
import socket
from collections.abc import Callable
from ipaddress import ip_address

import dns.message
import dns.query
import httpx
from ssrf_world import OUTSIDE, sites, zone


# --8<-- [start:resolve]
def resolve(host: str) -> list[str]:
    """Read numbers as libc does, odd forms included; ask DNS for names, each time."""
    try:
        entries = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in entries[:1]]
    except socket.gaierror:
        server, port = os.environ["DNS_SERVER"].split(":")
        query = dns.message.make_query(host, "A")
        answer = dns.query.udp(query, server, port=int(port), timeout=5).answer
        if host == "evil.test":
            zone(evil="127.0.0.1")  # the attacker's name server: TTL 0, then this
        return [record.address for records in answer for record in records]


def is_public(text: str) -> bool:
    address = ip_address(text)
    address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:127.0.0.1
    return address.is_global or text == OUTSIDE
# --8<-- [end:resolve]


# --8<-- [start:naive]
class Plain(httpx.HTTPTransport):
    """Connect to whatever the name means at this moment, as any client does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host=resolve(request.url.host)[0])
        return super().handle_request(request)


def by_text(url: str) -> str:
    if httpx.URL(url).host in {"localhost", "127.0.0.1", "169.254.169.254"}:
        raise PermissionError("on the list")
    return fetch(Plain(), url)


def check_then_fetch(url: str) -> str:
    if not all(map(is_public, resolve(httpx.URL(url).host))):
        raise PermissionError("not public")
    return fetch(Plain(), url)  # which resolves again, and follows where it is sent
# --8<-- [end:naive]


# --8<-- [start:guard]
class Guard(httpx.HTTPTransport):
    """Resolve once, check, connect to what was checked. Redirects come here too."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        addresses = resolve(host := request.url.host)
        if not addresses or not all(map(is_public, addresses)):
            raise PermissionError(", ".join(addresses) or "no address")
        request.extensions["sni_hostname"] = host  # the certificate is still the name's
        request.url = request.url.copy_with(host=addresses[0])  # the Host field stays
        return super().handle_request(request)


def guarded(url: str) -> str:
    return fetch(Guard(), url)
# --8<-- [end:guard]


def fetch(transport: httpx.BaseTransport, url: str) -> str:
    with httpx.Client(transport=transport, follow_redirects=True, max_redirects=3) as client:
        return client.get(url).text


def attempt(how: Callable[[str], str], url: str) -> str:
    zone(evil=OUTSIDE)
    try:
        return how(url)
    except PermissionError as error:
        return f"refused: {error}"


# --8<-- [start:attack]
FETCHERS = (by_text, check_then_fetch, guarded)
reached = {}
with sites() as port:
    for what, target in {
        "a picture": "images.test:PORT", "an address": "127.0.0.1:PORT",
        "one number": "2130706433:PORT", "a redirect": "images.test:PORT/moved",
        "rebinding": "evil.test:PORT",
    }.items():
        url = "http://" + target.replace("PORT", str(port))
        got = {how.__name__: attempt(how, url).partition(":")[0] for how in FETCHERS}
        reached[what] = [answer == "SECRET" for answer in got.values()]
        words = "".join(f"{name}: {word:9}" for name, word in got.items())
        print(f"{what:11} {words.rstrip()}")
    for form in ("127.1", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]",
                 "169.254.169.254", "[::ffff:a9fe:a9fe]", "10.0.0.7", "inside.test"):
        answer = attempt(guarded, f"http://{form}:{port}/")
        print(f"guarded: {form:19} {answer}")
        assert answer.startswith("refused")
# --8<-- [end:attack]
assert not any(row[2] for row in reached.values()) and not any(reached["a picture"])
assert reached["one number"] == [True, False, False]
assert reached["a redirect"] == [True, True, False]
assert reached["rebinding"] == [False, True, False]
