# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Fristen gikk ut: er kunden trukket? Blindt gjenforsøk, oppslag først, og oppslag med nøkkel."""

import os
import socket
from threading import Event

import httpx
import psycopg
from fastapi import FastAPI
from snippet_support import serve

URL = os.environ["DATABASE_URL"]
FRIST = 0.2
UTFALL = ["forespørselen tapt", "svaret tapt", "arbeidet pågår"]
app, klient = FastAPI(), httpx.Client(timeout=10)
slipp, ferdig = Event(), Event()


def sql(sporring: str, ordre: str) -> list[tuple[int]]:
    with psycopg.connect(URL, autocommit=True) as db:
        svar = db.execute(sporring.encode(), [ordre])
        return svar.fetchall() if svar.description else []


# --8<-- [start:tjeneste]
@app.post("/{regel}/trekk/{ordre}")
def trekk(regel: str, ordre: str, svikt: str = "") -> str:
    """Trekk kunden; den første forespørselen kan henge før eller etter trekket."""
    if svikt == "arbeidet pågår":
        slipp.wait(10)
    nokkel = "ON CONFLICT DO NOTHING" if regel == "nokkel" else ""
    sql(f"INSERT INTO {regel} VALUES (%s, 300) {nokkel}", ordre)
    ferdig.set()
    if svikt == "svaret tapt":
        slipp.wait(10)
    return "trukket"


@app.get("/{regel}/trekk/{ordre}")
def er_trukket(regel: str, ordre: str) -> bool:
    """Si om ordren er trukket, så langt basen vet akkurat nå."""
    return bool(sql(f"SELECT 1 FROM {regel} WHERE ordre = %s", ordre))
# --8<-- [end:tjeneste]


# --8<-- [start:klient]
def kjop(tjeneste: str, sluk: str, regel: str, utfall: str, oppslag: bool) -> int:
    """Trekk kunden én gang, med ett gjenforsøk; gi hvor mange trekk det ble."""
    slipp.clear()
    ferdig.clear()
    ordre = f"{utfall}, {oppslag}"
    sti = f"{tjeneste}/{regel}/trekk/{ordre}"
    forst = sluk if utfall == "forespørselen tapt" else sti
    try:
        klient.post(forst, params={"svikt": utfall}, timeout=FRIST)
        raise AssertionError("fristen skulle gått ut")
    except httpx.ReadTimeout:  # ser lik ut i alle tre tilfellene
        pass
    if utfall == "svaret tapt":
        assert ferdig.wait(10)
    if not (oppslag and klient.get(sti).json()):
        klient.post(sti).raise_for_status()
    ferdig.clear()
    slipp.set()  # det som hang, blir nå gjort ferdig
    if utfall == "arbeidet pågår":
        assert ferdig.wait(10)
    return len(sql(f"SELECT 1 FROM {regel} WHERE ordre = %s", ordre))
# --8<-- [end:klient]


with psycopg.connect(URL, autocommit=True) as db:
    db.execute("CREATE TABLE uten (ordre text, kr int)")
    db.execute("CREATE TABLE nokkel (ordre text PRIMARY KEY, kr int)")
with serve(app) as tjeneste, socket.create_server(("127.0.0.1", 0)) as stum:
    sluk = f"http://127.0.0.1:{stum.getsockname()[1]}"  # tar imot, men leser aldri
    print(f"{'antall trekk når':<19}", *(f"{utfall:<18}" for utfall in UTFALL))
    trekkene = []
    for navn, regel, oppslag in (
        ("blindt gjenforsøk", "uten", False),
        ("oppslag først", "uten", True),
        ("oppslag og nøkkel", "nokkel", True),
    ):
        antall = [kjop(tjeneste, sluk, regel, utfall, oppslag) for utfall in UTFALL]
        print(f"{navn:<19}", *(f"{n:<18}" for n in antall))
        trekkene.append(antall)
blindt, slo_opp, med_nokkel = trekkene
assert (blindt, slo_opp, med_nokkel) == ([1, 2, 2], [1, 1, 2], [1, 1, 1])
print(f"svaret tapt: dobbelt belastet {blindt[1] - 1} -> {slo_opp[1] - 1} med oppslag")
print(f"arbeidet pågår: dobbelt belastet {slo_opp[2] - 1} -> {med_nokkel[2] - 1} med nøkkel")
