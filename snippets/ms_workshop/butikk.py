# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "httpx>=0.28", "opentelemetry-sdk>=1.30", "psycopg[binary]>=3.2",
#   "snippet-support",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Butikken som kurset deler opp: monolitt, ruter, ordre, betaling og lager, med utboks og spor."""

import asyncio
import os
from contextlib import ExitStack
from typing import Any, LiteralString

import httpx
import psycopg
from fastapi import FastAPI, HTTPException, Request
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from snippet_support import serve

SKJEMA: LiteralString = """CREATE TABLE konto (saldo int); INSERT INTO konto VALUES (1000);
    CREATE TABLE vare (navn text PRIMARY KEY, antall int); INSERT INTO vare VALUES ('te', 4);
    CREATE TABLE ordre (nr serial PRIMARY KEY, vare text, status text DEFAULT 'venter');
    CREATE TABLE utboks (ordre int PRIMARY KEY, sendt bool DEFAULT false)"""
adresse, tregt = dict[str, str](), dict[str, float]()
rute = {"lager": "monolitt"}  # første ledd i stien -> hvem ruteren spør
spor, sporing = InMemorySpanExporter(), TracerProvider()
sporing.add_span_processor(SimpleSpanProcessor(spor))


def sql(sporring: LiteralString, *verdier: object) -> list[Any]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as db:
        svar = db.execute(sporring, verdier or None)
        return svar.fetchall() if svar.description else []


def kall(metode: str, tjeneste: str, sti: str) -> httpx.Response:
    inject(hoder := dict[str, str]())
    return httpx.request(metode, f"{adresse[tjeneste]}/{sti}", headers=hoder)


def ny_tjeneste(navn: str) -> FastAPI:
    app, sporer = FastAPI(), sporing.get_tracer(navn)

    @app.middleware("http")
    async def spor_kallet(request: Request, videre: Any) -> Any:
        with sporer.start_as_current_span(navn, context=extract(request.headers)):
            await asyncio.sleep(tregt.get(navn, 0))
            return await videre(request)
    return app


apper = {n: ny_tjeneste(n) for n in ("monolitt", "ruter", "ordre", "betaling", "lager")}
stabler = {navn: ExitStack() for navn in apper}


def start(navn: str) -> None:
    adresse[navn] = stabler[navn].enter_context(serve(apper[navn]))


@apper["ruter"].get("/{sti:path}")
def rut_videre(sti: str) -> Any:
    return kall("GET", rute[sti.split("/")[0]], sti).json()


@apper["monolitt"].get("/lager/{vare}")
@apper["lager"].get("/lager/{vare}")
def antall(vare: str) -> int:
    return int(sql("SELECT antall FROM vare WHERE navn = %s", vare)[0][0])


@apper["lager"].post("/lager/{vare}")
def reserver(vare: str) -> None:
    if not sql("UPDATE vare SET antall = antall - 1 WHERE navn = %s AND antall > 0"
               " RETURNING navn", vare):
        raise HTTPException(409, "utsolgt")


@apper["betaling"].post("/betaling/{belop}")
def trekk(belop: int) -> None:
    sql("UPDATE konto SET saldo = saldo - %s", belop)


# --8<-- [start:saga]
@apper["ordre"].post("/ordre/{vare}")
def kjop(vare: str) -> str:
    [(nr,)] = sql("INSERT INTO ordre (vare) VALUES (%s) RETURNING nr", vare)
    kall("POST", "betaling", "betaling/100").raise_for_status()
    return fullfor(nr, vare)


def fullfor(nr: int, vare: str) -> str:
    try:
        svar = kall("POST", "lager", f"lager/{vare}")
    except httpx.ConnectError:  # ingenting ble gjort; et tidsavbrudd er verre
        return "venter"
    status = {200: "bekreftet", 409: "kansellert"}[svar.status_code]
    if status == "kansellert":  # kompenser
        kall("POST", "betaling", "betaling/-100").raise_for_status()
    sql("""WITH ny AS (UPDATE ordre SET status = %s WHERE nr = %s RETURNING nr)
           INSERT INTO utboks SELECT nr FROM ny""", status, nr)
    return status
# --8<-- [end:saga]

if __name__ == "__main__":
    sql(SKJEMA)
    for navn in ("ordre", "betaling", "lager"):
        start(navn)
    print("et kjøp i den ferdige butikken:", status := kall("POST", "ordre", "ordre/te").json())
    for stabel in stabler.values():
        stabel.close()
    assert status == "bekreftet" and sql("SELECT saldo FROM konto") == [(900,)]
