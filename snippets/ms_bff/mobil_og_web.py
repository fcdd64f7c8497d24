# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Samme vareside for mobil og nett: rett mot tjenestene, og gjennom hver sin BFF."""

import asyncio
from contextlib import ExitStack
from typing import Any

import httpx
from fastapi import FastAPI
from snippet_support import serve

BILDER = [f"https://bilder.example/kaffe/{nr}/full.jpg" for nr in range(1, 9)]
ANMELDELSER = [
    {"id": nr, "kunde": f"kunde-{nr}", "stjerner": 3 + nr % 3, "tekst": "God kaffe. " * 20}
    for nr in range(40)
]
HYLLER = [{"id": nr, "antall": nr} for nr in range(9)]
VARE = {
    "id": 7,
    "navn": "Kaffe, mørkbrent",
    "pris_ore": 9900,
    "beskrivelse": "Dyrket i skråning, vasket og tørket i sola. " * 30,
    "bilder": BILDER,
    "leverandor": {"id": 12, "navn": "Fjellkaffe", "avtale": "A-2026-18"},
}
vare, lager, omtale = FastAPI(), FastAPI(), FastAPI()
vare.get("/vare/7")(lambda: VARE)
lager.get("/beholdning/7")(lambda: {"vare": 7, "hyller": HYLLER})
omtale.get("/anmeldelser/7")(lambda: ANMELDELSER)

# --8<-- [start:bff]
tjenester: dict[str, str] = {}
mobil, nett = FastAPI(), FastAPI()


async def hent_alt() -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """Spør de tre tjenestene samtidig, over nettet på innsiden."""
    async with httpx.AsyncClient(timeout=5) as klient:
        stier = (
            f"{tjenester['vare']}/vare/7",
            f"{tjenester['lager']}/beholdning/7",
            f"{tjenester['omtale']}/anmeldelser/7",
        )
        vare, lager, omtaler = await asyncio.gather(*map(klient.get, stier))
    return vare.json(), lager.json(), omtaler.json()


@mobil.get("/side/7")
async def mobilside() -> dict[str, object]:
    """Det som får plass på en liten skjerm, og ikke mer."""
    vare, lager, omtaler = await hent_alt()
    return {
        "navn": vare["navn"],
        "pris_ore": vare["pris_ore"],
        "bilde": vare["bilder"][0].replace("full", "liten"),
        "paa_lager": any(hylle["antall"] for hylle in lager["hyller"]),
        "stjerner": round(sum(o["stjerner"] for o in omtaler) / len(omtaler), 1),
    }


@nett.get("/side/7")
async def nettside() -> dict[str, object]:
    """Mer av det samme: alle bildene, hele teksten og de ti første anmeldelsene."""
    vare, lager, omtaler = await hent_alt()
    return {
        **{felt: vare[felt] for felt in ("navn", "pris_ore", "beskrivelse", "bilder")},
        "antall": sum(hylle["antall"] for hylle in lager["hyller"]),
        "antall_omtaler": len(omtaler),
        "anmeldelser": [{k: o[k] for k in ("stjerner", "tekst")} for o in omtaler[:10]],
    }
# --8<-- [end:bff]


# --8<-- [start:klienter]
def hent(*adresser: str) -> tuple[int, int]:
    """Gi antall kall klienten gjorde, og hvor mange byte den lastet ned."""
    with httpx.Client() as klient:
        svar = [klient.get(adresse).raise_for_status() for adresse in adresser]
    return len(svar), sum(len(s.content) for s in svar)


with ExitStack() as stabel:
    for navn, app in (("vare", vare), ("lager", lager), ("omtale", omtale)):
        tjenester[navn] = stabel.enter_context(serve(app))
    stier = {"vare": "/vare/7", "lager": "/beholdning/7", "omtale": "/anmeldelser/7"}
    målt = {
        "begge, uten BFF": hent(*(tjenester[t] + sti for t, sti in stier.items())),
        "mobil, med BFF": hent(stabel.enter_context(serve(mobil)) + "/side/7"),
        "nett, med BFF": hent(stabel.enter_context(serve(nett)) + "/side/7"),
    }
# --8<-- [end:klienter]
print(f"{'klient':<17} kall  byte")
for klient, (kall, byte) in målt.items():
    print(f"{klient:<17} {kall:<5} {byte}")
uten, liten, stor = målt.values()
assert (uten[0], liten[0], stor[0]) == (3, 1, 1)
assert liten[1] * 10 < stor[1] < uten[1]
print(f"mobilen: 3 kall -> 1, og under {100 * liten[1] // uten[1] + 1} % av bytene")
