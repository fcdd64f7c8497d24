# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "aio-pika>=9.5", "fastapi>=0.115", "httpx>=0.28", "opentelemetry-sdk>=1.30",
#   "psycopg[binary]>=3.2", "snippet-support",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["postgres", "rabbitmq"]
# timeout = 30
# ///
"""Kurset fra ende til annen: seks økter på de samme tjenestene, hver med en milepæl."""

import ast
import asyncio
import os
import signal
import subprocess
import sys

import aio_pika
from butikk import SKJEMA, fullfor, kall, rute, spor, sql, stabler, start, tregt

FOER = {"ordre": "from butikk import betaling, lager", "lager": "from butikk import ordre"}
ETTER = {"ordre": "from butikk.kontrakter import Betaling, Lager", "lager": "import datetime"}


async def rele(drep: bool) -> None:
    """Send det som ligger i utboksen. Dør den før den får notert det, sendes det igjen."""
    async with await aio_pika.connect(os.environ["AMQP_URL"]) as kobling:
        kanal = await kobling.channel()
        await kanal.declare_queue("salg", durable=True)
        for (nr,) in sql("SELECT ordre FROM utboks WHERE NOT sendt ORDER BY ordre"):
            await kanal.default_exchange.publish(aio_pika.Message(str(nr).encode()), "salg")
            if drep:
                os.kill(os.getpid(), signal.SIGKILL)
            sql("UPDATE utboks SET sendt = true WHERE ordre = %s", nr)


async def motta() -> list[int]:
    async with await aio_pika.connect(os.environ["AMQP_URL"]) as kobling:
        ko = await (await kobling.channel()).declare_queue("salg", durable=True)
        antall = ko.declaration_result.message_count or 0
        return [int((await ko.get(no_ack=True)).body) for _ in range(antall)]


def paa_tvers(kilder: dict[str, str]) -> int:
    linjer = [node for kilde in kilder.values() for node in ast.parse(kilde).body]
    rett_inn = (n for n in linjer if isinstance(n, ast.ImportFrom) and n.module == "butikk")
    return sum(len(node.names) for node in rett_inn)


# --8<-- [start:grenser-til-hendelser]
def grenser() -> str:
    foer, etter = paa_tvers(FOER), paa_tvers(ETTER)
    assert (foer, etter) == (3, 0)
    return f"import på tvers {foer} -> {etter}"


def utskilling() -> str:
    foer, rute["lager"] = kall("GET", "ruter", "lager/te").json(), "lager"
    etter = kall("GET", "ruter", "lager/te").json()
    svarte = [s.name for s in spor.get_finished_spans() if s.name != "ruter"]
    assert foer == etter == 4 and svarte == ["monolitt", "lager"]
    return f"samme svar ({etter}) fra {' og '.join(svarte)}"


def hendelser() -> str:
    for _ in range(3):
        kall("POST", "ordre", "ordre/te").raise_for_status()
    for forste, slutt in ("drep", -signal.SIGKILL), ("ferdig", 0):
        prosess = subprocess.run([sys.executable, __file__, forste])
        assert prosess.returncode == slutt
    numre = asyncio.run(motta())
    assert numre == [1, 1, 2, 3]
    return f"releet drept: {len(numre)} leveringer, {len(set(numre))} hendelser, 0 tapt"


# --8<-- [end:grenser-til-hendelser]
# --8<-- [start:saga-til-driftsstans]
def saga() -> str:
    sql("UPDATE vare SET antall = 0")
    foer = sql("SELECT saldo FROM konto")
    status = kall("POST", "ordre", "ordre/te").json()
    assert status == "kansellert" and sql("SELECT saldo FROM konto") == foer
    return f"utsolgt, ordren {status}, saldo uendret"


def observabilitet() -> str:
    sql("UPDATE vare SET antall = 9")
    tregt["lager"] = 0.2
    spor.clear()
    kall("POST", "ordre", "ordre/te").raise_for_status()
    under = [s for s in spor.get_finished_spans() if s.parent]
    treg = max(under, key=lambda s: (s.end_time or 0) - (s.start_time or 0)).name
    assert treg == "lager"
    return f"sporet navngir {treg}"


def driftsstans() -> str:
    stabler["lager"].close()
    imens = kall("POST", "ordre", "ordre/te").json()
    start("lager")
    [(nr,)] = sql("SELECT nr FROM ordre WHERE status = 'venter'")
    assert imens == "venter" and fullfor(nr, "te") == "bekreftet"
    return "lageret nede, ordren venter; oppe igjen, bekreftet"
# --8<-- [end:saga-til-driftsstans]

if sys.argv[1:]:
    asyncio.run(rele(sys.argv[1] == "drep"))
else:
    sql(SKJEMA)
    for navn in stabler:
        start(navn)
    okter = (grenser, utskilling, hendelser, saga, observabilitet, driftsstans)
    for nummer, okt in enumerate(okter, 1):
        print(f"økt {nummer} {okt.__name__:<15} ok: {okt()}")
    for stabel in stabler.values():
        stabel.close()
