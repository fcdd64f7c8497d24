# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# ///
"""En kolonne døpes om: naboen i samme base brekker, naboen med egen base merker ingenting."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg

ADRESSE = urlsplit(os.environ["DATABASE_URL"])
ENDRING = "ALTER TABLE kunde RENAME COLUMN navn TO fullt_navn"


def koble(rolle: str, base: str) -> psycopg.Connection:
    """Koble til basen som rollen til en tjeneste."""
    vert = f"{rolle}@{ADRESSE.hostname}:{ADRESSE.port}"
    url = urlunsplit(ADRESSE._replace(netloc=vert, path=f"/{base}"))
    return psycopg.connect(url, autocommit=True)


def purring(faktura: psycopg.Connection) -> list[str]:
    """Fakturatjenestens spørring; koden er den samme i begge forsøkene."""
    spor = "SELECT navn, belop FROM faktura JOIN kunde ON kunde.id = faktura.kunde ORDER BY belop"
    return [f"{navn} skylder {belop} kr" for navn, belop in faktura.execute(spor.encode())]


def forsok(faktura: psycopg.Connection) -> int:
    """Skriv ut purringene, eller feilen; gi antall feil."""
    try:
        print("  faktura:", "; ".join(purring(faktura)))
    except psycopg.errors.UndefinedColumn as feil:
        print("  faktura:", str(feil).splitlines()[0])
        return 1
    return 0


# --8<-- [start:delt]
def delt(sjef: psycopg.Connection) -> int:
    """Begge tjenestene i samme base: faktura leser kundens tabell."""
    sjef.execute("CREATE DATABASE felles OWNER kunde")
    with koble("kunde", "felles") as kunde, koble("faktura", "felles") as faktura:
        kunde.execute("CREATE TABLE kunde (id int, navn text)")
        kunde.execute("INSERT INTO kunde VALUES (1, 'Kari Li'), (2, 'Ola Ås')")
        kunde.execute("GRANT SELECT ON kunde TO faktura")
        kunde.execute("GRANT CREATE ON SCHEMA public TO faktura")
        faktura.execute("CREATE TABLE faktura (kunde int, belop int)")
        faktura.execute("INSERT INTO faktura VALUES (1, 300)")
        assert forsok(faktura) == 0
        kunde.execute(ENDRING)  # PostgreSQL advarer ikke: den vet ikke hvem som leser
        print("  kunde: kolonnen døpt om uten en eneste advarsel")
        return forsok(faktura)
# --8<-- [end:delt]


# --8<-- [start:egen]
def egen(sjef: psycopg.Connection) -> int:
    """Hver sin base: faktura har en kopi av det den trenger, i sine egne ord."""
    for navn in ("kunde", "faktura"):
        sjef.execute(f"CREATE DATABASE {navn}base OWNER {navn}".encode())
        sjef.execute(f"REVOKE CONNECT ON DATABASE {navn}base FROM PUBLIC".encode())

    try:
        koble("faktura", "kundebase").close()
        raise AssertionError("faktura kom inn i kundens base")
    except psycopg.OperationalError as feil:
        print("  faktura:", str(feil).split("FATAL:  ")[1].splitlines()[0])

    with (
        koble("kunde", "kundebase") as kunde,
        koble("faktura", "fakturabase") as faktura,
    ):
        kunde.execute("CREATE TABLE kunde (id int, navn text)")
        faktura.execute("CREATE TABLE kunde (id int PRIMARY KEY, navn text)")
        faktura.execute("CREATE TABLE faktura (kunde int, belop int)")
        faktura.execute("INSERT INTO faktura VALUES (1, 300), (2, 450)")

        def ny_kunde(id_: int, navn: str, kolonne: str) -> None:
            lagre = f"INSERT INTO kunde (id, {kolonne}) VALUES (%s, %s)"
            kunde.execute(lagre.encode(), [id_, navn])
            hendelse = {"id": id_, "navn": navn}  # kontrakten; kolonnen nevnes ikke
            ta_imot = "INSERT INTO kunde SELECT %(id)s, %(navn)s ON CONFLICT DO NOTHING"
            faktura.execute(ta_imot, hendelse)

        ny_kunde(1, "Kari Li", kolonne="navn")
        assert forsok(faktura) == 0
        kunde.execute(ENDRING)
        ny_kunde(2, "Ola Ås", kolonne="fullt_navn")
        print("  kunde: kolonnen døpt om, og en kunde til er kommet")
        return forsok(faktura)
# --8<-- [end:egen]


with psycopg.connect(ADRESSE.geturl(), autocommit=True) as sjef:
    sjef.execute("CREATE ROLE kunde LOGIN; CREATE ROLE faktura LOGIN")
    print("delt base")
    feil_delt = delt(sjef)
    print("hver sin base")
    feil_egen = egen(sjef)
assert (feil_delt, feil_egen) == (1, 0)
print(f"feil {feil_delt} -> {feil_egen}")
