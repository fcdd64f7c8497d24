# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "pyjwt[crypto]>=2.10", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Ten forged or misused tokens against a verifier that believes the header and one that doesn't."""

import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_decode, base64url_encode
from snippet_support import work_in_temporary_folder

work_in_temporary_folder()
RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)
ISSUER, AUDIENCE, now = "https://auth.example.com", "api.example.com", int(time.time())
ours = rsa.generate_private_key(public_exponent=65537, key_size=2048)
theirs = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = ours.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
Path("keys").mkdir()
Path("keys/k1").write_bytes(PEM)
Path("logo.svg").write_bytes(b"<svg/>")  # a public file: everybody knows its bytes


# --8<-- [start:naive]
def naive(token: str) -> dict[str, Any]:
    """Ask the token how it wants to be checked. Never do this."""
    signed, _, signature = token.rpartition(".")
    raw = base64url_decode(signature)
    header, claims = (json.loads(base64url_decode(part)) for part in signed.split("."))
    if header["alg"] == "none":
        return dict(claims)
    key = Path("keys", header["kid"]).read_bytes()
    if header["alg"] == "HS256":
        assert hmac.digest(key, signed.encode(), "sha256") == raw
    else:
        sent = header.get("jwk")  # "the key is in the token, how handy"
        public: Any = RS256.from_jwk(sent) if sent else RS256.prepare_key(key)
        assert RS256.verify(signed.encode(), public, raw)
    return dict(claims)
# --8<-- [end:naive]


# --8<-- [start:strict]
TRUSTED = {"k1": ours.public_key()}  # from the issuer's JWKS, never from a token


def strict(token: str) -> dict[str, Any]:
    """Check what we expect; the token has no say in how."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    if header.get("kid") not in TRUSTED:  # a look-up, not a path and not a URL
        raise jwt.InvalidTokenError("unknown kid")
    claims: dict[str, Any] = jwt.decode(
        token, TRUSTED[header["kid"]], ["RS256"],  # ours, whatever `alg` says
        issuer=ISSUER, audience=AUDIENCE, leeway=30,
        options={"require": ["iss", "aud", "sub", "exp", "iat", "jti"]},
    )
    if claims["jti"] in {"revoked-1"}:
        raise jwt.InvalidTokenError("revoked")
    return claims
# --8<-- [end:strict]


GOOD = {"iss": ISSUER, "aud": AUDIENCE, "sub": "user_42", "iat": now, "exp": now + 600, "jti": "1"}
ADMIN = GOOD | {"sub": "admin"}


def made(claims: dict[str, Any], key: Any = ours, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode(claims, key, alg, {"typ": "at+jwt", "kid": "k1"} | header)


def hs256(claims: dict[str, Any], key: bytes, kid: str) -> str:
    # by hand: PyJWT refuses to take a PEM file for a shared secret
    header = {"alg": "HS256", "typ": "at+jwt", "kid": kid}
    signed = ".".join(base64url_encode(json.dumps(p).encode()).decode() for p in (header, claims))
    signature = hmac.digest(key, signed.encode(), "sha256")
    return f"{signed}.{base64url_encode(signature).decode()}"


# --8<-- [start:attacks]
their_jwk = RSAAlgorithm.to_jwk(theirs.public_key(), as_dict=True)
ATTACKS: dict[str, Callable[[], str]] = {
    "alg none": lambda: made(ADMIN, None, "none"),
    "HS256 with the public key": lambda: hs256(ADMIN, PEM, "k1"),
    "key in the header (jwk)": lambda: made(ADMIN, theirs, jwk=their_jwk),
    "kid is a path": lambda: hs256(ADMIN, b"<svg/>", "../logo.svg"),
    "for another service": lambda: made(GOOD | {"aud": "shop.example.com"}),
    "from another issuer": lambda: made(GOOD | {"iss": "https://evil.example"}),
    "expired": lambda: made(GOOD | {"exp": now - 60}),
    "without exp": lambda: made({k: GOOD[k] for k in GOOD if k != "exp"}),
    "id token as access token": lambda: made(GOOD, typ="JWT"),
    "revoked": lambda: made(GOOD | {"jti": "revoked-1"}),
}
# --8<-- [end:attacks]
assert naive(made(GOOD)) == strict(made(GOOD)) == GOOD
for name, forge in ATTACKS.items():
    who = naive(forge())["sub"]  # no error: it lets every one of them in
    try:
        raise AssertionError(strict(forge()))
    except jwt.InvalidTokenError as error:
        print(f"{name:25} naive: {who:7} strict: {error}")
print(f"naive accepts {len(ATTACKS)} of {len(ATTACKS)}, strict rejects {len(ATTACKS)}")
