# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "psycopg[binary,pool]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "rabbitmq"]
# timeout = 25
# ///
"""Ingen styrer: den samme sagaen med hendelser, som tåler duplikater og snudd rekkefølge."""

import asyncio
import os
from collections import Counter, defaultdict

from aio_pika import ExchangeType, Message, connect
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage
from psycopg_pool import AsyncConnectionPool as Pool

SKJEMA = """
CREATE SCHEMA ordre; CREATE TABLE ordre.ordre (id text PRIMARY KEY, status text);
CREATE SCHEMA betaling; CREATE TABLE betaling.trekk (id text PRIMARY KEY, kr int);
CREATE SCHEMA lager; CREATE TABLE lager.vare (navn, antall) AS VALUES ('kaffe', 5), ('te', 0);
CREATE SCHEMA frakt; CREATE TABLE frakt.henting (id text PRIMARY KEY);
"""
TILSTAND = """
SELECT status, (SELECT 1000 - coalesce(sum(kr), 0) FROM betaling.trekk), antall
  FROM ordre.ordre, lager.vare WHERE id = %s ORDER BY navn
"""
# --8<-- [start:regler]
TREKK = "INSERT INTO betaling.trekk VALUES (%(id)s, 300) ON CONFLICT DO NOTHING"
# Kommer avlysningen først, legger den igjen en null, og da blir det aldri noe trekk.
AVLYS = """INSERT INTO betaling.trekk VALUES (%(id)s, 0)
           ON CONFLICT (id) DO UPDATE SET kr = 0"""
TA_UT = "UPDATE lager.vare SET antall = antall - 1 WHERE navn = %(vare)s AND antall > 0"
HENT = "INSERT INTO frakt.henting VALUES (%(id)s)"
STATUS = "UPDATE ordre.ordre SET status = '{}' WHERE id = %(id)s"
# (tjeneste, hendelsen den lytter på): (lokal transaksjon, svar ved treff, svar ellers)
REGLER = {
    ("betaling", "ordre.opprettet"): (TREKK, "betaling.trukket", "betaling.avlyst"),
    ("lager", "betaling.trukket"): (TA_UT, "lager.reservert", "lager.utsolgt"),
    ("frakt", "lager.reservert"): (HENT, "frakt.bestilt", ""),
    ("ordre", "frakt.bestilt"): (STATUS.format("bekreftet"), "", ""),
    ("betaling", "lager.utsolgt"): (AVLYS, "betaling.avlyst", ""),
    ("ordre", "betaling.avlyst"): (STATUS.format("kansellert"), "", ""),
}
# --8<-- [end:regler]
meldt, mottatt = Counter[str](), Counter[str]()  # per ordre; like når alt er behandlet
virket: defaultdict[str, list[str]] = defaultdict(list)


async def meld(sentral: AbstractExchange, hendelse: str, ordre: str, vare: str) -> None:
    meldt[ordre] += 1  # hver hendelse har her nøyaktig én mottaker
    await sentral.publish(Message(vare.encode(), message_id=ordre), routing_key=hendelse)


# --8<-- [start:tjeneste]
async def start(navn: str, rabbit: AbstractConnection, base: Pool) -> AbstractExchange:
    """Lytt på tjenestens hendelser; hver av dem virker én gang, uansett antall."""
    kanal = await rabbit.channel()
    await kanal.set_qos(prefetch_count=1)
    sentral = await kanal.declare_exchange("saga", ExchangeType.TOPIC, auto_delete=True)
    kø = await kanal.declare_queue(exclusive=True)

    async def motta(melding: AbstractIncomingMessage) -> None:
        ordre, hendelse = str(melding.message_id), str(melding.routing_key)
        nøkkel, vare = f"{ordre}/{hendelse}", melding.body.decode()
        async with melding.process(requeue=True):  # kvitterer til slutt, etter COMMIT
            async with base.connection() as db, db.transaction():
                les = f"SELECT svar FROM {navn}.innboks WHERE nokkel = %s"
                sett = await (await db.execute(les, [nøkkel])).fetchone()
                if sett is None:
                    setning, ja, nei = REGLER[navn, hendelse]
                    traff = await db.execute(setning, {"id": ordre, "vare": vare})
                    sett = (ja if traff.rowcount else nei,)
                    skriv = f"INSERT INTO {navn}.innboks VALUES (%s, %s)"
                    await db.execute(skriv, [nøkkel, *sett])
                    virket[ordre].append(hendelse)
            if sett[0]:  # duplikatet får samme svar om igjen: det første kan være tapt
                await meld(sentral, sett[0], ordre, vare)
        mottatt[ordre] += 1

    for hendelse in (hendelse for tjeneste, hendelse in REGLER if tjeneste == navn):
        await kø.bind(sentral, hendelse)
    await kø.consume(motta)
    return sentral
# --8<-- [end:tjeneste]


async def main() -> None:
    async with (
        Pool(os.environ["DATABASE_URL"], kwargs={"autocommit": True}) as base,
        await connect(os.environ["AMQP_URL"]) as rabbit,
        base.connection() as db,
    ):
        await db.execute(SKJEMA)
        for navn in ("ordre", "betaling", "lager", "frakt"):
            await db.execute(f"CREATE TABLE {navn}.innboks (nokkel text PRIMARY KEY, svar text)")
            sentral = await start(navn, rabbit, base)

        async def forløp(ordre: str, vare: str, status: str, *hendelser: str) -> None:
            await db.execute("INSERT INTO ordre.ordre VALUES (%s, 'under behandling')", [ordre])
            for hendelse in hendelser:
                await meld(sentral, hendelse, ordre, vare)
                while mottatt[ordre] < meldt[ordre]:
                    await asyncio.sleep(0.01)
            kaffe, te = await (await db.execute(TILSTAND, [ordre])).fetchall()
            tilstand = "ordre {}, saldo {}, kaffe {}, te {}".format(*kaffe, te[-1])
            print(f"{ordre}: {mottatt[ordre]} mottatt, {len(virket[ordre])} virket")
            print(f"  {' -> '.join(virket[ordre])}\n  {tilstand}")
            assert tilstand == f"ordre {status}, saldo 700, kaffe 4, te 0"

        await forløp("kjøp av kaffe", "kaffe", "bekreftet", "ordre.opprettet")
        await forløp("kjøp av te", "te", "kansellert", "ordre.opprettet")
        await forløp("te tre ganger", "te", "kansellert", *["ordre.opprettet"] * 3)
        assert (mottatt["te tre ganger"], len(virket["te tre ganger"])) == (12, 4)
        await forløp("snudd", "kaffe", "kansellert", "lager.utsolgt", "ordre.opprettet")
        print("samme slutt-tilstand som med en styrer, uansett antall og rekkefølge")


asyncio.run(asyncio.wait_for(main(), 20))
