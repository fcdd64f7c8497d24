# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 60
# ///
"""Mål tilgjengeligheten til ledd i serie og kopier i parallell, og sammenlign med formelen."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import sqrt
from multiprocessing import get_context

KLIENTER = 4


def hent(forbindelse: HTTPConnection, sti: str) -> int:
    forbindelse.request("GET", sti)
    svar = forbindelse.getresponse()
    svar.read()
    return svar.status


# --8<-- [start:tjeneste]
@contextmanager
def tjeneste(oppe: float, fro: int, neste: int = 0) -> Iterator[int]:
    """Kjør en tjeneste i sin egen prosess; den er oppe i en andel av tidsrommene."""

    class Svar(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # forbindelsene blir stående åpne

        def setup(self) -> None:
            """Koble til den neste i kjeden, én gang per klient."""
            super().setup()
            self.neste = HTTPConnection("127.0.0.1", neste, timeout=10)

        def do_GET(self) -> None:
            """Stien er tidsrommet; svar 503 når vi eller den neste er nede."""
            nede = random.Random(f"{fro}{self.path}").random() >= oppe
            status = 503 if nede else hent(self.neste, self.path) if neste else 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Hold stille."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Svar)
    prosess = get_context("fork").Process(target=server.serve_forever, daemon=True)
    prosess.start()
    server.server_close()  # nå er det bare den nye prosessen som lytter
    try:
        yield server.server_port
    finally:
        prosess.kill()
        prosess.join()
# --8<-- [end:tjeneste]


# --8<-- [start:maal]
def serie(stabel: ExitStack, oppe: float, ledd: int) -> list[int]:
    """Hvert ledd kaller det neste; klienten kaller det første."""
    neste = 0
    for fro in range(ledd):
        neste = stabel.enter_context(tjeneste(oppe, fro, neste))
    return [neste]


def parallell(stabel: ExitStack, oppe: float, antall: int) -> list[int]:
    """Kopier som svikter uavhengig av hverandre."""
    return [stabel.enter_context(tjeneste(oppe, fro)) for fro in range(antall)]


def samme_strøm(stabel: ExitStack, oppe: float, antall: int) -> list[int]:
    """Kopier som aldri svikter selv, men som alle trenger den samme tjenesten."""
    felles = stabel.enter_context(tjeneste(oppe, 0))
    return [stabel.enter_context(tjeneste(1, fro, felles)) for fro in range(antall)]


def mål(porter: list[int], antall: int) -> float:
    """Gi andelen som lyktes, når klienten prøver kopiene etter tur."""

    def klient(tidsrom: range) -> int:
        kopier = [HTTPConnection("127.0.0.1", port, timeout=10) for port in porter]
        lyktes = sum(any(hent(k, f"/{t}") == 200 for k in kopier) for t in tidsrom)
        for kopi in kopier:
            kopi.close()
        return lyktes

    with ThreadPoolExecutor(KLIENTER) as tråder:
        deler = [range(nr, antall, KLIENTER) for nr in range(KLIENTER)]
        return sum(tråder.map(klient, deler)) / antall
# --8<-- [end:maal]


Oppsett = Callable[[ExitStack, float, int], list[int]]
FORSØK: list[tuple[str, Oppsett, float, int, int, float]] = [
    ("5 ledd i serie à 99,9 %", serie, 0.999, 5, 4000, 0.999**5),
    ("2 kopier à 90 %", parallell, 0.9, 2, 4000, 1 - 0.1**2),
    ("2 kopier med samme strøm", samme_strøm, 0.9, 2, 1000, 0.9),
]
for navn, oppsett, oppe, antall, kall, formel in FORSØK:
    with ExitStack() as stabel:
        målt = mål(oppsett(stabel, oppe, antall), kall)
    margin = 2 * sqrt(formel * (1 - formel) / kall)  # to standardfeil
    print(f"{navn:<25} formel {formel:.3f} ± {margin:.3f}, målt {målt:.4f}")
    assert abs(målt - formel) < margin
print("kopiene hjelper bare når de svikter hver for seg")
