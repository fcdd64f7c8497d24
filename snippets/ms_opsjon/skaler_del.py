# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41", "uvicorn>=0.34"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# redact = [{ pattern = '\d+ ms', as = "… ms" }, { pattern = '\d+,\d x', as = "… x" }]
# ///
"""Mål hva det gir og hva det koster å skille ut den tunge delen, mot å kopiere hele monolitten."""

import asyncio
import os
import sys
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from statistics import median

import httpx
from snippet_support import free_port, running
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

TUNG_MS, ANTALL = 150, 12


# --8<-- [start:opsjon]
utskilt = cycle(os.environ.get("TUNG_URL", "").split())
klient = httpx.AsyncClient(timeout=30)


async def lett(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def tung(request: Request) -> PlainTextResponse:
    """Samme kode i begge oppsett; opsjonen er én innstilling: TUNG_URL."""
    if url := next(utskilt, None):
        svar = await klient.get(f"{url}/tung", params=request.query_params)
        return PlainTextResponse(svar.text, svar.status_code)
    # Stedfortreder for regning: holder hele prosessen, men trenger ingen ledig kjerne.
    time.sleep(int(request.query_params["ms"]) / 1000)
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/lett", lett), Route("/tung", tung)])
# --8<-- [end:opsjon]


def prosess(stabel: ExitStack, *tunge: str) -> str:
    """Start denne fila som en uvicorn-prosess for seg; gi adressen."""
    port = free_port()
    stabel.enter_context(
        running(
            [sys.executable, "-m", "uvicorn", f"{Path(__file__).stem}:app", "--no-access-log",
             "--app-dir", Path(__file__).parent, "--port", str(port)],
            port=port, env=os.environ | {"TUNG_URL": " ".join(tunge)}, timeout=15,
        )
    )
    return f"http://127.0.0.1:{port}"


# --8<-- [start:maal]
async def last(inn: list[str]) -> tuple[float, float]:
    """Send alle tunge kall på en gang; gi kall/s og lengste venting for et lett."""
    async with httpx.AsyncClient(timeout=30) as lastgenerator:

        async def hent(url: str) -> float:
            start = time.perf_counter()
            (await lastgenerator.get(url)).raise_for_status()
            return time.perf_counter() - start

        start = time.perf_counter()
        tunge = [
            asyncio.create_task(hent(f"{url}/tung?ms={TUNG_MS}"))
            for url, _ in zip(cycle(inn), range(ANTALL), strict=False)
        ]
        lette = []
        while not all(oppgave.done() for oppgave in tunge[:: len(inn)]):
            lette.append(await hent(f"{inn[0]}/lett"))
            await asyncio.sleep(0.005)
        await asyncio.gather(*tunge)
        return ANTALL / (time.perf_counter() - start), max(lette) * 1000


def uten_last(url: str) -> float:
    """Median svartid i ms for et kall der arbeidet selv tar null tid."""
    with httpx.Client() as en:
        tider = []
        for _ in range(40):
            start = time.perf_counter()
            en.get(f"{url}/tung?ms=0").raise_for_status()
            tider.append((time.perf_counter() - start) * 1000)
        return median(tider)
# --8<-- [end:maal]


if __name__ == "__main__":
    with ExitStack() as stabel:
        noder = [prosess(stabel) for _ in range(3)]
        delt = prosess(stabel, *noder)  # den lette prosessen foran tre tunge
        direkte, hopp = uten_last(noder[0]), uten_last(delt)
        en, kopier, skilt = (asyncio.run(last(inn)) for inn in (noder[:1], noder, [delt]))
    maalt = {"monolitt": en, "monolitt, 3 kopier": kopier, "1 lett + 3 tunge": skilt}
    for navn, (per_s, ventet) in maalt.items():
        fart = f"{per_s / en[0]:.1f} x".replace(".", ",")
        print(f"{navn:<19} gjennomstrømning {fart}   lett kall venter opptil {ventet:.0f} ms")
    assert skilt[0] > 1.5 * en[0] and kopier[0] > 1.5 * en[0]
    assert skilt[1] < min(en[1], kopier[1]) and min(en[1], kopier[1]) > TUNG_MS / 2
    assert hopp > direkte
    print(f"uten last: {direkte:.0f} ms direkte, {hopp:.0f} ms med ett hopp til")
    print("Bevis: minst 1,5x gjennomstrømning begge veier; bare utskilling gir lette kall fri bane")
    print("Pris: ett ekstra nettverkshopp per tungt kall og én prosess mer å drifte")
