# /// script
# requires-python = ">=3.11"
# dependencies = ["starlette>=0.41", "python-multipart>=0.0.18"]
# ///
"""An authorization server: codes with PKCE, refresh tokens that rotate, and families of them."""

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENTS = {"shop": "http://127.0.0.1/callback"}  # one exact address, no pattern


def challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


# --8<-- [start:state]
@dataclass(slots=True)
class Family:
    """Everything that came of one login; it dies as a whole."""
    client: str
    user: str
    revoked: bool = False
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Grant:
    family: Family
    redirect_uri: str
    challenge: str
    expires: float


codes: dict[str, Grant] = {}  # in production: digests, in a database
refresh_tokens: dict[str, Family] = {}
access_tokens: dict[str, Family] = {}
# --8<-- [end:state]


# --8<-- [start:authorize]
def authorize(request: Request) -> Response:
    q = request.query_params
    if CLIENTS.get(q.get("client_id", "")) != q.get("redirect_uri"):
        return JSONResponse({"error": "unknown client or address"}, 400)  # no redirect!
    if q.get("response_type") != "code" or q.get("code_challenge_method") != "S256":
        answer = {"error": "invalid_request"}  # no implicit grant, nothing without PKCE
    else:
        asked = q["redirect_uri"], q["code_challenge"], time.monotonic() + 60
        family = Family(client=q["client_id"], user="ada")  # logged in, and agreed
        codes[code := secrets.token_urlsafe(32)] = Grant(family, *asked)
        answer = {"code": code}
    answer |= {"state": q.get("state", ""), "iss": str(request.base_url).rstrip("/")}
    return RedirectResponse(f"{q['redirect_uri']}?{urlencode(answer)}", 302)
# --8<-- [end:authorize]


def issue(family: Family) -> Response:
    body = {kind: secrets.token_urlsafe(32) for kind in ("access_token", "refresh_token")}
    access_tokens[body["access_token"]] = refresh_tokens[body["refresh_token"]] = family
    return JSONResponse(body | {"token_type": "Bearer"}, headers={"Cache-Control": "no-store"})


# --8<-- [start:token]
def refused(why: str) -> Response:
    return JSONResponse({"error": "invalid_grant", "error_description": why}, 400)


def redeem(form: FormData) -> Response:
    grant = codes.get(code := str(form.get("code")))
    if grant is None or grant.expires < time.monotonic():
        return refused("no such code")
    expected = grant.family.client, grant.redirect_uri
    if (form.get("client_id"), form.get("redirect_uri")) != expected:
        return refused("another client's code, or another address")
    if challenge(str(form.get("code_verifier"))) != grant.challenge:
        return refused("wrong verifier")  # a thief of the code alone gets this far
    return spend(code, grant.family) or issue(grant.family)


def refresh(form: FormData) -> Response:
    family = refresh_tokens.get(token := str(form.get("refresh_token")))
    if family is None or family.client != form.get("client_id"):
        return refused("no such token")
    return spend(token, family) or issue(family)


def spend(credential: str, family: Family) -> Response | None:
    """Take a code or refresh token once; a second time ends the whole family."""
    if credential in family.used:
        family.revoked = True  # thief or owner: one of them had a copy
    family.used.add(credential)
    return refused("used before, or revoked") if family.revoked else None
# --8<-- [end:token]


async def token(request: Request) -> Response:
    form = await request.form()
    return redeem(form) if form.get("grant_type") == "authorization_code" else refresh(form)


def me(request: Request) -> Response:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    if (family := access_tokens.get(bearer)) and not family.revoked:
        return JSONResponse({"user": family.user})
    return JSONResponse({"error": "invalid_token"}, 401)


routes = [Route("/authorize", authorize), Route("/token", token, methods=["POST"])]
app = Starlette(routes=[*routes, Route("/me", me)])
