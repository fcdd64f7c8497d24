# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "pamqp>=3.3"]
# ///
"""The queues of `job_lifecycle.py`, and how to send to them and take from them."""

import asyncio

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from pamqp.common import FieldTable

DELAYS = (50, 100)  # milliseconds; a third failure is final


# --8<-- [start:topology]
async def declare(channel: AbstractChannel) -> tuple[AbstractQueue, AbstractQueue]:
    """Jobs, one waiting room for each delay, and the place for what can't be done."""
    quorum: FieldTable = {"x-queue-type": "quorum"}
    back: FieldTable = {"x-dead-letter-exchange": ""}
    back["x-dead-letter-routing-key"] = "jobs"
    for delay in DELAYS:
        room: FieldTable = quorum | back | {"x-message-ttl": delay}
        await channel.declare_queue(f"jobs.wait.{delay}", durable=True, arguments=room)
    dead = await channel.declare_queue("jobs.dead", durable=True, arguments=quorum)
    final: FieldTable = {"x-dead-letter-exchange": ""}
    final["x-dead-letter-routing-key"] = "jobs.dead"
    final["x-delivery-limit"] = 5  # for what kills its worker before it can say so
    jobs = await channel.declare_queue("jobs", durable=True, arguments=quorum | final)
    return jobs, dead


async def send(channel: AbstractChannel, queue: str, body: bytes, attempt: int) -> None:
    """Return when the broker has confirmed that it keeps the message."""
    kept = DeliveryMode.PERSISTENT
    message = Message(body, delivery_mode=kept, headers={"attempt": attempt})
    await channel.default_exchange.publish(message, routing_key=queue, mandatory=True)
# --8<-- [end:topology]


async def take(queue: AbstractQueue) -> AbstractIncomingMessage:
    """Wait for the next message."""
    async with asyncio.timeout(10):
        while (message := await queue.get(fail=False)) is None:
            await asyncio.sleep(0.01)
    return message


async def parked(channel: AbstractChannel) -> int:
    """Wait until something is among the dead letters; return how much."""
    async with asyncio.timeout(10):
        while True:
            dead = await channel.declare_queue("jobs.dead", passive=True)
            if count := dead.declaration_result.message_count:
                return count
            await asyncio.sleep(0.01)
