# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 15
# ///
"""Stopp én av fem tjenester i en kjede, og tell hvem som rammes med og uten reserveverdi."""

import json
import sys
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import Popen
from urllib.request import urlopen

from snippet_support import free_port, running

KJEDE = ["butikk", "ordre", "pris", "lager", "leverandør"]
STOPPES = "lager"


def hent(port: int) -> list[str]:
    """Hent svaret fra tjenesten på ``port``; alt annet enn 200 gir en OSError."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=2) as svar:
        return list(json.load(svar))


# --8<-- [start:tjeneste]
def tjeneste(navn: str, port: int, neste: int | None, reserve: bool) -> None:
    """Svar med navnene nedover kjeden; den siste tjenesten har ingen ``neste``."""

    class Svar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
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

    ThreadingHTTPServer(("127.0.0.1", port), Svar).serve_forever()
# --8<-- [end:tjeneste]


# --8<-- [start:forsok]
def rammede(reserve: bool) -> list[str]:
    """Start kjeden bakfra, stopp én tjeneste, og spør alle fem hver for seg."""
    porter: dict[str, int] = {}
    prosesser: dict[str, Popen[bytes]] = {}
    svar: dict[str, list[str]] = {}
    with ExitStack() as stabel:
        neste = 0
        for navn in reversed(KJEDE):
            porter[navn] = port = free_port()
            argumenter = [navn, str(port), str(neste), str(int(reserve))]
            prosess = running([sys.executable, __file__, *argumenter], port=port)
            prosesser[navn] = stabel.enter_context(prosess)
            neste = port
        prosesser[STOPPES].terminate()
        prosesser[STOPPES].wait()
        for navn in KJEDE:
            with suppress(OSError):
                svar[navn] = hent(porter[navn])
    if "butikk" in svar:
        print(f"  butikk svarte: {' -> '.join(svar['butikk'])}")
    return [navn for navn in KJEDE if navn not in svar]
# --8<-- [end:forsok]


if len(sys.argv) == 5:
    navn, port, neste, reserve = sys.argv[1:]
    tjeneste(navn, int(port), int(neste) or None, reserve == "1")
else:
    print("kjeden:", " -> ".join(KJEDE))
    print(f"{STOPPES} stoppes, ingen har reserveverdi")
    uten = rammede(reserve=False)
    print(f"  rammet: {', '.join(uten)}")
    print(f"{STOPPES} stoppes, hver tjeneste har en reserveverdi for den neste")
    med = rammede(reserve=True)
    print(f"  rammet: {', '.join(med)}")
    assert (uten, med) == (KJEDE[:4], [STOPPES])
    print(f"rammet {len(uten)} av {len(KJEDE)} -> {len(med)} av {len(KJEDE)}")
