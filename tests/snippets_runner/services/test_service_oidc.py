"""OIDC: the code flow with PKCE, as a browser and an application go through it, and what has to be refused."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pools import NewCorner

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"


def log_in(environment: dict[str, str], *, password: str | None = None, redirect: str | None = None) -> str:
    """Log the user in, consent, and return the code; an empty text if it does not come to that."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    request = {
        "response_type": "code",
        "client_id": environment["OIDC_CLIENT_ID"],
        "redirect_uri": redirect or environment["OIDC_REDIRECT_URI"],
        "scope": "openid email",
        "state": "s",
        "nonce": "n",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    issuer = environment["OIDC_ISSUER"]
    with httpx.Client(trust_env=False, timeout=20) as browser:
        authorize = f"{issuer}/oauth/authorize"
        browser.get(authorize, params=request)
        browser.post(f"{issuer}/login", data={"login": environment["OIDC_USER"]})
        browser.post(f"{issuer}/auth/password", data={"password": password or environment["OIDC_PASSWORD"]})
        reply = browser.post(authorize, params=request, data={"answer": "accept"})
    target = urlsplit(reply.headers.get("Location", ""))
    return parse_qs(target.query).get("code", [""])[0]


def exchange(environment: dict[str, str], code: str, *, verifier: str = VERIFIER) -> httpx.Response:
    return httpx.post(
        f"{environment['OIDC_ISSUER']}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": environment["OIDC_REDIRECT_URI"],
            "code_verifier": verifier,
        },
        auth=(environment["OIDC_CLIENT_ID"], environment["OIDC_CLIENT_SECRET"]),
        trust_env=False,
        timeout=20,
    )


def test_a_code_is_exchanged_once_and_only_with_its_verifier(corner: NewCorner) -> None:
    environment = corner("oidc")
    code = log_in(environment)

    assert exchange(environment, code, verifier=VERIFIER[::-1]).status_code == 400
    tokens = exchange(environment, code)
    assert tokens.status_code == 200
    assert {"access_token", "id_token"} <= set(tokens.json())
    assert exchange(environment, code).status_code == 400


def test_an_id_token_names_the_client_that_it_is_for(corner: NewCorner) -> None:
    environment = corner("oidc")
    token = exchange(environment, log_in(environment)).json()["id_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))

    assert claims["aud"] in (environment["OIDC_CLIENT_ID"], [environment["OIDC_CLIENT_ID"]])
    assert claims["nonce"] == "n"


def test_a_wrong_password_and_an_unknown_redirect_give_no_code(corner: NewCorner) -> None:
    environment = corner("oidc")

    assert log_in(environment, password="guess") == ""
    assert log_in(environment, redirect="http://localhost/elsewhere") == ""


def test_a_user_has_an_account_in_its_own_room_alone(corner: NewCorner) -> None:
    mine, other = corner("oidc"), corner("oidc")

    assert log_in(mine | {"OIDC_PASSWORD": other["OIDC_PASSWORD"]}) == ""
    assert mine["OIDC_ISSUER"] == other["OIDC_ISSUER"]
    code = log_in(mine)
    assert code
    assert exchange(other, code).status_code == 400


def test_the_provider_tells_its_endpoints(corner: NewCorner) -> None:
    issuer = corner("oidc")["OIDC_ISSUER"]
    told = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).json()

    assert told["issuer"] == issuer
    assert httpx.get(told["jwks_uri"], trust_env=False).json()["keys"]


@pytest.mark.parametrize("name", ["OIDC_CLIENT_SECRET", "OIDC_PASSWORD"])
def test_secrets_differ_from_room_to_room(corner: NewCorner, name: str) -> None:
    assert corner("oidc")[name] != corner("oidc")[name]
