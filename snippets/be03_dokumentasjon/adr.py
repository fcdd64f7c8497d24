# /// script
# requires-python = ">=3.11"
# dependencies = ["pyyaml>=6"]
# ///
"""Skriv beslutninger (ADR) fra en mal, og kontroller at de henger sammen."""

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

# --8<-- [start:mal]
MAL = """\
---
status: {status}
dato: {dato}
erstatter: {erstatter}
erstattet_av: {erstattet_av}
---
# {nr}. {tittel}

## Kontekst
{kontekst}

## Beslutning
{beslutning}

## Konsekvens
{konsekvens}
"""
STATUSER = {"foreslått", "vedtatt", "forkastet", "erstattet"}


def skriv(mappe: Path, nr: int, tittel: str, tekst: str, **felter: object) -> Path:
    """Lag én beslutning; ``tekst`` er kontekst, beslutning og konsekvens."""
    navn = ("kontekst", "beslutning", "konsekvens")
    deler = dict(zip(navn, tekst.split("|"), strict=True))
    faste = {"nr": nr, "tittel": tittel, "dato": date(2026, 11, 21)}
    tomme = {"status": "vedtatt", "erstatter": "null", "erstattet_av": "null"}
    fil = mappe / f"{nr:04}-{re.sub(r'[^a-zæøå0-9]+', '-', tittel.lower())}.md"
    fil.write_text(MAL.format(**(deler | faste | tomme | felter)))
    return fil
# --8<-- [end:mal]


# --8<-- [start:kontroll]
def les(fil: Path) -> tuple[dict[str, Any], str]:
    _, hode, tekst = fil.read_text().split("---\n", 2)
    return yaml.safe_load(hode), tekst


def kontroller(mappe: Path) -> list[str]:
    """Finn det som får en leser til å følge en beslutning som ikke gjelder."""
    feil, alle = [], {}
    for fil in sorted(mappe.glob("*.md")):
        alle[int(fil.name[:4])] = (fil, *les(fil))
    for ventet, nr in enumerate(alle, start=1):
        fil, hode, tekst = alle[nr]
        if nr != ventet:
            feil.append(f"{nr:04}: nummer {ventet:04} mangler")
        if hode["status"] not in STATUSER:
            feil.append(f"{nr:04}: ukjent status «{hode['status']}»")
        for del_ in ("Kontekst", "Beslutning", "Konsekvens"):
            if not re.search(rf"^## {del_}\n[^\n#]", tekst, re.MULTILINE):
                feil.append(f"{nr:04}: {del_} er tom")
        retninger = ("erstatter", "erstattet_av")
        for felt, motsatt in (retninger, retninger[::-1]):
            annen = hode[felt]
            if annen and (annen not in alle or alle[annen][1][motsatt] != nr):
                feil.append(f"{nr:04}: {felt} {annen:04}, men {annen:04} sier det ikke")
        if (hode["status"] == "erstattet") != bool(hode["erstattet_av"]):
            feil.append(f"{nr:04}: status og erstattet_av er ikke enige")
        for mål in re.findall(r"\]\(([^)]+\.md)\)", tekst):
            if not (fil.parent / mål).exists():
                feil.append(f"{nr:04}: død lenke til {mål}")
    return feil
# --8<-- [end:kontroll]


with TemporaryDirectory() as navn:
    mappe = Path(navn)
    # --8<-- [start:bruk]
    to = "Få jobber.|SKIP LOCKED.|Enkelt, tåler lite."
    tre = "Mange jobber, se [før](0002-kø.md).|Ny kø.|"
    skriv(mappe, 1, "Bruk PostgreSQL", "Kjøp må være hele.|PostgreSQL.|Én drift.")
    skriv(mappe, 2, "Kø i databasen", to)
    skriv(mappe, 3, "Bruk RabbitMQ som kø", tre, erstatter=2, status="godkjent")
    print("etter tre beslutninger:", *(funn := kontroller(mappe)), sep="\n  ")
    # --8<-- [end:bruk]
    assert len(funn) == 4

    videre = {"status": "erstattet", "erstattet_av": 3}
    gammel = skriv(mappe, 2, "Kø i databasen", to, **videre)
    tre = f"Mange jobber, se [før]({gammel.name}).|Ny kø.|En tjeneste til å drifte."
    skriv(mappe, 3, "Bruk RabbitMQ som kø", tre, erstatter=2)
    assert kontroller(mappe) == []
    print("rettet: ingen funn. Den gamle står, med vei til den nye:")
    for fil in sorted(mappe.glob("*.md")):
        hode, _ = les(fil)
        nå = f", nå {hode['erstattet_av']:04}" if hode["erstattet_av"] else ""
        print(f"  {fil.stem}: {hode['status']}{nå}")

    (mappe / "0001-bruk-postgresql.md").unlink()
    assert len(kontroller(mappe)) == 2
    print("en beslutning slettes ikke:", kontroller(mappe)[0])
