# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 15
# ///
"""Drep én av fem tjenester i en kjede, og tell hvem som rammes med og uten reserveverdi."""

import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from urllib.request import urlopen

KJEDE = ["butikk", "ordre", "pris", "lager", "leverandør"]
DREPES = "lager"


def hent(port: int) -> list[str]:
    """Hent svaret fra tjenesten på porten; alt annet enn 200 gir en OSError."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as svar:
        return list(json.load(svar))


# --8<-- [start:tjeneste]
def start(navn: str, neste: int, reserve: bool) -> tuple[BaseProcess, int]:
    """Start tjenesten i sin egen prosess; gi prosessen og porten."""

    class Svar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Svar med navnene nedover kjeden."""
            status, navnene = 200, [navn]
            try:
                navnene += hent(neste) if neste else []
            except OSError:
                if reserve:
                    navnene.append("reserveverdi")
                else:
                    status = 503
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(navnene).encode())

        def log_message(self, *_: object) -> None:
            """Hold stille."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Svar)
    prosess = get_context("fork").Process(target=server.serve_forever, daemon=True)
    prosess.start()
    server.server_close()  # nå er det bare den nye prosessen som lytter
    return prosess, server.server_port
# --8<-- [end:tjeneste]


# --8<-- [start:forsok]
def rammede(reserve: bool) -> list[str]:
    """Start kjeden bakfra, drep én tjeneste, og spør alle fem hver for seg."""
    prosesser: dict[str, BaseProcess] = {}
    porter: dict[str, int] = {}
    svar: dict[str, list[str]] = {}
    neste = 0
    for navn in reversed(KJEDE):
        prosesser[navn], neste = start(navn, neste, reserve)
        porter[navn] = neste
    assert hent(porter["butikk"]) == KJEDE  # alle er oppe
    prosesser[DREPES].kill()
    prosesser[DREPES].join()
    for navn in KJEDE:
        with suppress(OSError):
            svar[navn] = hent(porter[navn])
    for prosess in prosesser.values():
        prosess.kill()
        prosess.join()
    if "butikk" in svar:
        print(f"  butikk svarte: {' -> '.join(svar['butikk'])}")
    return [navn for navn in KJEDE if navn not in svar]
# --8<-- [end:forsok]


print("kjeden:", " -> ".join(KJEDE))
print(f"{DREPES} drepes, ingen har reserveverdi")
uten = rammede(reserve=False)
print(f"  rammet: {', '.join(uten)}")
print(f"{DREPES} drepes, hver tjeneste har en reserveverdi for den neste")
med = rammede(reserve=True)
print(f"  rammet: {', '.join(med)}")
assert (uten, med) == (KJEDE[:4], [DREPES])
print(f"rammet {len(uten)} av {len(KJEDE)} -> {len(med)} av {len(KJEDE)}")
