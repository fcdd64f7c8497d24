# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Rull ut én av tre tjenester om gangen: med delt skjema brekker naboene, med egne gjør de ikke."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from urllib.request import urlopen

import psycopg
from snippet_support import free_port

URL = os.environ["DATABASE_URL"]
# tjeneste: (hvem den trenger data fra, kolonnen sin i versjon 1, og hva den heter i versjon 2)
TJENESTER: dict[str, tuple[list[str], str, str]] = {
    "kunde": ([], "navn", "fullt_navn"),
    "ordre": (["kunde"], "belop", "sum_kroner"),
    "faktura": (["kunde", "ordre"], "forfall", "betales_innen"),
}
VERDI = {"kunde": "Kari Li", "ordre": "250", "faktura": "2026-12-01"}
porter = {navn: free_port() for navn in TJENESTER}


# --8<-- [start:tjeneste]
def sql(sporring: str) -> tuple[str, ...]:
    with psycopg.connect(URL, autocommit=True) as db:
        svar = db.execute(sporring.encode())
        return svar.fetchone() or () if svar.description else ()


def delt(navn: str, kolonner: dict[str, str]) -> tuple[str, ...]:
    """Les sin egen og naboenes tabeller i én spørring, med navnene koden kjenner."""
    tabeller = [navn, *TJENESTER[navn][0]]
    felter = ", ".join(f"{t}.{kolonner[t]}" for t in tabeller)
    return sql(f"SELECT {felter} FROM {', '.join(f'felles.{t}' for t in tabeller)}")


def egne(navn: str, kolonner: dict[str, str]) -> tuple[str, ...]:
    """Les sin egen tabell, og spør naboene om resten; svaret heter det samme."""
    svar = list(sql(f"SELECT {kolonner[navn]} FROM {navn}.{navn}"))
    for nabo in TJENESTER[navn][0]:
        with urlopen(f"http://127.0.0.1:{porter[nabo]}/", timeout=5) as naboens:
            svar.append(json.load(naboens)["svar"][0])
    return tuple(svar)
# --8<-- [end:tjeneste]


def start(navn: str, skjema: str, kolonner: dict[str, str]) -> BaseProcess:
    """Start tjenesten i sin egen prosess, på sin faste port."""

    class Svar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Svar med det tjenesten vet, eller 500."""
            try:
                status, kropp = 200, {"svar": (delt if skjema == 'delt' else egne)(navn, kolonner)}
            except (psycopg.Error, OSError):
                status, kropp = 500, {"svar": ()}
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(kropp).encode())

        def log_message(self, *_: object) -> None:
            """Hold stille."""

    server = ThreadingHTTPServer(("127.0.0.1", porter[navn]), Svar)
    prosess = get_context("fork").Process(target=server.serve_forever, daemon=True)
    prosess.start()
    server.server_close()  # nå er det bare den nye prosessen som lytter
    return prosess


def virker(navn: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{porter[navn]}/", timeout=5) as svar:
            ventet = [VERDI[t] for t in (navn, *TJENESTER[navn][0])]
            return bool(json.load(svar)["svar"] == ventet)
    except OSError:
        return False


# --8<-- [start:utrulling]
def rull_ut(nye: list[str], skjema: str) -> list[str]:
    """Sett tjenestene i `nye` i versjon 2, med migrering; gi dem som nå feiler."""
    gamle = {navn: kolonne for navn, (_, kolonne, _) in TJENESTER.items()}
    kjenner = gamle | {navn: TJENESTER[navn][2] for navn in nye}
    for navn, (_, kolonne, ny_kolonne) in TJENESTER.items():
        sted = "felles" if skjema == "delt" else navn
        sql(f"CREATE SCHEMA IF NOT EXISTS {sted}; DROP TABLE IF EXISTS {sted}.{navn}")
        sql(f"CREATE TABLE {sted}.{navn} AS SELECT '{VERDI[navn]}'::text AS {kolonne}")
        if navn in nye:
            sql(f"ALTER TABLE {sted}.{navn} RENAME {kolonne} TO {ny_kolonne}")
    prosesser = [start(n, skjema, kjenner if n in nye else gamle) for n in TJENESTER]
    feiler = [navn for navn in TJENESTER if not virker(navn)]
    for prosess in prosesser:
        prosess.kill()
        prosess.join()
    hva = f"bare {nye[0]}" if len(nye) == 1 else "alle samtidig" if nye else "ingen"
    print(f"  {hva:<13} rulles ut: {', '.join(feiler) or 'ingen'} feiler")
    return feiler
# --8<-- [end:utrulling]


antall = {}
for skjema in ("delt", "egne"):
    print(f"{skjema} skjema{'er' if skjema == 'egne' else ''}")
    assert rull_ut([], skjema) == rull_ut(list(TJENESTER), skjema) == []
    antall[skjema] = sum(len(rull_ut([navn], skjema)) for navn in TJENESTER)
assert antall == {"delt": 3, "egne": 0}
print(f"feil ved enkeltutrulling {antall['delt']} -> {antall['egne']}")
