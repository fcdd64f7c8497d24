# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 30
# ///
"""Les det du selv skrev fra en replika som ligger etter: et merke sier når den er framme."""

import os
import subprocess
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from snippet_support import free_port, running, wait_until

Base = psycopg.Connection[tuple[str, ...]]
PRIMAER = os.environ["DATABASE_URL"]


# --8<-- [start:merke]
def skriv(primaer: Base, adresse: str) -> str:
    """Lagre adressen, og gi merket: hvor langt WAL-en var kommet etterpå."""
    primaer.execute("UPDATE kunde SET adresse = %s", [adresse])
    (merke,) = primaer.execute("SELECT pg_current_wal_flush_lsn()").fetchone() or ("",)
    return merke


def rekker(replika: Base, merke: str, frist: float) -> bool:
    """Vent til replikaen er forbi merket; gi usant hvis fristen går ut først."""
    framme = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= %s::pg_lsn"
    try:
        wait_until(lambda: replika.execute(framme, [merke]).fetchone(), timeout=frist)
    except TimeoutError:
        return False
    return True


def les(primaer: Base, replika: Base, merke: str, frist: float) -> tuple[str, str]:
    """Les fra replikaen, eller fra primæren når replikaen ikke rekker fram."""
    kilde, navn = replika, "replikaen"
    if merke and not rekker(replika, merke, frist):
        kilde, navn = primaer, "primæren"
    (adresse,) = kilde.execute("SELECT adresse FROM kunde").fetchone() or ("",)
    return adresse, navn
# --8<-- [end:merke]


# --8<-- [start:forsok]
def stans(replika: Base) -> None:
    """Lag etterslep: WAL-en kommer fortsatt fram, men blir liggende."""
    replika.execute("SELECT pg_wal_replay_pause()")
    stanset = "SELECT 1 WHERE pg_get_wal_replay_pause_state() = 'paused'"
    wait_until(lambda: replika.execute(stanset).fetchone())


def prøv(
    primaer: Base, replika: Base, *, med_merke: bool, står: bool
) -> tuple[int, set[str]]:
    """Skriv og les fem ganger; gi antall gamle lesninger, og hvem som svarte."""
    gamle, svarte = 0, set()
    for nummer in range(1, 6):
        if står:
            stans(replika)
        ny = f"Storgata {nummer}{'AB'[med_merke]}{'AB'[står]}"
        merke = skriv(primaer, ny)
        frist = 0.1 if står else 10
        lest, hvem = les(primaer, replika, merke if med_merke else "", frist)
        gamle += lest != ny
        svarte.add(hvem)
        replika.execute("SELECT pg_wal_replay_resume()")
        assert rekker(replika, merke, frist=10)  # neste runde begynner à jour
    return gamle, svarte
# --8<-- [end:forsok]


antall, port = list[int](), free_port()
replika_url = PRIMAER.replace(f":{urlsplit(PRIMAER).port}", f":{port}")


def svarer() -> bool:
    try:
        psycopg.connect(replika_url).close()
    except psycopg.OperationalError:
        return False
    return True


with psycopg.connect(PRIMAER, autocommit=True) as primaer, TemporaryDirectory() as rot:
    mappe = f"{rot}/replika"
    kopier = ["pg_basebackup", "-d", PRIMAER, "-D", mappe, "-c", "fast", "--no-sync", "-R"]
    valg = ["--max_connections=200", "--fsync=off"]  # som primæren
    server = ["postgres", "-D", mappe, f"-p{port}", "-k", "", *valg]
    primaer.execute("SET synchronous_commit = local")  # WAL-en er skrevet når COMMIT svarer
    primaer.execute("CREATE TABLE kunde AS SELECT 'ukjent' AS adresse")
    subprocess.run(kopier, check=True)
    with (
        running(server, ready=svarer, timeout=15),
        psycopg.connect(replika_url, autocommit=True) as replika,
    ):
        for navn, med_merke, står, ventet in (
            ("uten merke, replikaen står stille", False, True, "replikaen"),
            ("med merke, replikaen står stille", True, True, "primæren"),
            ("med merke, replikaen følger med", True, False, "replikaen"),
        ):
            gamle, svarte = prøv(primaer, replika, med_merke=med_merke, står=står)
            print(f"{navn}: {gamle} av 5 er gamle, {' og '.join(svarte)} svarte")
            assert svarte == {ventet}
            antall.append(gamle)
assert antall == [5, 0, 0]
print(f"gamle lesninger {antall[0]} -> {antall[-1]}")
