# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Samme rapport på fire måter: antall kall, ferskhet, og hva som svarer når en tjeneste er nede."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import psycopg
from fastapi import FastAPI
from snippet_support import serve

Rapport = dict[str, int]
FASIT = {"Oslo": 50, "Bergen": 600}  # når begge endringene er med
URL = os.environ["DATABASE_URL"]
OPPSETT = """
    CREATE SCHEMA kunde CREATE TABLE kunde (id int PRIMARY KEY, sted text);
    CREATE SCHEMA ordre CREATE TABLE ordre (id int PRIMARY KEY, kunde int, belop int)
                        CREATE TABLE kunde (id int PRIMARY KEY, sted text);
    CREATE SCHEMA rapport CREATE TABLE ordre (id int PRIMARY KEY, kunde int, belop int)
                          CREATE TABLE kunde (id int PRIMARY KEY, sted text);
    INSERT INTO kunde.kunde VALUES (1, 'Oslo'), (2, 'Bergen'), (3, 'Oslo');
    INSERT INTO ordre.ordre VALUES (10, 1, 300), (11, 2, 200), (12, 3, 50);
    INSERT INTO ordre.kunde TABLE kunde.kunde; INSERT INTO rapport.kunde TABLE kunde.kunde;
    INSERT INTO rapport.ordre TABLE ordre.ordre"""
# Endring og hendelse i samme transaksjon. NOTIFY når bare den som lytter akkurat nå; skal den
# overleve at mottakeren er nede, må den gjennom utboks og megler (RabbitMQ, NATS).
ENDRE = "WITH ny AS ({} RETURNING *) SELECT pg_notify('{}', row_to_json(ny)::text) FROM ny"
TA_IMOT = """INSERT INTO {0}.{1} SELECT * FROM json_populate_record(NULL::{0}.{1}, %s)
    ON CONFLICT (id) DO UPDATE SET {2} = excluded.{2}"""  # tåler samme hendelse to ganger
PER_STED = "SELECT sted, sum(belop)::int FROM {}.ordre JOIN {}.kunde k ON k.id = kunde GROUP BY 1"


def sql(sporring: str, *verdier: str) -> list[Any]:
    with psycopg.connect(URL) as db:
        svar = db.execute(sporring.encode(), verdier or None)
        return svar.fetchall() if svar.description else []


kunde, ordre, adresse = FastAPI(), FastAPI(), dict[str, str]()
kunde.get("/alle")(lambda: sql("SELECT id, sted FROM kunde.kunde"))
ordre.get("/alle")(lambda: sql("SELECT kunde, belop FROM ordre.ordre"))
ordre.get("/per-sted")(lambda: sql(PER_STED.format("ordre", "ordre")))
kall: list[httpx.Request] = []
klient = httpx.Client(event_hooks={"request": [kall.append]})


# --8<-- [start:monstre]
def komposisjon() -> Rapport:
    """Spør begge eierne, og slå sammen svarene her."""
    sted = dict(klient.get(f"{adresse['kunde']}/alle").json())
    summer: Counter[str] = Counter()
    for hvem, belop in klient.get(f"{adresse['ordre']}/alle").json():
        summer[sted[hvem]] += belop
    return dict(summer)


def lesemodell() -> Rapport:
    """Rapportens egne tabeller, bygd av hendelser fra begge eierne."""
    return dict(sql(PER_STED.format("rapport", "rapport")))


def hendelseskopi() -> Rapport:
    """Ordretjenesten svarer alene, med sin egen kopi av kundene."""
    return dict(klient.get(f"{adresse['ordre']}/per-sted").json())


def delt_lesebase() -> Rapport:
    """Les rett i tabellene til begge eierne."""
    return dict(sql(PER_STED.format("ordre", "kunde")))
# --8<-- [end:monstre]

def svarer(monster: Callable[[], Rapport]) -> str:
    with suppress(httpx.TransportError, psycopg.Error):
        return "svarer" if monster() == FASIT else "svarer feil"
    return "feiler"


MONSTRE = (komposisjon, lesemodell, hendelseskopi, delt_lesebase)
KOPI = {lesemodell: ("rapport", "kunde ordre"), hendelseskopi: ("ordre", "kunde")}
maalt: list[tuple[int, int, bool]] = []
sql(OPPSETT)
with psycopg.connect(URL, autocommit=True) as lytter, serve(ordre) as adresse["ordre"]:
    lytter.execute("LISTEN kunde; LISTEN ordre")
    with serve(kunde) as adresse["kunde"]:
        sql(ENDRE.format("UPDATE kunde.kunde SET sted = 'Bergen' WHERE id = 1", "kunde"))
        sql(ENDRE.format("INSERT INTO ordre.ordre VALUES (13, 2, 100)", "ordre"))
        hendelser = list(lytter.notifies(timeout=5, stop_after=2))
        for monster in MONSTRE:
            kall.clear()
            stemmer, antall, bak = monster() == FASIT, len(kall), 0
            kopi, kanaler = KOPI.get(monster, ("", ""))
            for hva, rad in ((h.channel, h.payload) for h in hendelser if h.channel in kanaler):
                sql(TA_IMOT.format(kopi, hva, {"kunde": "sted", "ordre": "belop"}[hva]), rad)
                stemmer, bak = monster() == FASIT, bak + 1
            maalt.append((antall, bak, stemmer))
    uten_kunde = [svarer(monster) for monster in MONSTRE]
with serve(kunde) as adresse["kunde"]:
    uten_ordre = [svarer(monster) for monster in MONSTRE]
print(f"{'mønster':<14} HTTP-kall  hendelser bak  uten kunde  uten ordre")
for monster, (antall, bak, _), *nede in zip(MONSTRE, maalt, uten_kunde, uten_ordre, strict=True):
    print(f"{monster.__name__:<14} {antall:<9}  {bak:<13}  {nede[0]:<10}  {nede[1]}")
sql("ALTER TABLE kunde.kunde RENAME COLUMN sted TO poststed")
omdopt = [svarer(lesemodell), svarer(delt_lesebase)]
print("kunde døper om en kolonne: lesemodell {}, delt_lesebase {}".format(*omdopt))
assert maalt == [(2, 0, True), (0, 2, True), (1, 1, True), (0, 0, True)]
assert uten_kunde == ["feiler", "svarer", "svarer", "svarer"]
assert omdopt == ["svarer", "feiler"] and uten_ordre == ["feiler", "svarer", "feiler", "svarer"]
print("Bevis: 4 mønstre x 3 mål; ingen av dem er best på alt")
