# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "psycopg[binary]>=3.2"]
# ///
"""Run the programs of `outbox.py` in processes that may be killed, and count what they left."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Coroutine

import psycopg
from aio_pika import connect
from aio_pika.abc import AbstractChannel

Db = psycopg.Connection
Program = Callable[[Db, AbstractChannel, str, str], Coroutine[None, None, None]]


# --8<-- [start:process]
def process(program: Program, order: str = "", crash: str = "") -> int | None:
    """Run it in a process of its own; return how that ended."""

    async def run() -> None:
        async with await connect(os.environ["AMQP_URL"]) as rabbit:
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
                await program(db, await rabbit.channel(), order, crash)

    child = multiprocessing.get_context("fork").Process(target=lambda: asyncio.run(run()))
    child.start()
    child.join()
    return child.exitcode


async def drain() -> list[str]:
    async with await connect(os.environ["AMQP_URL"]) as rabbit:
        queue = await (await rabbit.channel()).declare_queue("placed", durable=True)
        messages = []
        while (message := await queue.get(fail=False)) is not None:
            messages.append(message.body.decode())
            await message.ack()
        return messages


def compare(name: str, sent: list[str]) -> tuple[int, int]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as db:
        rows = {row[0] for row in db.execute("DELETE FROM orders RETURNING id")}
    lost, phantom = rows - set(sent), set(sent) - rows
    print(f"{name:<13} rows {len(rows)}  messages {len(sent)}  lost {len(lost)}", end="  ")
    print(f"phantom {len(phantom)}  duplicates {len(sent) - len(set(sent))}")
    return len(lost), len(phantom)
# --8<-- [end:process]
