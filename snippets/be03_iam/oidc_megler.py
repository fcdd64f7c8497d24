# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "httpx>=0.28", "pyjwt[crypto]>=2.10", "python-multipart>=0.0.20",
#   "snippet-support", "starlette>=0.41", "cryptography>=44",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["oidc"]
# timeout = 40
# ///
"""En megler mellom to apper og identitetskilden, og hvilke token appen skal avvise."""

import os
import time
from base64 import b64decode
from secrets import compare_digest, token_urlsafe
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from httpx import URL
from jwt.algorithms import RSAAlgorithm
from oidc_klient import RETUR, Klient, gå_gjennom, nett, registrer
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

APPER = {"vaktplan": token_urlsafe(), "turnus": token_urlsafe()}  # navn → hemmelighet
nøkkel = rsa.generate_private_key(65537, 2048)
venter: dict[str, dict[str, str]] = {}  # meglerens state → det appen ba om
koder: dict[str, dict[str, Any]] = {}  # engangskode → det tokenet skal si


# --8<-- [start:megler]
def inn(request: Request) -> Response:
    """Ta imot brukeren fra en app vi kjenner, og send henne videre i vårt eget navn."""
    spurt = dict(request.query_params)
    if spurt.get("client_id") not in APPER or spurt.get("redirect_uri") != RETUR:
        return Response("ukjent app eller returadresse", status_code=400)
    sted, state, nonce = kilde.start()
    venter[state] = spurt | {"vår_nonce": nonce}
    return RedirectResponse(sted)


def ut(request: Request) -> Response:
    """Kontroller kildens token som enhver klient, og gi appen en kode for vårt eget."""
    if not (spurt := venter.pop(request.query_params.get("state", ""), None)):
        return Response("ukjent state", status_code=400)
    token = kilde.løs_inn(request.query_params["code"])
    sett = kilde.kontroller(token, spurt["vår_nonce"])
    # en sub er entydig bare hos sin utsteder, så vår lages av begge
    sub = str(uuid5(NAMESPACE_URL, f"{sett['iss']} {sett['sub']}"))
    kode = token_urlsafe()
    koder[kode] = {"sub": sub, "aud": spurt["client_id"], "nonce": spurt["nonce"]}
    svar = {"code": kode, "state": spurt["state"]}
    return RedirectResponse(str(URL(RETUR, params=svar)))


async def løs_inn(request: Request) -> Response:
    """Bytt koden mot et token, én gang, hos appen den ble gitt til."""
    oppgitt = b64decode(request.headers["authorization"].removeprefix("Basic "))
    app, _, hemmelighet = oppgitt.decode().partition(":")
    krav = koder.pop(str((await request.form())["code"]), {})
    if krav.get("aud") != app or not compare_digest(hemmelighet, APPER[app]):
        return JSONResponse({"error": "invalid_grant"}, status_code=400)
    krav["iss"] = str(request.base_url).rstrip("/")
    return JSONResponse({"id_token": signer(krav)})


def signer(krav: dict[str, Any]) -> str:
    alt = {"iat": int(time.time()), "exp": int(time.time()) + 300} | krav
    return jwt.encode(alt, nøkkel, "RS256", headers={"kid": "megler-1"})
# --8<-- [end:megler]


def opplysninger(request: Request) -> Response:
    her, steder = str(request.base_url), {"authorization_endpoint": "inn", "token_endpoint": "token", "jwks_uri": "jwks"}
    return JSONResponse({"issuer": her[:-1]} | {navn: her + sti for navn, sti in steder.items()})


def jwks(_: Request) -> Response:
    offentlig = RSAAlgorithm.to_jwk(nøkkel.public_key(), as_dict=True)
    return JSONResponse({"keys": [offentlig | {"kid": "megler-1", "use": "sig", "alg": "RS256"}]})


ruter = [Route("/.well-known/openid-configuration", opplysninger), Route("/jwks", jwks)]
ruter += [Route("/inn", inn), Route("/ut", ut), Route("/token", løs_inn, methods=["POST"])]
with serve(Starlette(routes=ruter)) as megler:
    kilde = registrer(os.environ["OIDC_ISSUER"], f"{megler}/ut")
    # --8<-- [start:bruk]
    vaktplan, turnus = (
        Klient(utsteder=megler, navn=navn, hemmelighet=ord, retur=RETUR)
        for navn, ord in APPER.items()
    )
    token, kode, nonce = gå_gjennom(vaktplan)
    krav = vaktplan.kontroller(token, nonce)
    annet, _, annen_nonce = gå_gjennom(turnus)
    samme = turnus.kontroller(annet, annen_nonce)["sub"] == krav["sub"]
    print("begge appene godtar sitt token, med samme sub:", "ja" if samme else "nei")
    fra_kilden, _, kildens_nonce = gå_gjennom(kilde)
    for hva, prøvd, ventet in (
        ("kildens eget token", fra_kilden, kildens_nonce),
        ("utstedt til den andre appen", annet, annen_nonce),
        ("fra en tidligere innlogging", token, annen_nonce),
        ("riktig nøkkel, annen iss", signer(krav | {"iss": "http://x.test"}), nonce),
        ("utløpt", signer(krav | {"exp": 1}), nonce),
        ("et annet tokens signatur", token[:-342] + annet[-342:], nonce),
    ):
        try:
            svar = vaktplan.kontroller(prøvd, ventet)["sub"]
        except jwt.PyJWTError as feil:
            svar = type(feil).__name__
        print(f"{hva + ':':30} {svar}")
        assert svar.endswith("Error")
    # --8<-- [end:bruk]
    igjen = nett.post(f"{megler}/token", data={"code": kode}, auth=("vaktplan", APPER["vaktplan"]))
    print("samme kode en gang til:", igjen.status_code, igjen.json()["error"])
    assert samme and igjen.status_code == 400
