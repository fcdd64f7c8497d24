# /// script
# requires-python = ">=3.11"
# [tool.snippets-runner]
# timeout = 10
# ///
"""Regn ut de fire DORA-målene fra git-historikk og deploylogg, og hold dem mot en fasit."""

import json
import os
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

os.chdir((mappe := tempfile.TemporaryDirectory()).name)  # slettes når programmet slutter
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAGER = 14
LOGG = Path("deploylogg.jsonl")

# (timen da endringen kom i produksjon, gikk det bra?, [(skrevet, lagt på main), …])
HISTORIKK: list[tuple[int, bool, list[tuple[int, int]]]] = [
    (10, True, [(2, 8)]),
    (30, True, [(4, 28), (20, 28)]),
    (54, False, [(30, 52)]),
    (55, True, [(54, 54)]),
    (100, True, [(60, 98), (90, 98)]),
    (150, False, [(124, 148)]),
    (153, True, [(151, 151)]),
    (320, True, [(200, 318)]),
]
# Regnet ut for hånd fra tabellen over: ledetidene er 1 2 8 10 10 24 26 26 40 120 timer.
FASIT = {
    "utrullinger per uke": 4.0,
    "ledetid, median timer": 17.0,
    "mislykkede utrullinger, %": 25.0,
    "gjenoppretting, median timer": 2.0,
}


def git(*args: str, skrevet: int = 0, lagt_inn: int = 0) -> str:
    datoer = {
        f"GIT_{hvem}_DATE": (START + timedelta(hours=time)).isoformat()
        for hvem, time in (("AUTHOR", skrevet), ("COMMITTER", lagt_inn))
    }
    hvem_som_helst = ("-c", "user.name=Team", "-c", "user.email=team@example.no")
    return subprocess.run(
        ["git", *hvem_som_helst, *args],
        check=True, capture_output=True, text=True, env=os.environ | datoer,
    ).stdout


def lag_depot() -> None:
    """Spill historikken inn i et ekte depot, og før loggen slik et deployskript gjør."""
    git("init", "-q", "-b", "main")
    with LOGG.open("w") as logg:
        for time, vellykket, endringer in HISTORIKK:
            for skrevet, lagt_inn in endringer:
                melding = f"Endring skrevet i time {skrevet}"
                git("commit", "-q", "--allow-empty", "-m", melding,
                    skrevet=skrevet, lagt_inn=lagt_inn)
            linje = {
                "tid": (START + timedelta(hours=time)).timestamp(),
                "sha": git("rev-parse", "HEAD").strip(),
                "vellykket": vellykket,
            }
            logg.write(json.dumps(linje) + "\n")


# --8<-- [start:maal]
Deploy = dict[str, Any]  # én linje i deployloggen: tid, sha, vellykket


def ledetider(deployer: list[Deploy], felt: str) -> list[float]:
    """Timer fra endringen ble til (git-feltet ``felt``) til den var i produksjon."""
    timer, forrige = [], None
    for deploy in deployer:
        nye = f"{forrige}..{deploy['sha']}" if forrige else deploy["sha"]
        for sekunder in git("log", f"--format={felt}", nye).split():
            timer.append((deploy["tid"] - int(sekunder)) / 3600)
        forrige = deploy["sha"]
    return timer


def gjenoppretting(deployer: list[Deploy]) -> list[float]:
    """Timer fra en mislykket utrulling til den neste som gikk bra."""
    timer, brudd = [], None
    for deploy in deployer:
        if not deploy["vellykket"] and brudd is None:
            brudd = deploy["tid"]
        elif deploy["vellykket"] and brudd is not None:
            timer.append((deploy["tid"] - brudd) / 3600)
            brudd = None
    return timer


def dora(deployer: list[Deploy]) -> dict[str, float]:
    mislykket = sum(not deploy["vellykket"] for deploy in deployer)
    return {
        "utrullinger per uke": len(deployer) / (DAGER / 7),
        "ledetid, median timer": median(ledetider(deployer, "%at")),
        "mislykkede utrullinger, %": 100 * mislykket / len(deployer),
        "gjenoppretting, median timer": median(gjenoppretting(deployer)),
    }
# --8<-- [end:maal]


lag_depot()
deployer = [json.loads(linje) for linje in LOGG.read_text().splitlines()]
maalt = dora(deployer)
for navn, verdi in maalt.items():
    print(f"{navn:<30}{verdi:>5.1f}   fasit {FASIT[navn]:.1f}".replace(".", ","))
assert maalt == FASIT
print(f"Bevis: {len(maalt)} av 4 mål stemmer med fasiten")

etter_rebase = median(ledetider(deployer, "%ct"))
assert etter_rebase == 2
print(f"Felle: regnet fra dagen koden havnet på main, er ledetiden {etter_rebase:.0f} timer;")
print("       rebase stiller klokka, og ventetiden i grenen forsvinner fra målet")
