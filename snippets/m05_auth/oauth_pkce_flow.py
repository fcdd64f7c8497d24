# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "httpx>=0.28", "python-multipart>=0.0.18", "snippet-support", "starlette>=0.41",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""The code flow with PKCE, and what becomes of a stolen code and of a stolen refresh token."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
from oauth_server import CLIENTS, app, challenge
from snippet_support import serve

REDIRECT = CLIENTS["shop"]


# --8<-- [start:client]
@dataclass(slots=True)
class Login:
    """One attempt to log in; all of it stays with the client that began it."""

    server: httpx.Client
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def start(self, **changed: str) -> httpx.Response:
        """Send the browser to the server, with the digest of the secret only."""
        query = {
            "response_type": "code", "client_id": "shop", "redirect_uri": REDIRECT,
            "scope": "read:orders", "state": self.state,
            "code_challenge": challenge(self.verifier), "code_challenge_method": "S256",
        }
        return self.server.get("/authorize", params=query | changed)

    def callback(self, url: httpx.URL) -> str:
        """Take the code only if it answers our question, from our server."""
        if not secrets.compare_digest(url.params["state"], self.state):
            raise PermissionError("not an answer to our question")
        if url.params["iss"] != str(self.server.base_url).rstrip("/"):
            raise PermissionError("another server's answer")  # RFC 9207
        return str(url.params["code"])

    def redeem(self, code: str, verifier: str = "") -> httpx.Response:
        return self.server.post("/token", data={
            "grant_type": "authorization_code", "code": code, "client_id": "shop",
            "redirect_uri": REDIRECT, "code_verifier": verifier or self.verifier,
        })
# --8<-- [end:client]


def refresh(server: httpx.Client, token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": "shop", "refresh_token": token}
    return server.post("/token", data=form)


def say(what: str, answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json() if answer.content else {}
    why = body.get("error_description") or body.get("error") or "ok"
    print(f"{what:38}{answer.status_code} {why}")
    return body


with serve(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=10) as server:
    # --8<-- [start:flow]
    login = Login(server)
    say("redirect to another address", login.start(redirect_uri=REDIRECT + "/../evil"))
    code = login.callback(httpx.URL(login.start().headers["location"]))
    stolen_code = say("stolen code, thief's own verifier", login.redeem(code, "x" * 43))
    tokens = say("code and verifier", login.redeem(code))
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = say("call with the access token", server.get("/me", headers=bearer))
    try:
        forged = httpx.URL(REDIRECT, params={"code": "thief's", "state": "guessed"})
        login.callback(forged)
    except PermissionError as error:
        print(f"{'callback that nobody asked for':38}--- {error}")
    # --8<-- [end:flow]
    assert me["user"] == "ada" and stolen_code["error"] == "invalid_grant"
    say("the same code again", login.redeem(code))
    assert say("its access token, after that", server.get("/me", headers=bearer))["error"]

    # --8<-- [start:reuse]
    print("-- a new login")
    login = Login(server)
    code = login.callback(httpx.URL(login.start().headers["location"]))
    first = login.redeem(code).json()["refresh_token"]  # and a thief copies it
    second = say("owner refreshes", refresh(server, first))
    thief = say("thief uses the copy", refresh(server, first))
    owner = say("owner's new refresh token", refresh(server, second["refresh_token"]))
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    say("owner's new access token", server.get("/me", headers=bearer))
    assert "error" in thief and "error" in owner, "the family is dead, for both"
    # --8<-- [end:reuse]
