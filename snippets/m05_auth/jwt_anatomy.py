# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "pyjwt[crypto]>=2.10", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""A signed token made by hand, read by a library, and checked with keys that change."""

import base64
import json
import time
from itertools import cycle
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


# --8<-- [start:make]
def b64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


now = int(time.time())
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
header = {"alg": "RS256", "typ": "at+jwt", "kid": time.strftime("key-%Y-%m")}
claims = {
    "iss": "https://auth.example.com",
    "sub": "user_42",
    "aud": "api.example.com",
    "iat": now,
    "nbf": now,
    "exp": now + 3600,
    "jti": str(uuid4()),
    "scope": "read:users write:posts",  # one string, separated by spaces
}
parts = [b64url(json.dumps(part).encode()) for part in (header, claims)]
signed = b".".join(parts)
token = b".".join([signed, b64url(key.sign(signed, padding.PKCS1v15(), SHA256()))])
# --8<-- [end:make]
# --8<-- [start:read]
print("parts:", token.count(b".") + 1, "- padding:", token.count(b"="))
print("header:", jwt.get_unverified_header(token) | {"kid": "key-<year>-<month>"})
got = jwt.decode(
    token, key.public_key(), ["RS256"], audience="api.example.com",
    issuer="https://auth.example.com", options={"require": ["exp", "iat", "sub"]},
)
print("lives:", got["exp"] - got["iat"], "s - scopes:", got["scope"].split())
assert got == claims and b"=" not in token

wrong = b".".join(base64.b64encode(json.dumps(p).encode()) for p in (header, claims))
mixed = b".".join([signed, b64url(key.sign(wrong, padding.PKCS1v15(), SHA256()))])
try:
    jwt.decode(mixed, key.public_key(), ["RS256"], audience="api.example.com")
except jwt.InvalidSignatureError:
    print("signed over padded Base64 instead: InvalidSignatureError")
# --8<-- [end:read]


# --8<-- [start:rotation]
keys = {"A": key, "B": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
published, fetches = ["A"], [0]


def jwks(_: Request) -> JSONResponse:
    fetches[0] += 1
    make = jwt.algorithms.RSAAlgorithm.to_jwk
    documents = [
        make(keys[kid].public_key(), as_dict=True) | {"kid": kid} for kid in published
    ]
    return JSONResponse({"keys": documents})


def issue(kid: str) -> str:
    return jwt.encode({"sub": "user_42"}, keys[kid], "RS256", {"kid": kid})


with serve(Starlette(routes=[Route("/jwks.json", jwks)])) as url:
    address = f"{url}/jwks.json"  # the cool-down is 30 s in production: leave it so
    client = jwt.PyJWKClient(address, lifespan=300, cooldown_duration=0)

    def check(kid: str) -> str:
        token = issue(kid)
        jwt.decode(token, client.get_signing_key_from_jwt(token), ["RS256"])
        return f"{kid} accepted, document fetched {fetches[0]}x in all"

    for _, kid in zip(range(100), cycle("A"), strict=False):
        line = check(kid)
    print("100 tokens by", line)
    published.append("B")  # publish the new key first, sign with it later
    print("first token by", check("B"))
    print("old token by", check("A"))
    assert fetches[0] == 2
# --8<-- [end:rotation]
