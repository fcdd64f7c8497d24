# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 15
# ///
"""Versjon i hodet bak et hurtiglager: feil svar uten Vary, riktig svar med."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

work_in_temporary_folder()
# --8<-- [start:nginx]
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    proxy_cache_path lager keys_zone=lager:1m;
    server {
        listen 127.0.0.1:PORT;
        location / {
            proxy_pass TJENESTE;
            proxy_cache lager;  # nøkkelen er adressen, og feltene som Vary nevner
            proxy_cache_valid 200 1m;
            add_header X-Lager $upstream_cache_status always;
        }
    }
}
"""
# --8<-- [end:nginx]
# --8<-- [start:tjeneste]
FORMER = {"1": {"navn": "Kari Li"}, "2": {"fornavn": "Kari", "etternavn": "Li"}}
FINNES = {"finnes": list(FORMER)}
UTFASES, BORTE = datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
UTFASING = {
    "Deprecation": f"@{UTFASES.timestamp():.0f}",
    "Sunset": format_datetime(BORTE, usegmt=True),
    "Link": '</om/v1>; rel="deprecation"',
}


def velg(request: Request) -> tuple[str, int]:
    """Gi versjonen klienten ber om, og statuskoden hvis den ikke finnes."""
    medietype = re.search(r"butikk\.v(\w+)\+json", request.headers.get("accept", ""))
    if medietype:
        return medietype[1], 406
    return request.headers.get("api-version", "1"), 400  # standardversjonen er 1


def kunde(vary: str) -> Callable[[Request], Awaitable[Response]]:
    """Lag endepunktet; de to vi prøver, skiller seg bare i feltet Vary."""

    async def svar(request: Request) -> Response:
        versjon, ukjent = velg(request)
        hoder = {"Vary": vary} if vary else {}
        if versjon not in FORMER:
            return JSONResponse(FINNES, ukjent, hoder)
        if versjon == "1":
            hoder |= UTFASING
        medietype = f"application/vnd.butikk.v{versjon}+json"
        return JSONResponse(FORMER[versjon], headers=hoder, media_type=medietype)

    return svar
# --8<-- [end:tjeneste]


# --8<-- [start:forsok]
def spør(klient: httpx.Client, felt: str, verdi: str) -> tuple[int, object]:
    """Hent kunden, og skriv hva vi ba om, status, om lageret svarte, og svaret."""
    if felt == "Accept":
        verdi = f"application/vnd.butikk.{verdi}+json"
    svar = klient.get("kunde", headers={felt: verdi} if felt else {})
    spurte = f"{felt}: {verdi}" if felt else "(uten versjon)"
    print(f"  {spurte:39}", svar.status_code, f"{svar.headers['X-Lager']:4}", svar.text)
    return svar.status_code, svar.json()


FORSØK = [  # og det riktige svaret
    (("Accept", "v1"), (200, FORMER["1"])),
    (("Accept", "v2"), (200, FORMER["2"])),
    (("API-Version", "2"), (200, FORMER["2"])),
    (("", ""), (200, FORMER["1"])),
    (("Accept", "v9"), (406, FINNES)),
    (("API-Version", "9"), (400, FINNES)),
]
# --8<-- [end:forsok]
ruter = [Route("/uten/kunde", kunde("")), Route("/med/kunde", kunde("Accept, API-Version"))]
port = free_port()
with serve(Starlette(routes=ruter)) as tjeneste:
    oppsett = NGINX.replace("PORT", str(port)).replace("TJENESTE", tjeneste)
    Path("nginx.conf").write_text(oppsett)
    with running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port):
        for sti in ("uten", "med"):
            print(f"{sti} Vary")
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/{sti}/") as klient:
                riktige = [spør(klient, *felt) == svar for felt, svar in FORSØK]
            print(f"  {sum(riktige)} av {len(FORSØK)} svar er riktige")
            assert riktige == [sti == "med" or svar == FORSØK[0][1] for _, svar in FORSØK]
        v1 = httpx.get(f"http://127.0.0.1:{port}/med/kunde").headers
for felt in UTFASING:
    print(f"{felt}: {v1[felt]}")
assert int(v1["Deprecation"][1:]) < parsedate_to_datetime(v1["Sunset"]).timestamp()
print("uten Vary: feil versjon fra lageret; med Vary: riktig; ukjent versjon: 406 og 400")
