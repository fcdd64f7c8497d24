# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "redis>=5.2"]
# ///
"""One contract, kept by each broker in its own words; `broker_bakeoff.py` asks."""

import os
from typing import Any, Protocol

import nats
from nats.js.api import AckPolicy, ConsumerConfig
from redis.asyncio import Redis


# --8<-- [start:contract]
class Broker(Protocol):
    """Send numbers, take them, acknowledge them; die; read everything again."""

    name: str
    returns: str

    async def open(self) -> None: ...
    async def send(self, number: int) -> None: ...
    async def take(self, count: int) -> list[int]: ...
    async def ack(self) -> None: ...
    async def die(self) -> None: ...
    async def replay(self) -> list[int]: ...
    async def close(self) -> None: ...
# --8<-- [end:contract]


class RedisStreams:
    name, returns = "Redis Streams", "when claimed"

    async def open(self) -> None:
        self.redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
        await self.redis.xgroup_create("work", "workers", id="0", mkstream=True)
        self.taken: list[Any] = []
        self.died = False

    async def send(self, number: int) -> None:
        await self.redis.xadd("work", {"n": number})

    async def take(self, count: int) -> list[int]:
        if self.died:  # nobody gives it back by himself: the next consumer claims it
            found = await self.redis.xautoclaim("work", "workers", "second", 0)
            self.taken = found[1]
            self.died = False
        else:
            new = {"work": ">"}
            [[_, self.taken]] = await self.redis.xreadgroup("workers", "first", new, count=count)
        return [int(fields["n"]) for _, fields in self.taken]

    async def ack(self) -> None:
        await self.redis.xack("work", "workers", *(entry for entry, _ in self.taken))

    async def die(self) -> None:
        self.died = True

    async def replay(self) -> list[int]:
        return [int(fields["n"]) for _, fields in await self.redis.xrange("work")]

    async def close(self) -> None:
        await self.redis.aclose()


# --8<-- [start:jetstream]
class JetStream:
    name, returns = "NATS JetStream", "when its lease ends"

    async def open(self) -> None:
        self.client = await nats.connect(os.environ["NATS_URL"])
        self.js, self.taken = self.client.jetstream(), list[Any]()
        await self.js.add_stream(name="WORK", subjects=["work"])
        lease = ConsumerConfig(ack_wait=1.5, max_ack_pending=3)
        self.inbox = await self.js.pull_subscribe("work", "workers", config=lease)

    async def send(self, number: int) -> None:
        await self.js.publish("work", str(number).encode())

    async def take(self, count: int) -> list[int]:
        self.taken.clear()
        while len(self.taken) < count:
            self.taken += await self.inbox.fetch(count - len(self.taken), timeout=10)
        return [int(message.data) for message in self.taken]

    async def ack(self) -> None:
        for message in self.taken:
            await message.ack_sync()

    async def die(self) -> None:
        """Nothing to do: the lease runs out."""

    async def replay(self) -> list[int]:
        kept = (await self.js.stream_info("WORK")).state.messages
        config = ConsumerConfig(ack_policy=AckPolicy.NONE)
        self.inbox = await self.js.pull_subscribe("work", "again", config=config)
        return await self.take(kept)

    async def close(self) -> None:
        await self.client.close()
# --8<-- [end:jetstream]
