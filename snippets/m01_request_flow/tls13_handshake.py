# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "trustme>=1.2"]
#
# [tool.snippets-runner]
# timeout = 10
# ///
"""Shake hands with TLS 1.3 and 1.2, message by message; then fail to, in three ways."""

import ssl
from contextlib import suppress
from typing import Any

import trustme
from cryptography import x509

NAME = "api.shop.example"
# --8<-- [start:certificates]
root = trustme.CA()
leaf = root.create_child_ca().issue_cert(NAME)  # root <- issuing CA <- leaf
loaded = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
print("the leaf's subject alternative names:", names.get_values_for_type(x509.DNSName))


def server_side(send: int = 2) -> ssl.SSLContext:
    """Send the first ``send`` certificates of the chain, and speak HTTP/1.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    pems = [leaf.private_key_pem, *leaf.cert_chain_pems[:send]]
    with trustme.Blob(b"".join(pem.bytes() for pem in pems)).tempfile() as path:
        context.load_cert_chain(path)
    context.set_alpn_protocols(["http/1.1"])
    return context


def client_side(trusted: trustme.CA = root) -> ssl.SSLContext:
    """Trust one root, check chain and host name (the default), prefer HTTP/2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.configure_trust(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context
# --8<-- [end:certificates]


def log_messages(context: Any, sender: str, flights: list[tuple[str, list[str]]]) -> None:
    """Note every handshake message sent, by CPython's (unofficial) debugging hook."""
    def note(_: Any, direction: str, __: Any, content: int, kind: Any, ___: bytes) -> None:
        if direction == "write" and content == 22:  # 22 = handshake
            if not flights or flights[-1][0] != sender:
                flights.append((sender, []))
            name = kind.name.replace("NEWSESSION", "NEW_SESSION")
            flights[-1][1].append(name.title().replace("_", ""))

    context._msg_callback = note


# --8<-- [start:handshake]
def shake_hands(
    client: ssl.SSLContext,
    server: ssl.SSLContext,
    name: str = NAME,
    session: ssl.SSLSession | None = None,
) -> tuple[ssl.SSLObject, int]:
    """Connect two ends in memory; return ours, and the round trips that it waited."""
    flights: list[tuple[str, list[str]]] = []
    log_messages(client, "client", flights)
    log_messages(server, "server", flights)
    out, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, out, server_hostname=name, session=session)
    theirs = server.wrap_bio(out, back, server_side=True)
    round_trips = 0
    while True:
        try:
            ours.do_handshake()
            break  # done: the request may leave now
        except ssl.SSLWantReadError:
            round_trips += 1
        with suppress(ssl.SSLWantReadError):
            theirs.do_handshake()
    theirs.do_handshake()
    with suppress(ssl.SSLWantReadError):
        ours.read()  # no data yet, only tickets for the next time
    for sender, messages in flights:
        print(f"  {sender}: {' '.join(messages)}")
    return ours, round_trips
# --8<-- [end:handshake]


# --8<-- [start:compare]
client, server = client_side(), server_side()
print("TLS 1.3")
ours, full = shake_hands(client, server)
print(f"  version={ours.version()} alpn={ours.selected_alpn_protocol()}")
assert (ours.version(), ours.selected_alpn_protocol()) == ("TLSv1.3", "http/1.1")
print("TLS 1.3, resumed")
again, resumed = shake_hands(client, server, session=ours.session)
assert again.session_reused
old = client_side()
old.maximum_version = ssl.TLSVersion.TLSv1_2
print("TLS 1.2")
_, older = shake_hands(old, server)
print(f"round trips before the request: 1.3={full} resumed={resumed} 1.2={older}\n")
assert (full, resumed, older) == (1, 1, 2)
# --8<-- [end:compare]


# --8<-- [start:failures]
codes = {}
for what, client, server, name in (
    ("wrong host name", client_side(), server_side(), "db.shop.example"),
    ("untrusted CA", client_side(trustme.CA()), server_side(), NAME),
    ("intermediate not sent", client_side(), server_side(send=1), NAME),
):
    try:
        shake_hands(client, server, name)
    except ssl.SSLCertVerificationError as error:
        codes[what] = error.verify_code
        print(f"{what}: {error.verify_message}")
assert list(codes.values()) == [62, 20, 20], codes
# --8<-- [end:failures]
