# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "pyjwt[crypto]>=2.10"]
# [tool.snippets-runner]
# services = ["oidc"]
# timeout = 40
# ///
"""En OIDC-klient: send brukeren av sted, løs inn koden, og kontroller id-tokenet."""

import os
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import httpx
import jwt

RETUR = "http://app.test/inne"  # ingen lytter der: nettleseren stanser på vei dit
nett = httpx.Client(trust_env=False, timeout=20)


# --8<-- [start:klient]
@dataclass(frozen=True, slots=True, kw_only=True)
class Klient:
    utsteder: str
    navn: str
    hemmelighet: str
    retur: str

    def oppslag(self) -> dict[str, str]:
        svar = nett.get(f"{self.utsteder}/.well-known/openid-configuration").json()
        if svar["issuer"] != self.utsteder:
            raise jwt.InvalidIssuerError("oppslaget er en annens")
        return dict(svar)

    def start(self) -> tuple[str, str, str]:
        """Gi adressen brukeren skal til, og de to verdiene svaret skal kjennes på."""
        state, nonce = token_urlsafe(), token_urlsafe()
        spørsmål = {
            "response_type": "code", "scope": "openid", "client_id": self.navn,
            "redirect_uri": self.retur, "state": state, "nonce": nonce,
        }
        sted = httpx.URL(self.oppslag()["authorization_endpoint"], params=spørsmål)
        return str(sted), state, nonce

    def løs_inn(self, kode: str) -> str:
        skjema = {"grant_type": "authorization_code", "code": kode}
        skjema["redirect_uri"], hvem = self.retur, (self.navn, self.hemmelighet)
        svar = nett.post(self.oppslag()["token_endpoint"], data=skjema, auth=hvem)
        return str(svar.raise_for_status().json()["id_token"])
# --8<-- [end:klient]

    # --8<-- [start:kontroll]
    def kontroller(self, token: str, nonce: str) -> dict[str, Any]:
        """Godta bare et token fra utstederen, til denne appen, i denne innloggingen."""
        sett = jwt.PyJWKSet.from_dict(nett.get(self.oppslag()["jwks_uri"]).json())
        kid = jwt.get_unverified_header(token).get("kid")
        nøkkel = next((nøkkel for nøkkel in sett.keys if nøkkel.key_id == kid), None)
        if nøkkel is None:
            raise jwt.InvalidKeyError("utstederen har ingen slik nøkkel")
        krav = jwt.decode(
            token, nøkkel, ["RS256"], issuer=self.utsteder, audience=self.navn,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        if krav.get("nonce") != nonce:
            raise jwt.InvalidTokenError("nonce hører til en annen innlogging")
        return dict(krav)
    # --8<-- [end:kontroll]


def registrer(utsteder: str, retur: str) -> Klient:
    """Bli klient hos utstederen (RFC 7591), som velger navn og hemmelighet."""
    sted = nett.get(f"{utsteder}/.well-known/openid-configuration").json()["registration_endpoint"]
    ønsket = {
        "client_name": "megler", "redirect_uris": [retur], "scope": "openid",
        "id_token_signed_response_alg": "RS256", "response_types": ["code"],
        "grant_types": ["authorization_code"],
    }
    svar = nett.post(sted, json=ønsket).raise_for_status().json()
    navn, hemmelighet = svar["client_id"], svar["client_secret"]
    return Klient(utsteder=utsteder, navn=navn, hemmelighet=hemmelighet, retur=retur)


# --8<-- [start:nettleser]
def logg_inn(sted: str, retur: str) -> dict[str, str]:
    """Gjør det nettleseren og brukeren gjør, til svaret er på vei hjem til appen."""
    idp = os.environ["OIDC_ISSUER"]
    with httpx.Client(trust_env=False, timeout=20) as nettleser:
        svar = nettleser.get(sted)
        while not str(svar.url).startswith(idp):
            svar = nettleser.send(svar.next_request or svar.request)
        samtykke = svar.url
        bruker, passord = os.environ["OIDC_USER"], os.environ["OIDC_PASSWORD"]
        nettleser.post(f"{idp}/login", data={"login": bruker})
        nettleser.post(f"{idp}/auth/password", data={"password": passord})
        svar = nettleser.post(samtykke, data={"answer": "accept"})
        while (videre := svar.next_request) and not str(videre.url).startswith(retur):
            svar = nettleser.send(videre)
        return dict(videre.url.params) if videre else {}
# --8<-- [end:nettleser]


def gå_gjennom(app: Klient) -> tuple[str, str, str]:
    """Logg brukeren inn i appen; gi tokenet, koden det kom for, og nonce."""
    sted, state, nonce = app.start()
    svar = logg_inn(sted, app.retur)
    assert svar["state"] == state
    return app.løs_inn(svar["code"]), svar["code"], nonce


if __name__ == "__main__":
    app = registrer(os.environ["OIDC_ISSUER"], RETUR)
    token, _, nonce = gå_gjennom(app)
    krav = app.kontroller(token, nonce)
    print("rett fra kilden:", ", ".join(sorted(krav.keys() & {"iss", "sub", "aud", "nonce"})))
    assert krav["sub"] == os.environ["OIDC_USER"], krav
