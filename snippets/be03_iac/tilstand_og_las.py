# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""En mini-motor for IaC: plan, apply, ekstern tilstand, lås og oppdaget drift."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import httpx

Ressurser = dict[str, dict[str, str]]
SKYEN: Ressurser = {}  # det som finnes på ordentlig
OBJEKTER: dict[str, bytes] = {}
EN_OM_GANGEN = Lock()


class Objektlager(BaseHTTPRequestHandler):
    """Objekter over HTTP, med betinget skriving slik S3 har det."""
    def svar(self, status: int, innhold: bytes = b"") -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(innhold)

    def do_GET(self) -> None:
        self.svar(200 if self.path in OBJEKTER else 404, OBJEKTER.get(self.path, b""))

    def do_DELETE(self) -> None:
        OBJEKTER.pop(self.path, None)
        self.svar(204)

    # --8<-- [start:betinget]
    def do_PUT(self) -> None:
        innhold = self.rfile.read(int(self.headers["Content-Length"]))
        with EN_OM_GANGEN:  # sjekk og skriving er ett udelelig steg
            if self.headers["If-None-Match"] == "*" and self.path in OBJEKTER:
                status = 412
            else:
                OBJEKTER[self.path], status = innhold, 201
        self.svar(status)
    # --8<-- [end:betinget]


# --8<-- [start:motor]
class Låst(Exception): ...


class Motor:
    def __init__(self, lager: str, hvem: str) -> None:
        self.lager, self.hvem = httpx.Client(base_url=lager), hvem

    def __enter__(self) -> "Motor":
        hode = {"If-None-Match": "*"}  # lag objektet bare om det ikke finnes
        if self.lager.put("/lås", content=self.hvem, headers=hode).is_error:
            raise Låst(f"{self.hvem} må vente på {self.lager.get('/lås').text}")
        return self

    def __exit__(self, *_: object) -> None:
        self.lager.delete("/lås")

    def tilstand(self) -> Ressurser:
        svar = self.lager.get("/tilstand.json")
        return dict(svar.json()) if svar.is_success else {}

    def plan(self, kode: Ressurser) -> list[str]:
        """Sammenlign kode, tilstand og virkelighet; gjør ingenting."""
        kjent, steg = self.tilstand(), list[str]()
        for navn in sorted(kjent.keys() | kode.keys()):
            ekte, ønsket = SKYEN.get(navn), kode.get(navn)
            if navn in kjent and ekte != kjent[navn]:
                steg.append(f"! {navn} er endret utenom: {ekte}")
            if ekte != ønsket:
                steg.append(f"{'-' if ønsket is None else '~' if ekte else '+'} {navn}")
        return steg

    def apply(self, kode: Ressurser, lest: Ressurser) -> None:
        """Gjør virkeligheten lik koden; det tilstanden ikke kjenner, røres ikke."""
        for navn in lest.keys() - kode.keys():
            SKYEN.pop(navn, None)
        SKYEN.update(kode)
        self.lager.put("/tilstand.json", content=json.dumps(kode)).raise_for_status()
# --8<-- [end:motor]


tjener = ThreadingHTTPServer(("127.0.0.1", 0), Objektlager)
Thread(target=tjener.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{tjener.server_port}"
SKYEN["gammel-vm"] = {"eier": "et annet team"}
kode: Ressurser = {"bøtte": {"tilgang": "privat"}, "base": {"størrelse": "liten"}}
kari, ola = Motor(url, "kari"), Motor(url, "ola")
# --8<-- [start:bruk]
with kari:
    print("plan:", *kari.plan(kode))
    kari.apply(kode, kari.tilstand())
    print("plan etterpå:", kari.plan(kode) or "ingen endring")
    try:
        ola.__enter__()  # mens kari holder låsen
    except Låst as feil:
        print("lås:", feil)

SKYEN["bøtte"] = {"tilgang": "åpen"}  # noen klikker i konsollen
print("drift:", *ola.plan(kode))
with ola:
    ola.apply(kode, ola.tilstand())
print("rettet:", ola.plan(kode) or "ingen endring", "og gammel-vm står urørt")
# --8<-- [end:bruk]
assert SKYEN["bøtte"] == kode["bøtte"] and "gammel-vm" in SKYEN
assert ola.plan({"base": kode["base"]}) == ["- bøtte"]  # vises før noe slettes


lest = ola.tilstand()  # uten lås: ola leser ...
kari.apply({**kode, "kø": {}}, kari.tilstand())  # ... kari endrer ...
ola.apply({**kode, "cache": {}}, lest)  # ... og ola skriver over
glemt = SKYEN.keys() - ola.tilstand().keys() - {"gammel-vm"}
print("uten lås: finnes og koster penger, men ingen vet om den:", *glemt)
assert glemt == {"kø"}
