# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# ///
"""Et hendelseslager med optimistisk lås, projeksjon, øyeblikksbilde og ombygging."""

import os
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.json import Jsonb

# --8<-- [start:skjema]
SKJEMA = """
CREATE TABLE hendelse (
    nr      bigserial UNIQUE,          -- rekkefølgen i hele lageret
    strøm   text, versjon int,         -- rekkefølgen i én strøm
    type    text NOT NULL, data jsonb NOT NULL,
    PRIMARY KEY (strøm, versjon)       -- dette er den optimistiske låsen
);
CREATE TABLE bilde (strøm text PRIMARY KEY, versjon int, saldo bigint);
CREATE TABLE saldo (strøm text PRIMARY KEY, øre bigint NOT NULL);
CREATE TABLE lest_til (nr bigint NOT NULL);
INSERT INTO lest_til VALUES (0);
"""
# --8<-- [end:skjema]
Hendelse = tuple[str, dict[str, Any]]
TALT = 0  # hendelser lest for å finne tilstanden


# --8<-- [start:lager]
class Konflikt(Exception):
    """Noen skrev til strømmen etter at vi leste den."""


def skriv(db: psycopg.Connection, strøm: str, etter: int, *nye: Hendelse) -> None:
    """Legg til bakerst, men bare om strømmen fortsatt har versjon ``etter``."""
    try:
        with db.transaction():
            # Én skriver om gangen, ellers kan nr 8 bli synlig før nr 7.
            db.execute("SELECT pg_advisory_xact_lock(47)")
            for versjon, (type_, data) in enumerate(nye, start=etter + 1):
                db.execute(
                    "INSERT INTO hendelse (strøm, versjon, type, data)"
                    " VALUES (%s, %s, %s, %s)", [strøm, versjon, type_, Jsonb(data)])
    except errors.UniqueViolation as feil:
        raise Konflikt(f"{strøm} har alt versjon {etter + 1}") from feil


def øre(type_: str, data: dict[str, Any]) -> int:
    """Løft gamle hendelser når de leses: før var beløpet kroner, nå er det øre."""
    beløp = int(data["øre"] if "øre" in data else data["kroner"] * 100)
    return beløp if type_ == "SattInn" else -beløp


def les(db: psycopg.Connection, strøm: str) -> tuple[int, int]:
    """Gi versjon og saldo: øyeblikksbildet, og hendelsene etter det."""
    global TALT
    bilde = db.execute("SELECT versjon, saldo FROM bilde WHERE strøm = %s", [strøm])
    versjon, saldo = bilde.fetchone() or (0, 0)
    nyere = db.execute(
        "SELECT type, data FROM hendelse"
        " WHERE strøm = %s AND versjon > %s", [strøm, versjon]).fetchall()
    TALT += len(nyere)
    return versjon + len(nyere), saldo + sum(øre(*en) for en in nyere)
# --8<-- [end:lager]


# --8<-- [start:projeksjon]
def projiser(db: psycopg.Connection) -> int:
    """Før nye hendelser inn i lesemodellen, i samme transaksjon som bokmerket."""
    with db.transaction():
        nye = db.execute(
            "SELECT nr, strøm, type, data FROM hendelse"
            " WHERE nr > (SELECT nr FROM lest_til FOR UPDATE) ORDER BY nr").fetchall()
        for nr, strøm, type_, data in nye:
            db.execute(
                "INSERT INTO saldo AS s VALUES (%s, %s) ON CONFLICT (strøm)"
                " DO UPDATE SET øre = s.øre + excluded.øre", [strøm, øre(type_, data)])
            db.execute("UPDATE lest_til SET nr = %s", [nr])
    return len(nye)
# --8<-- [end:projeksjon]


def lesemodell(db: psycopg.Connection) -> list[tuple[str, int]]:
    return db.execute("SELECT strøm, øre FROM saldo ORDER BY strøm").fetchall()


url = os.environ["DATABASE_URL"]
kari, ola = (psycopg.connect(url, autocommit=True) for _ in range(2))
kari.execute(SKJEMA)
skriv(kari, "konto-1", 0, ("SattInn", {"kroner": 500}))  # slik den så ut i fjor
skriv(kari, "konto-1", 1, ("TattUt", {"øre": 12_550}))
# --8<-- [start:bruk]
versjon, saldo = les(kari, "konto-1")
samme, _ = les(ola, "konto-1")  # begge leser versjon 2
skriv(kari, "konto-1", versjon, ("TattUt", {"øre": 30_000}))
try:
    skriv(ola, "konto-1", samme, ("TattUt", {"øre": 30_000}))
except Konflikt as feil:
    print("ola må lese på nytt:", feil)
versjon, saldo = les(ola, "konto-1")
print(f"konto-1 i versjon {versjon}: {saldo / 100:.2f} kr, ikke minus 225.50")
# --8<-- [end:bruk]
assert (versjon, saldo) == (3, 7_450)
skriv(kari, "konto-2", 0, *[("SattInn", {"øre": 100})] * 200)
print(f"projeksjon: {projiser(kari)} hendelser inn, så {projiser(kari)}")
print("lesemodell i øre:", *(f"{strøm} {sum_}" for strøm, sum_ in lesemodell(kari)))
kari.execute("TRUNCATE saldo; UPDATE lest_til SET nr = 0")
print(f"lesemodellen slettet; {projiser(ola)} hendelser ga den samme tilbake")
assert lesemodell(kari) == [("konto-1", 7_450), ("konto-2", 20_000)]
kari.execute("INSERT INTO bilde VALUES ('konto-2', %s, %s)", les(kari, "konto-2"))
skriv(kari, "konto-2", 200, ("TattUt", {"øre": 1}))
TALT = 0
assert les(kari, "konto-2") == (201, 19_999) and TALT == 1
print(f"med øyeblikksbilde: konto-2 er i versjon 201, og {TALT} hendelse ble lest")
