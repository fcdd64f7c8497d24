# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = 'målt +\d+ %', as = "målt … %" }]
# ///
"""Mål hvor ofte en vifte av kall blir treg når hvert ledd er tregt i ett av hundre kall."""

import asyncio
import time
from random import Random

TREG, GANGER = 0.1, 40  # sekunder et tregt ledd bruker, vifter per bredde


# --8<-- [start:vifte]
Forbindelse = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def andel_trege(n: int) -> float:
    """Send vifter på n samtidige kall, og gi andelen som måtte vente på halen."""
    terning = Random(n)

    async def ledd(inn: asyncio.StreamReader, ut: asyncio.StreamWriter) -> None:
        while await inn.readline():
            await asyncio.sleep(TREG if terning.random() < 0.01 else 0)
            ut.write(b"svar\n")
        ut.close()

    async def kall(forbindelse: Forbindelse) -> bytes:
        inn, ut = forbindelse
        ut.write(b"kall\n")
        return await inn.readline()

    async with await asyncio.start_server(ledd, "127.0.0.1", 0) as tjener:
        adresse = tjener.sockets[0].getsockname()
        vifte = [await asyncio.open_connection(*adresse) for _ in range(n)]
        trege = 0
        for _ in range(GANGER):
            start = time.perf_counter()
            await asyncio.gather(*map(kall, vifte))
            trege += time.perf_counter() - start >= TREG
        for inn, ut in vifte:
            ut.write_eof()
            await inn.read()  # ferdig når leddet har lukket sin ende
            ut.close()
            await ut.wait_closed()
    return trege / GANGER
# --8<-- [end:vifte]


for n in (1, 20, 100):
    formel, maalt = 1 - 0.99**n, asyncio.run(andel_trege(n))
    print(f"{n:>3} kall i vifta: formel {formel:>4.0%}, målt {maalt:>4.0%}".replace("%", " %"))
    assert abs(maalt - formel) < 0.15
print("Bevis: 1 - 0,99^n holder; med hundre ledd er nesten to av tre svar trege")
