# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# ///
"""Svar på «får hun?» og «hva får hun?» ved å følge relasjoner i PostgreSQL."""

import os

import psycopg

# --8<-- [start:modell]
MODELL = """
-- «subjekt har relasjon til objekt»; gruppe:drift#medlem betyr alle medlemmene
CREATE TABLE tuppel (objekt text, relasjon text, subjekt text,
                     PRIMARY KEY (objekt, relasjon, subjekt));
CREATE INDEX baklengs ON tuppel (subjekt);

-- på et objekt av denne typen gir «arver» også «relasjon»; via: på et annet objekt
CREATE TABLE regel (type text, relasjon text, arver text, via text);
INSERT INTO regel VALUES
    ('dokument', 'leser', 'eier',  NULL),       -- den som eier, kan lese
    ('dokument', 'leser', 'leser', 'forelder'), -- den som kan lese mappa
    ('mappe',    'leser', 'eier',  NULL),
    ('mappe',    'leser', 'leser', 'forelder');

-- alt blir kanter i én graf, fra det du spør om til dem som har det
CREATE VIEW kant AS
    SELECT objekt || '#' || relasjon AS fra, subjekt AS til FROM tuppel
UNION ALL
    SELECT DISTINCT t.objekt || '#' || r.relasjon, t.objekt || '#' || r.arver
    FROM regel r JOIN tuppel t ON split_part(t.objekt, ':', 1) = r.type
    WHERE r.via IS NULL
UNION ALL
    SELECT t.objekt || '#' || r.relasjon, t.subjekt || '#' || r.arver
    FROM regel r JOIN tuppel t ON split_part(t.objekt, ':', 1) = r.type
                              AND t.relasjon = r.via;
"""
# --8<-- [end:modell]

# --8<-- [start:sporringer]
SJEKK = """
WITH RECURSIVE nådd(node) AS (
    SELECT %(objekt)s || '#' || %(relasjon)s
    UNION             -- ikke UNION ALL: en node tas én gang, så en ring stanser
    SELECT kant.til FROM nådd JOIN kant ON kant.fra = nådd.node
)
SELECT EXISTS (SELECT FROM nådd WHERE node = %(bruker)s)
"""

LIST = """
WITH RECURSIVE nådd(node) AS (
    SELECT %(bruker)s
    UNION
    SELECT kant.fra FROM nådd JOIN kant ON kant.til = nådd.node
)
SELECT split_part(node, '#', 1) FROM nådd
WHERE node LIKE %(type)s || ':%%#' || %(relasjon)s ORDER BY 1
"""
# --8<-- [end:sporringer]

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute(MODELL)


def skriv(*tupler: str) -> None:
    """Ta imot ``objekt#relasjon@subjekt``, slik relasjoner ofte skrives."""
    for tuppel in tupler:
        venstre, _, subjekt = tuppel.partition("@")
        objekt, _, relasjon = venstre.partition("#")
        db.execute("INSERT INTO tuppel VALUES (%s,%s,%s)", [objekt, relasjon, subjekt])


def sjekk(bruker: str, relasjon: str, objekt: str) -> bool:
    verdier = {"bruker": bruker, "relasjon": relasjon, "objekt": objekt}
    return db.execute(SJEKK, verdier).fetchone() == (True,)


def list_opp(bruker: str, relasjon: str, type_: str) -> list[str]:
    verdier = {"bruker": bruker, "relasjon": relasjon, "type": type_}
    return [str(rad[0]) for rad in db.execute(LIST, verdier)]


# --8<-- [start:bruk]
skriv(
    "gruppe:drift#medlem@bruker:kari",
    "gruppe:ansatte#medlem@gruppe:drift#medlem",  # en gruppe i en gruppe
    "mappe:felles#leser@gruppe:ansatte#medlem",
    "mappe:vakt#forelder@mappe:felles",
    "dokument:vaktplan#forelder@mappe:vakt",
    "dokument:lønn#eier@bruker:ola",
)
for bruker, objekt, ventet in (
    ("bruker:kari", "dokument:vaktplan", True),  # drift, ansatte, felles, vakt
    ("bruker:kari", "dokument:lønn", False),
    ("bruker:ola", "dokument:lønn", True),  # den som eier, kan lese
):
    får = sjekk(bruker, "leser", objekt)
    print(f"sjekk: kan {bruker} lese {objekt}?", "ja" if får else "nei")
    assert får == ventet
print("list: kari kan lese", *list_opp("bruker:kari", "leser", "dokument"))
# --8<-- [end:bruk]
assert list_opp("bruker:ola", "leser", "dokument") == ["dokument:lønn"]

skriv("gruppe:drift#medlem@gruppe:ansatte#medlem")  # nå er de medlem av hverandre
assert not sjekk("bruker:per", "leser", "dokument:vaktplan")
print("to grupper i ring: spørringen stanser, og svaret er det samme")

db.execute("DELETE FROM tuppel WHERE subjekt = 'bruker:kari'")
kan_nå = list_opp("bruker:kari", "leser", "dokument")
print(f"kari slutter i drift, én rad slettet: hun kan lese {len(kan_nå)} dokumenter")
assert not kan_nå

for bruker in ("bruker:kari", "bruker:ola", "bruker:per"):
    sett = list_opp(bruker, "leser", "dokument")
    for dokument in ("dokument:vaktplan", "dokument:lønn"):
        assert sjekk(bruker, "leser", dokument) == (dokument in sett)
print("«sjekk» og «list» er enige for alle brukere og dokumenter")
