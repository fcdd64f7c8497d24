# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Samle loggene fra fire tjenester på én korrelasjons-id, uten tap når agenten blir drept."""

import json
import os
import signal
import socket
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from urllib.request import Request, urlopen

from snippet_support import wait_until, work_in_temporary_folder

work_in_temporary_folder()
KJEDE = ["butikk", "ordre", "betaling", "lager"]
Prosess = get_context("fork").Process  # med daemon=True: dør med oss


# --8<-- [start:tjeneste]
def lag_tjeneste(navn: str, neste: str) -> ThreadingHTTPServer:
    """Gi en tjeneste som skriver tre linjer JSON til stdout om hvert kall."""

    class Svar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.log_message("mottok kallet")
            if neste:
                id = self.headers["Korrelasjons-ID"]
                urlopen(Request(neste, headers={"Korrelasjons-ID": id}))
            self.log_message("fikk svar" if neste else "reserverte varen")
            self.send_response(204)  # skriver den tredje linja
            self.end_headers()

        def log_message(self, format: str, *deler: object) -> None:
            linje = {"tid": time.time_ns(), "tjeneste": navn, "melding": format % deler}
            linje["id"] = self.headers["Korrelasjons-ID"]
            print(json.dumps(linje), flush=True)

    return ThreadingHTTPServer(("127.0.0.1", 0), Svar)


def kjør(tjeneste: ThreadingHTTPServer, navn: str) -> None:
    """Gjør det plattformen gjør: la stdout fra tjenesten havne i en fil."""
    os.dup2(os.open(f"{navn}.log", os.O_CREAT | os.O_WRONLY), sys.stdout.fileno())
    tjeneste.serve_forever()
# --8<-- [end:tjeneste]


# --8<-- [start:agent]
def agent(port: int, dør: bool) -> None:
    """Send nye linjer fra loggfilene; flytt bokmerket først når basen har kvittert."""
    bokmerke = Path("bokmerke.json")
    sendt = json.loads(bokmerke.read_text()) if bokmerke.exists() else {}
    basen = socket.create_connection(("127.0.0.1", port)).makefile("rw")
    while True:
        for fil in sorted(Path().glob("*.log")):
            hele = fil.read_text().split("\n")[:-1]  # den siste kan være halvskrevet
            linjer = [{"nr": nr, **json.loads(linje)} for nr, linje in enumerate(hele)]
            if nye := linjer[sendt.get(fil.name, 0) :]:
                print(json.dumps(nye), file=basen, flush=True)
                assert basen.readline() == "kvittert\n"
                if dør:  # i verste øyeblikk: lagret, men bokmerket er gammelt
                    signal.raise_signal(signal.SIGKILL)
                sendt[fil.name] = len(hele)
                bokmerke.write_text(json.dumps(sendt))
        time.sleep(0.02)
# --8<-- [end:agent]


# --8<-- [start:loggbase]
class Mottak(StreamRequestHandler):
    """Lagre hver linje én gang, og kvitter først da."""

    def handle(self) -> None:
        db = sqlite3.connect("loggbase.db", isolation_level=None)
        lagre = """INSERT INTO logg VALUES (:tjeneste, :nr, :tid, :id, :melding, 1)
                   ON CONFLICT DO UPDATE SET ganger = ganger + 1"""
        for bunt in self.rfile:
            db.executemany(lagre, json.loads(bunt))
            self.wfile.write(b"kvittert\n")
# --8<-- [end:loggbase]


db = sqlite3.connect("loggbase.db")
db.execute("CREATE TABLE logg (tjeneste, nr, tid, id, melding, ganger, UNIQUE (tjeneste, nr))")
base, neste = TCPServer(("127.0.0.1", 0), Mottak), ""
Prosess(target=base.serve_forever, daemon=True).start()
for navn in reversed(KJEDE):
    tjeneste = lag_tjeneste(navn, neste)
    Prosess(target=kjør, args=[tjeneste, navn], daemon=True).start()
    neste = f"http://127.0.0.1:{tjeneste.server_port}/"
urlopen(Request(neste, headers={"Korrelasjons-ID": "kjøp-1"}))
drept = Prosess(target=agent, args=[base.server_address[1], True])
drept.start()
drept.join()
urlopen(Request(neste, headers={"Korrelasjons-ID": "kjøp-2"}))  # ingen agent i live
Prosess(target=agent, args=[base.server_address[1], False], daemon=True).start()
ferdig = "SELECT count(*) = 24 FROM logg"
wait_until(lambda: db.execute(ferdig).fetchone()[0], timeout=15)
spørring = "SELECT tjeneste, melding FROM logg WHERE id = 'kjøp-1' ORDER BY tid"
tidslinje = db.execute(spørring).fetchall()
print(*(f"{navn:9}{melding}" for navn, melding in tidslinje), sep="\n")
print(f"{len(tidslinje)} linjer, {len(dict(tidslinje))} tjenester, 1 id")
assert [navn for navn, _ in tidslinje] == [*KJEDE, *sorted(KJEDE * 2, key=KJEDE.index)[::-1]]
skrevet = sum(fil.read_text().count("\n") for fil in Path().glob("*.log"))
lagret, mottatt = db.execute("SELECT count(*), sum(ganger) FROM logg").fetchone()
print(f"skrevet {skrevet}, mottatt {mottatt}, lagret {lagret}: tap {skrevet - lagret}")
assert (drept.exitcode, skrevet, mottatt, lagret) == (-signal.SIGKILL, 24, 27, 24)
