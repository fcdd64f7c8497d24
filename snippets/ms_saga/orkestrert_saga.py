# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Én styrer: en saga over fire tjenester som kompenserer, og som tåler å bli drept underveis."""

import os
import signal
from itertools import groupby
from multiprocessing import get_context

import psycopg
from psycopg import sql

SKJEMA = """
CREATE SCHEMA saga; CREATE TABLE saga.logg (rekke serial, saga text, nr int, status text);
CREATE SCHEMA ordre; CREATE TABLE ordre.ordre (id text PRIMARY KEY, status text);
CREATE SCHEMA betaling; CREATE TABLE betaling.konto (saldo int CHECK (saldo >= 0));
CREATE SCHEMA lager; CREATE TABLE lager.vare (navn text, antall int CHECK (antall >= 0));
CREATE SCHEMA frakt; CREATE TABLE frakt.henting (id text PRIMARY KEY);
INSERT INTO betaling.konto VALUES (1000);
INSERT INTO lager.vare VALUES ('kaffe', 5), ('te', 0);
"""
LOGG = "SELECT nr, status FROM saga.logg WHERE saga = %s ORDER BY rekke"
TILSTAND = """
SELECT status, saldo, kaffe.antall, te.antall
  FROM ordre.ordre, betaling.konto, lager.vare kaffe, lager.vare te
 WHERE ordre.id = %s AND kaffe.navn = 'kaffe' AND te.navn = 'te'
"""

# --8<-- [start:steg]
# nr: (tjeneste, lokal transaksjon, kompensasjon). Steg 3 er pivoten: etter den finnes
# ingen vei tilbake, så 4 og 5 har ingen kompensasjon og må kunne gjentas.
STEG = {
    1: ("ordre", "INSERT INTO ordre.ordre VALUES (%(id)s, 'under behandling')",
        "UPDATE ordre.ordre SET status = 'kansellert' WHERE id = %(id)s"),
    2: ("betaling", "UPDATE betaling.konto SET saldo = saldo - 300",
        "UPDATE betaling.konto SET saldo = saldo + 300"),
    3: ("lager", "UPDATE lager.vare SET antall = antall - 1 WHERE navn = %(vare)s", ""),
    4: ("frakt", "INSERT INTO frakt.henting VALUES (%(id)s)", ""),
    5: ("ordre", "UPDATE ordre.ordre SET status = 'bekreftet' WHERE id = %(id)s", ""),
}
# --8<-- [end:steg]


# --8<-- [start:kjor]
def kjør(db: psycopg.Connection, ordre: dict[str, str], dø_etter: str) -> None:
    """Start sagaen, eller fortsett der forrige prosess slapp."""
    logg: dict[int, str] = dict(db.execute(LOGG, [ordre["id"]]).fetchall())

    def noter(nr: int, status: str) -> None:
        logg[nr] = status
        ny = "INSERT INTO saga.logg (saga, nr, status) VALUES (%s, %s, %s)"
        db.execute(ny, [ordre["id"], nr, status])

    def utfør(nr: int, tjeneste: str, setning: str, resultat: str) -> None:
        nøkkel = f"{ordre['id']}/{nr}/{resultat}"  # virker bare første gang den brukes
        brukt = sql.Identifier(tjeneste, "brukt")
        bruk = sql.SQL("INSERT INTO {} VALUES (%s) ON CONFLICT DO NOTHING")
        with db.transaction():
            if db.execute(bruk.format(brukt), [nøkkel]).rowcount:
                db.execute(setning, ordre)
        if dø_etter == f"{nr} {resultat}":  # virkningen er lagret, loggen vet det ikke
            os.kill(os.getpid(), signal.SIGKILL)
        noter(nr, resultat)

    for nr, (tjeneste, gjør, _) in STEG.items():
        if "feilet" in logg.values():
            break
        if logg.get(nr) != "gjort":
            noter(nr, "startet")
            try:
                utfør(nr, tjeneste, gjør, "gjort")
            except psycopg.errors.CheckViolation:
                noter(nr, "feilet")
    if "feilet" in logg.values():
        for nr in sorted((nr for nr, s in logg.items() if s == "gjort"), reverse=True):
            tjeneste, _, angre = STEG[nr]
            utfør(nr, tjeneste, angre, "kompensert")
# --8<-- [end:kjor]


def ny_prosess(ordre: str, vare: str, dø_etter: str) -> int | None:
    def oppgave() -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as egen:
            kjør(egen, {"id": ordre, "vare": vare}, dø_etter)

    prosess = get_context("fork").Process(target=oppgave)
    prosess.start()
    prosess.join()
    return prosess.exitcode


def forløp(db: psycopg.Connection, ordre: str, vare: str, status: str, *dø_etter: str) -> str:
    """Start nye prosesser til en får leve; kontroller sluttilstanden, gi kompensasjonene."""
    for punkt in [*dø_etter, ""]:
        assert ny_prosess(ordre, vare, punkt) == (-signal.SIGKILL if punkt else 0)
    logg = db.execute(LOGG, [ordre]).fetchall()
    steg = groupby(logg, key=lambda rad: rad[0])
    rad = db.execute(TILSTAND, [ordre]).fetchone() or ()
    tilstand = "ordre {}, saldo {}, kaffe {}, te {}".format(*rad)
    historie = ", ".join(f"{nr} {' '.join(s for _, s in rader)}" for nr, rader in steg)
    print(f"{ordre}, drept {len(dø_etter)} ganger\n  {historie}\n  {tilstand}")
    assert tilstand == f"ordre {status}, saldo 700, kaffe 4, te 0"
    return ", ".join(str(nr) for nr, status in logg if status == "kompensert")


with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
    db.execute(SKJEMA)
    for tjeneste in ("ordre", "betaling", "lager", "frakt"):
        db.execute(f"CREATE TABLE {tjeneste}.brukt (nokkel text PRIMARY KEY)")
    assert forløp(db, "kjøp av kaffe", "kaffe", "bekreftet") == ""
    angret = forløp(db, "kjøp av te", "te", "kansellert")
    print(f"feil i steg 3 -> kompensert {angret}")
    assert angret == forløp(db, "te igjen", "te", "kansellert", "2 gjort", "2 kompensert") == "2, 1"
    print("etter krasj: saldo og lager uendret")
