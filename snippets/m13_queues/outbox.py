# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "rabbitmq"]
# timeout = 30
# ///
"""A row and a message: a crash pulls them apart, an outbox keeps them together."""

import asyncio
import os
import signal

import psycopg
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from crashes import Db, compare, drain, process

SCHEMA = """CREATE TABLE orders (id text PRIMARY KEY);
            CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY, body text)"""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def publish(channel: AbstractChannel, order: str) -> None:
    body, kept = order.encode(), DeliveryMode.PERSISTENT
    message = Message(body, message_id=order, delivery_mode=kept)
    await channel.default_exchange.publish(message, routing_key="placed")


# --8<-- [start:dual]
async def commit_first(
    db: Db, channel: AbstractChannel, order: str, crash: str
) -> None:
    with db.transaction():
        db.execute("INSERT INTO orders VALUES (%s)", [order])
    if crash:
        die()
    await publish(channel, order)


async def publish_first(
    db: Db, channel: AbstractChannel, order: str, crash: str
) -> None:
    with db.transaction():
        db.execute("INSERT INTO orders VALUES (%s)", [order])
        await publish(channel, order)
        if crash:
            die()
# --8<-- [end:dual]


# --8<-- [start:outbox]
async def with_outbox(db: Db, _: AbstractChannel, order: str, crash: str) -> None:
    """Both writes go to one database, so one transaction holds them together."""
    with db.transaction():
        db.execute("INSERT INTO orders VALUES (%s)", [order])
        db.execute("INSERT INTO outbox (body) VALUES (%s)", [order])
        if crash == "before commit":
            die()
    if crash == "after commit":
        die()


BATCH = "SELECT id, body FROM outbox ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED"


async def relay(db: Db, channel: AbstractChannel, _: str, crash: str) -> None:
    """Publish what waits; forget it when the broker has confirmed it."""
    with db.transaction():
        for id, order in db.execute(BATCH).fetchall():
            await publish(channel, order)
            if crash:
                die()
            db.execute("DELETE FROM outbox WHERE id = %s", [id])
# --8<-- [end:outbox]


if __name__ == "__main__":
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(SCHEMA)
    asyncio.run(drain())  # makes the queue
    # --8<-- [start:run]
    process(commit_first, "A")
    process(commit_first, "B", "crash")
    assert compare("commit first", asyncio.run(drain())) == (1, 0)

    process(publish_first, "A")
    process(publish_first, "B", "crash")
    assert compare("publish first", asyncio.run(drain())) == (0, 1)

    process(with_outbox, "A")
    process(with_outbox, "B", "before commit")
    process(with_outbox, "C", "after commit")
    assert process(relay, crash="published, not yet forgotten") == -signal.SIGKILL
    process(relay)
    assert compare("outbox", asyncio.run(drain())) == (0, 0)
    # --8<-- [end:run]
