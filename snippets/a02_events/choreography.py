# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "psycopg[binary,pool]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "rabbitmq"]
# timeout = 25
# ///
"""Order, payment, stock: three services that only know events, and a fourth that joins later."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable

from aio_pika import ExchangeType, Message, connect
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractQueue
from psycopg_pool import AsyncConnectionPool as Pool

Handler = Callable[[AbstractIncomingMessage], Awaitable[None]]
SCHEMA = """CREATE TABLE inbox (service text, event text, PRIMARY KEY (service, event));
            CREATE TABLE effect (service text, order_id text);"""
INBOX = "INSERT INTO inbox VALUES (%s, %s) ON CONFLICT DO NOTHING"
EFFECT = "INSERT INTO effect VALUES (%s, %s)"
COUNT = "SELECT service, count(*)::int FROM effect GROUP BY service"
ignored, mails = Counter[str](), Counter[str]()


# --8<-- [start:service]
async def publish(bus: AbstractExchange, event: str, order: str) -> None:
    """Say what has happened; the id is the same however often it is said."""
    message = Message(order.encode(), message_id=f"{event}/{order}", delivery_mode=2)
    await bus.publish(message, routing_key=event)


def service(name: str, says: str, bus: AbstractExchange, pool: Pool) -> Handler:
    """React to an event once, however often it arrives, and say what came of it."""

    async def handle(message: AbstractIncomingMessage) -> None:
        order = message.body.decode()
        async with message.process(requeue=True):  # the acknowledgement comes last
            async with pool.connection() as db, db.transaction():
                new = await db.execute(INBOX, [name, message.message_id])
                if new.rowcount:
                    await db.execute(EFFECT, [name, order])
                else:
                    ignored[name] += 1
            if says:  # also for a duplicate: the first time may have died right here
                await publish(bus, says, order)

    return handle
# --8<-- [end:service]


async def careless(message: AbstractIncomingMessage) -> None:
    async with message.process():
        mails[message.body.decode()] += 1


async def main() -> None:
    pool = Pool(os.environ["DATABASE_URL"], open=False)
    async with pool, await connect(os.environ["AMQP_URL"]) as rabbit:
        async with pool.connection() as db:
            await db.execute(SCHEMA)
        channel = await rabbit.channel()
        bus = await channel.declare_exchange("shop", ExchangeType.TOPIC, auto_delete=True)

        async def queue(name: str, event: str) -> AbstractQueue:
            made = await channel.declare_queue(name)
            await made.bind(bus, routing_key=event)
            return made

        done = dict[str, int]()

        async def settle(**wanted: int) -> None:
            async with asyncio.timeout(10), pool.connection() as db:
                while done != wanted:
                    await asyncio.sleep(0.01)
                    done.update(await (await db.execute(COUNT)).fetchall())

        # --8<-- [start:run]
        mail = await queue("mail", "order.placed")
        payment = await queue("payment", "order.placed")
        stock = await queue("stock", "payment.taken")
        await mail.consume(careless)
        await payment.consume(service("payment", "payment.taken", bus, pool))
        reserve = service("stock", "stock.reserved", bus, pool)
        tag = await stock.consume(reserve)
        for n in [*range(10), 3, 7]:  # two of the ten are sent twice
            await publish(bus, "order.placed", f"order-{n}")
        await settle(payment=10, stock=10)
        while ignored.total() < 4 or mails.total() < 12:
            await asyncio.sleep(0.01)
        print(f"10 orders, 12 deliveries: {done['payment']} payments,", end=" ")
        print(f"{done['stock']} reservations; 2 duplicates ignored by each")
        print(f"a consumer that keeps no inbox: {mails.total()} mails")

        await stock.cancel(tag)
        for n in range(10, 13):
            await publish(bus, "order.placed", f"order-{n}")
        await settle(payment=13, stock=10)
        print(f"stock is down: {done['payment']} payments, {done['stock']} reservations")
        await stock.consume(reserve)
        await settle(payment=13, stock=13)
        print(f"stock is back: {done['stock']} reservations")

        bonus = await queue("bonus", "payment.taken")  # the others don't learn of it
        await bonus.consume(service("bonus", "", bus, pool))
        for n in range(13, 18):
            await publish(bus, "order.placed", f"order-{n}")
        await settle(payment=18, stock=18, bonus=5)
        print("a fourth service joins: it sees the 5 orders since, not the 13 before")
        assert ignored == {"payment": 2, "stock": 2} and mails["order-3"] == 2
        # --8<-- [end:run]
        for left in (mail, payment, stock, bonus):
            await left.delete(if_unused=False)


if __name__ == "__main__":
    asyncio.run(main())
