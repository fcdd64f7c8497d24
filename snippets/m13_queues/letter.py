# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "dkimpy>=1.1.8", "dnspython>=2.7", "markupsafe>=3"]
# ///
"""The letter of `transactional_email.py`: two bodies, its headers, a signature."""

import os
from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import dkim  # type: ignore[import-untyped]
import dns.resolver
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa
from markupsafe import escape

DOMAIN, SELECTOR = "mail.shop.example", "nov26"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SIGNED = ["from", "to", "subject", "date", "message-id", "mime-version", "content-type"]
SIGNED += ["list-unsubscribe", "list-unsubscribe-post"]


# --8<-- [start:build]
def build(
    order: int, name: str, to: str, key: str, offer: bool = False
) -> EmailMessage:
    """One letter in two forms: the same words for every reader."""
    link = f"https://shop.example/orders/{order}"
    message = EmailMessage(policy=SMTP)
    message["From"] = f"The Shop <orders@{DOMAIN}>"
    message["To"] = to
    message["Subject"] = f"Order #{order} confirmed"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{key}@{DOMAIN}>"  # the same for each attempt
    if offer:  # never in a receipt: there is nothing to unsubscribe from
        message["List-Unsubscribe"] = f"<https://shop.example/u/{key}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"Hello {name},\n\nthank you. Track your order: {link}\n")
    message.add_alternative(
        f"""<!doctype html><html lang="en"><body>
<div style="display:none">Track it here. Questions? Just reply.</div>
<p>Hello {escape(name)},</p><p>thank you.</p>
<p><a href="{link}">Track your order</a></p>
<p>The Shop, Storgata 1, 0155 Oslo</p></body></html>""",
        subtype="html",
    )
    return message
# --8<-- [end:build]


# --8<-- [start:dkim]
def publish_key() -> None:
    """Put the public key, and the policies, where every receiver looks."""
    der = KEY.public_key().public_bytes(
        form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo
    )
    value = f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"
    quoted = " ".join(f'"{value[i : i + 250]}"' for i in range(0, len(value), 250))
    with open(os.environ["DNS_ZONE_FILE"], "w", encoding="ascii") as zone:
        zone.write(f"""$ORIGIN {DOMAIN}.
$TTL 60
@ IN SOA ns hostmaster 1 60 60 60 60
@ IN TXT "v=spf1 ip4:192.0.2.25 -all"
{SELECTOR}._domainkey IN TXT {quoted}
_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"
""")


def sign(message: EmailMessage) -> bytes:
    """Serialise once and sign exactly those bytes; nobody may touch them afterwards."""
    raw = message.as_bytes()
    private = KEY.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    names = [name.encode() for name in SIGNED if name in message]
    return bytes(dkim.sign(
        raw, SELECTOR.encode(), DOMAIN.encode(), private,
        canonicalize=(b"relaxed", b"relaxed"), include_headers=names,
    )) + raw
# --8<-- [end:dkim]


def txt(name: bytes, timeout: float = 5) -> bytes:
    """Ask the real server, as the receiver of a message does."""
    host, port = os.environ["DNS_SERVER"].rsplit(":", 1)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port)
    [record] = resolver.resolve(name.decode(), "TXT", lifetime=timeout)
    return b"".join(record.strings)


def verdict(raw: bytes) -> str:
    return "pass" if dkim.verify(raw, dnsfunc=txt) else "fail"
