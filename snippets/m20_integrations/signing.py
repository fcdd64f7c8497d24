# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44"]
# ///
"""Sign and verify webhooks: the scheme of many tutorials, and the one of Standard Webhooks."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TOLERANCE = 5 * 60


class Refused(Exception):
    """The request doesn't prove that the sender sent it, just now."""


# --8<-- [start:body-only]
def sign_body(secret: bytes, body: bytes) -> dict[str, str]:
    """Cover the body, and put time and id beside it, where anyone may change them."""
    digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {
        "X-Webhook-Signature": f"sha256={digest}",
        "X-Webhook-Timestamp": str(int(time.time())),
        "X-Webhook-Id": f"evt_{digest[:8]}",
    }


def verify_body(secret: bytes, headers: Mapping[str, str], body: bytes) -> str:
    if abs(time.time() - int(headers["X-Webhook-Timestamp"])) > TOLERANCE:
        raise Refused("too old")
    if headers["X-Webhook-Signature"] != sign_body(secret, body)["X-Webhook-Signature"]:
        raise Refused("wrong signature")
    return headers["X-Webhook-Id"]
# --8<-- [end:body-only]


# --8<-- [start:sign]
def sign(
    keys: Sequence[bytes | Ed25519PrivateKey], id: str, body: bytes, at: int = 0
) -> dict[str, str]:
    """Cover id, time and body together, once with each key that is in use."""
    at = at or int(time.time())
    message = f"{id}.{at}.".encode() + body
    signatures = []
    for key in keys:
        if isinstance(key, bytes):
            version, raw = "v1", hmac.digest(key, message, "sha256")
        else:
            version, raw = "v1a", key.sign(message)
        signatures.append(f"{version},{base64.b64encode(raw).decode()}")
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signatures),
    }
# --8<-- [end:sign]


# --8<-- [start:verify]
Key = bytes | Ed25519PublicKey


def verify(key: Key, headers: Mapping[str, str], body: bytes) -> str:
    """Return the id of a genuine, recent webhook; `body` is the bytes that came in."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    id, at, signatures = (headers.get(name, "") for name in names)
    if not (id and signatures and at.isascii() and at.isdigit()):
        raise Refused("headers missing or malformed")
    if abs(time.time() - int(at)) > TOLERANCE:
        raise Refused("outside the five minutes")
    message = f"{id}.{at}.".encode() + body
    if not any(_matches(key, message, each) for each in signatures.split(" ")):
        raise Refused("no signature matches")
    return id


def _matches(key: Key, message: bytes, signature: str) -> bool:
    version, _, text = signature.partition(",")
    try:
        raw = base64.b64decode(text, validate=True)
        if isinstance(key, bytes):
            right = hmac.digest(key, message, "sha256")
            return version == "v1" and hmac.compare_digest(right, raw)
        key.verify(raw, message)
        return version == "v1a"
    except (ValueError, InvalidSignature):
        return False
# --8<-- [end:verify]


# --8<-- [start:parsed]
def verify_parsed(key: bytes, headers: Mapping[str, str], body: bytes) -> str:
    """What a framework that has parsed the body invites: write it again."""
    return verify(key, headers, json.dumps(json.loads(body)).encode())
# --8<-- [end:parsed]
