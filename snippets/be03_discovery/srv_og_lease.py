# /// script
# requires-python = ">=3.11"
# dependencies = ["dnslib>=0.9.26", "dnspython>=2.7", "httpx>=0.28", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["etcd"]
# timeout = 20
# ///
"""Finn instanser med SRV-oppslag mot etcd, der en død instans mister leien sin."""

import json
import os
import socket
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

import dns.message
import dns.query
import httpx
from dnslib import QTYPE, RR, SRV, A
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer
from snippet_support import wait_until

ETCD, LEIE, TTL = os.environ["ETCD_ENDPOINT"], 3, 1  # sekunder
NAVN = "_betaling._tcp.tjenester.internal."


def etcd(vei: str, **felter: object) -> dict[str, Any]:
    svar = httpx.post(f"{ETCD}/v3/{vei}", json=felter).raise_for_status()
    return dict(json.loads(svar.text))


def kode(tekst: str) -> str:
    return b64encode(tekst.encode()).decode()


# --8<-- [start:instans]
def instans(navn: str) -> None:
    """Lytt, skriv adressen i registeret med en leie, og forny den så lenge vi lever."""
    lytter = socket.create_server(("127.0.0.1", 0))
    leie = etcd("lease/grant", TTL=LEIE)["ID"]
    port = kode(str(lytter.getsockname()[1]))
    etcd("kv/put", key=kode(f"betaling/{navn}"), value=port, lease=leie)
    while True:
        etcd("lease/keepalive", ID=leie)
        time.sleep(LEIE / 4)
# --8<-- [end:instans]


# --8<-- [start:dns]
def register() -> dict[str, int]:
    """Spør etcd etter alt som begynner med betaling/, og gi navn og port."""
    rader = etcd("kv/range", key=kode("betaling/"), range_end=kode("betaling0"))
    return {b64decode(rad["key"]).decode()[9:]: int(b64decode(rad["value"]))
            for rad in rader.get("kvs", [])}


class Navnetjener(BaseResolver):
    def resolve(self, request: Any, handler: DNSHandler) -> Any:
        svar = request.reply()
        for navn, port in sorted(register().items()):
            vert = f"{navn}.tjenester.internal."
            srv = SRV(priority=10, weight=50, port=port, target=vert)
            svar.add_answer(RR(NAVN, QTYPE.SRV, ttl=TTL, rdata=srv))
            svar.add_ar(RR(vert, QTYPE.A, ttl=TTL, rdata=A("127.0.0.1")))
        return svar
# --8<-- [end:dns]


# --8<-- [start:klient]
class Klient:
    def __init__(self, tjener: int) -> None:
        self.tjener, self.utløper, self.porter = tjener, 0.0, list[int]()

    def slå_opp(self) -> list[int]:
        if time.monotonic() > self.utløper:
            spørsmål = dns.message.make_query(NAVN, "SRV")
            svar = dns.query.udp(spørsmål, "127.0.0.1", port=self.tjener, timeout=5)
            self.porter = [srv.port for poster in svar.answer for srv in poster]
            self.utløper = time.monotonic() + TTL  # til da tror vi på svaret
        return self.porter

    def kall(self) -> tuple[int, int]:
        for døde, port in enumerate(self.slå_opp()):
            with suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return port, døde
        raise LookupError("ingen svarte")
# --8<-- [end:klient]


Prosess = get_context("fork").Process
alle = {n: Prosess(target=instans, args=[n], daemon=True) for n in ("b1", "b2", "b3")}
for prosess in alle.values():
    prosess.start()
wait_until(lambda: len(register()) == 3, what="tre instanser i registeret")
stille = DNSLogger(logf=lambda melding: None)
navnetjener = DNSServer(Navnetjener(), "127.0.0.1", 0, logger=stille)
navnetjener.start_thread()
klient = Klient(navnetjener.server.server_address[1])
# --8<-- [start:bruk]
print(f"SRV gir {len(klient.slå_opp())} porter; klienten velger den første")
assert klient.kall() == (register()["b1"], 0)

alle["b1"].kill()  # krasj: ingen avmelding
alle["b1"].join()
print("like etter krasjet står", *register(), "i registeret")
port, døde = klient.kall()
print(f"klienten traff {døde} død og fikk svar av den neste")
assert døde == 1 and port == register()["b2"]

wait_until(lambda: "b1" not in register(), timeout=10, what="leien til b1 går ut")
wait_until(lambda: klient.kall() == (register()["b2"], 0), what="gammelt svar går ut")
# --8<-- [end:bruk]
print("leien gikk ut: nå står", *register(), "der, uten at noen ryddet")
print("klientens gamle svar levde til TTL var ute; så treffer den ingen døde")
