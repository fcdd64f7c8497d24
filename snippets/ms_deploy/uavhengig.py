# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Rull to tjenester opp og tilbake i alle rekkefølger: én kontrakt byttes, én tåler begge."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any
from urllib.request import urlopen

KALL = 5  # i hver av de tre tilstandene en rekkefølge går gjennom
Vare = dict[str, float]
Katalog = dict[int, Vare]
Kasse = dict[int, Callable[[Vare], int]]

# --8<-- [start:kontrakter]
# Versjon 2 bytter pris i kroner (flyttall) mot pris i øre (heltall).
# Kontrakten byttet på dagen: hver versjon kjenner bare sitt eget felt.
BYTTET_KATALOG: Katalog = {1: {"pris": 49.9}, 2: {"pris_ore": 4990}}
BYTTET_KASSE: Kasse = {
    1: lambda vare: round(vare["pris"] * 100),
    2: lambda vare: int(vare["pris_ore"]),
}
# Den tolerante: katalogen legger til og beholder, og kassa leser det som er der.
TOLERANT_KATALOG: Katalog = {1: {"pris": 49.9}, 2: {"pris": 49.9, "pris_ore": 4990}}
TOLERANT_KASSE: Kasse = {
    1: lambda vare: round(vare["pris"] * 100),
    2: lambda vare: int(vare.get("pris_ore", round(vare.get("pris", 0) * 100))),
}
# --8<-- [end:kontrakter]


def start(server: ThreadingHTTPServer, svar: Callable[[], object]) -> BaseProcess:
    """Start en tjeneste i sin egen prosess; adressen er den samme for alle versjoner."""

    class Svar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                status, kropp = 200, json.dumps(svar())
            except (KeyError, OSError) as feil:
                status, kropp = 500, json.dumps(f"{type(feil).__name__} {feil}")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(kropp.encode())

        def log_message(self, *_: object) -> None:
            """Hold stille."""

    server.RequestHandlerClass = Svar
    prosess = get_context("fork").Process(target=server.serve_forever, daemon=True)
    prosess.start()
    return prosess


def stopp(prosess: BaseProcess) -> None:
    prosess.kill()
    prosess.join()


def hent(server: ThreadingHTTPServer) -> Any:
    with urlopen(f"http://127.0.0.1:{server.server_port}/", timeout=5) as svar:
        return json.load(svar)


# --8<-- [start:rekkefolge]
def rull(katalog: Katalog, kasse: Kasse, fra: int, forst: str) -> int:
    """Rull begge tjenestene fra én versjon til den andre; gi antall kall som feilet."""
    versjon = {"katalog": fra, "kasse": fra}
    ledig = ("127.0.0.1", 0), BaseHTTPRequestHandler
    adresser = {navn: ThreadingHTTPServer(*ledig) for navn in versjon}

    def kjor(navn: str) -> BaseProcess:
        if navn == "katalog":
            vare = katalog[versjon["katalog"]]
            return start(adresser["katalog"], lambda: vare)
        les = kasse[versjon["kasse"]]
        return start(adresser["kasse"], lambda: les(hent(adresser["katalog"])))

    prosesser = {navn: kjor(navn) for navn in adresser}
    feilet = 0
    for navn in ("", *sorted(adresser, key=lambda navn: navn != forst)):
        if navn:
            stopp(prosesser[navn])
            versjon[navn] = 3 - fra
            prosesser[navn] = kjor(navn)
        for _ in range(KALL):
            try:
                assert hent(adresser["kasse"]) == 4990
            except OSError:
                feilet += 1
    for navn in adresser:
        stopp(prosesser[navn])
        adresser[navn].server_close()
    return feilet
# --8<-- [end:rekkefolge]


def alle_rekkefolger(katalog: Katalog, kasse: Kasse) -> int:
    feilet = 0
    for retning, fra in (("opp", 1), ("tilbake", 2)):
        for forst in ("katalog", "kasse"):
            antall = rull(katalog, kasse, fra, forst)
            print(f"  {retning + ',':<8} {forst:<7} først: {antall} av {3 * KALL} kall feilet")
            feilet += antall
    return feilet


print("kontrakten byttes på dagen")
byttet = alle_rekkefolger(BYTTET_KATALOG, BYTTET_KASSE)
print("tolerant kontrakt")
tolerant = alle_rekkefolger(TOLERANT_KATALOG, TOLERANT_KASSE)
assert (byttet, tolerant) == (4 * KALL, 0)
print(f"4 rekkefølger: {byttet} feil -> {tolerant} feil")
