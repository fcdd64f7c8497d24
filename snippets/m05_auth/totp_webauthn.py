# /// script
# requires-python = ">=3.11"
# dependencies = ["cbor2>=5.6", "cryptography>=44", "webauthn>=2.5"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""One-time codes by the standard's own test values, and a passkey that won't sign for another site."""

import hmac
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import InvalidAuthenticationResponse


# --8<-- [start:totp]
def totp(key: bytes, at: int, *, digits: int = 6, hash_name: str = "sha1") -> str:
    """Compute a code for the 30-second step that `at`, a Unix time, falls into."""
    mac = hmac.digest(key, struct.pack(">Q", at // 30), hash_name)
    offset = mac[-1] & 15  # the last four bits say where to cut
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


VECTORS = {59: "94287082", 1_111_111_109: "07081804", 20_000_000_000: "65353130"}
for at, code in VECTORS.items():  # RFC 6238, appendix B
    assert totp(b"12345678901234567890", at, digits=8) == code
print("RFC 6238 vectors:", " ".join(VECTORS.values()), "match")


def accept(key: bytes, code: str, at: int, last_step: int) -> int | None:
    """Allow one step of drift to each side, and no step twice."""
    for step in (at // 30 - 1, at // 30, at // 30 + 1):
        if step > last_step and hmac.compare_digest(totp(key, step * 30), code):
            return step
    return None


key, now = secrets.token_bytes(20), 1_800_000_000
first = accept(key, totp(key, now - 20), now, last_step=0)
second = accept(key, totp(key, now - 20), now, last_step=first or 0)
assert first == now // 30 - 1 and second is None
print("code of the step before: accepted - the same again: refused")
# --8<-- [end:totp]


def b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


# --8<-- [start:key]
@dataclass(slots=True)
class Passkey:
    """A software authenticator: a key pair for one site, and a counter."""
    rp_id: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    count: int = 0

    def public(self) -> bytes:
        """Give the public key in COSE's form, as registration delivers it."""
        point = self.private.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def sign(self, challenge: bytes, origin: str) -> dict[str, object]:
        """Sign the challenge; the browser writes the origin, not the page."""
        self.count += 1
        client = {"type": "webauthn.get", "origin": origin}
        data = json.dumps(client | {"challenge": b64url(challenge)}).encode()
        flags = 0b101  # user present (bit 0), and verified by PIN or face (bit 2)
        auth = sha256(self.rp_id.encode()).digest()
        auth += struct.pack(">BI", flags, self.count)
        signature = self.private.sign(auth + sha256(data).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": b64url(data), "authenticatorData": b64url(auth)}
        response["signature"] = b64url(signature)
        return {"id": "AQ", "rawId": "AQ", "type": "public-key", "response": response}
# --8<-- [end:key]


# --8<-- [start:ceremony]
passkey = Passkey("bank.example")


def verify(answer: dict[str, object], challenge: bytes, count: int) -> int:
    return verify_authentication_response(
        credential=answer, expected_challenge=challenge, expected_rp_id="bank.example",
        expected_origin="https://bank.example", credential_public_key=passkey.public(),
        credential_current_sign_count=count, require_user_verification=True,
    ).new_sign_count


challenge = secrets.token_bytes(32)  # kept in the session, used once
answer = passkey.sign(challenge, "https://bank.example")
known = verify(answer, challenge, 0)
print("the site itself: verified, counter", known)
phished = passkey.sign(challenge, "https://bank-example.evil")  # relayed to the bank
evil = Passkey("bank-example.evil", passkey.private)
other = evil.sign(challenge, "https://bank.example")
for what, tried, expected, count in [
    ("look-alike's origin", phished, challenge, known),
    ("look-alike's rp id", other, challenge, 0),
    ("old answer, new challenge", answer, secrets.token_bytes(32), 0),
    ("a copy of the key, behind", answer, challenge, known),
]:
    try:
        raise AssertionError(verify(tried, expected, count))
    except InvalidAuthenticationResponse as error:
        print(f"{what:27}{str(error).partition(', expected')[0]}")
# --8<-- [end:ceremony]
