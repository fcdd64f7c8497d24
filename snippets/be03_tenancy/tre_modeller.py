# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 20
# ///
"""Skill kundene med rad, skjema eller database, og prøv å lekke mellom dem."""

import os
import re
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo

URL = os.environ["DATABASE_URL"]
KUNDER = ["nord", "sør"]
ORDRE = "CREATE TABLE ordre (nr int PRIMARY KEY, vare text)"


def kobl(rolle: str, base: str | None = None) -> psycopg.Connection:
    """Koble til som appens rolle, ikke som den som eier tabellene."""
    valg = {"user": rolle} | ({"dbname": base} if base else {})
    return psycopg.connect(make_conninfo(URL, **valg), autocommit=True)


def nektet(forsøk: Callable[[], object]) -> None:
    """Krev at databasen sier nei."""
    try:
        forsøk()
    except psycopg.Error as feil:
        if re.search("permission denied|row-level security", str(feil)):
            return
        raise
    raise AssertionError("slapp gjennom")


# --8<-- [start:rad]
RAD = """
CREATE TABLE felles (kunde text, nr int, vare text, PRIMARY KEY (kunde, nr));
INSERT INTO felles VALUES ('nord', 1, 'båt'), ('nord', 2, 'garn'), ('sør', 1, 'plog');

ALTER TABLE felles ENABLE ROW LEVEL SECURITY;
CREATE POLICY egen_kunde ON felles
    USING (kunde = current_setting('app.kunde', true))
    WITH CHECK (kunde = current_setting('app.kunde', true));

CREATE ROLE app LOGIN;
GRANT USAGE ON SCHEMA public TO app;
GRANT SELECT, INSERT ON felles TO app;
"""


def spør_som(db: psycopg.Connection, kunde: str) -> list[str]:
    """Sett kunden for denne transaksjonen alene; så glem WHERE."""
    with db.transaction():
        db.execute("SELECT set_config('app.kunde', %s, true)", [kunde])
        return [rad[0] for rad in db.execute("SELECT vare FROM felles ORDER BY nr")]
# --8<-- [end:rad]


eier = psycopg.connect(URL, autocommit=True)
eier.execute(RAD)
app = kobl("app")
# --8<-- [start:lekkasje]
print("rad, WHERE er glemt: nord ser", *spør_som(app, "nord"))
assert spør_som(app, "nord") == ["båt", "garn"] and spør_som(app, "sør") == ["plog"]
with app.transaction():
    app.execute("SELECT set_config('app.kunde', 'nord', true)")
    nektet(lambda: app.execute("INSERT INTO felles VALUES ('sør', 9, 'falsk')"))
print("rad: nord får ikke skrive en rad for sør")
uten = app.execute("SELECT vare FROM felles").fetchall()
print(f"rad, ingen kunde satt: {len(uten)} rader")  # feiler lukket

app.execute("SELECT set_config('app.kunde', 'nord', false)")  # SET, ikke SET LOCAL
neste = app.execute("SELECT vare FROM felles ORDER BY nr").fetchall()
print(f"FELLE: SET i en pool; neste låner ser {len(neste)} av nords rader")
som_eier = eier.execute("SELECT vare FROM felles").fetchall()
print(f"FELLE: superbruker eller eier; regelen gjelder ikke, {len(som_eier)} rader")
# --8<-- [end:lekkasje]
assert (len(uten), len(neste), len(som_eier)) == (0, 2, 3)

# --8<-- [start:skjema]
for kunde in KUNDER:
    eier.execute(f"CREATE ROLE skjema_{kunde} LOGIN")
    eier.execute(f"CREATE SCHEMA {kunde} AUTHORIZATION skjema_{kunde}")
    with kobl(f"skjema_{kunde}") as db:
        db.execute(f"ALTER ROLE skjema_{kunde} SET search_path = {kunde}")
        db.execute(f"SET search_path = {kunde}")
        db.execute(ORDRE)  # den samme migreringen, én gang per kunde

for kunde in KUNDER:
    eier.execute(f"CREATE DATABASE base_{kunde}")
    eier.execute(f"CREATE ROLE base_{kunde} LOGIN")
    eier.execute(f"REVOKE CONNECT ON DATABASE base_{kunde} FROM PUBLIC")
    eier.execute(f"GRANT CONNECT ON DATABASE base_{kunde} TO base_{kunde}")
    with psycopg.connect(make_conninfo(URL, dbname=f"base_{kunde}")) as db:
        db.execute(ORDRE)
# --8<-- [end:skjema]
with kobl("skjema_nord") as db:
    db.execute("SELECT * FROM ordre")
    nektet(lambda: db.execute("SELECT * FROM sør.ordre"))
    print("skjema: nord ser sin egen tabell, og slipper ikke inn i skjemaet til sør")
kobl("base_nord", "base_nord").close()
nektet(lambda: kobl("base_nord", "base_sør"))
print("database: nord får ikke engang koble til basen til sør")

minst = eier.execute("SELECT min(pg_database_size(oid)) FROM pg_database").fetchone()
assert minst and minst[0] > 5_000_000
print("pris per ny kunde: rad ingenting; skjema hver tabell og migrering om igjen;")
print("  database dessuten over 5 MB tom, og egne forbindelser i poolen")
eier.execute("DROP DATABASE base_nord")
slettet = eier.execute("DELETE FROM felles WHERE kunde = 'nord'").rowcount
print(f"nord slettes: DROP DATABASE, eller {slettet} rader i hver delte tabell")
