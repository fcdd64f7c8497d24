# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "pamqp>=3.3"]
# ///
"""RabbitMQ's two answers to the contract in `brokers.py`: a quorum queue and a stream."""

import asyncio
import os

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from pamqp.common import FieldTable


class RabbitQueue:
    name, kind, returns = "RabbitMQ quorum queue", "quorum", "when the connection closes"

    async def open(self) -> None:
        self.rabbit = await aio_pika.connect(os.environ["AMQP_URL"])
        self.channel = await self.rabbit.channel()
        await self.channel.set_qos(prefetch_count=10)
        self.queue = await self.channel.declare_queue(
            f"work.{self.kind}", durable=True, arguments={"x-queue-type": self.kind}
        )

    async def send(self, number: int) -> None:
        message = aio_pika.Message(str(number).encode())
        await self.channel.default_exchange.publish(message, self.queue.name)

    async def take(self, count: int) -> list[int]:
        async with asyncio.timeout(10):
            self.taken = [await self.queue.get(timeout=10) for _ in range(count)]
        return [int(message.body) for message in self.taken]

    async def ack(self) -> None:
        for message in self.taken:
            await message.ack()

    async def die(self) -> None:
        await self.rabbit.close()
        await self.open()

    async def replay(self) -> list[int]:
        found = []
        while (message := await self.queue.get(fail=False)) is not None:
            found.append(int(message.body))
        return found

    async def close(self) -> None:
        await self.queue.delete(if_unused=False, if_empty=False)
        await self.rabbit.close()


# --8<-- [start:stream]
class RabbitStream(RabbitQueue):
    name, kind, returns = "RabbitMQ stream", "stream", "reader goes back to its offset"
    offset = 0  # kept by the reader; the stream doesn't know what was done

    async def take(self, count: int) -> list[int]:
        inbox = asyncio.Queue[AbstractIncomingMessage]()
        where: FieldTable = {"x-stream-offset": self.offset}
        tag = await self.queue.consume(inbox.put, arguments=where)
        async with asyncio.timeout(10):
            self.taken = [await inbox.get() for _ in range(count)]
        await self.queue.cancel(tag)
        return [int(message.body) for message in self.taken]

    async def ack(self) -> None:
        self.offset += len(self.taken)

    async def replay(self) -> list[int]:
        count, self.offset = self.offset, 0
        return await self.take(count)
# --8<-- [end:stream]
