# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "redis>=5.2"]
# ///
"""Four ways to subscribe, behind one face: within the block, `take` gives the next number."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from nats.aio.client import Client
from redis.asyncio import Redis

Publish = Callable[[int], Awaitable[object]]
Take = Callable[[], Awaitable[int]]
Subscription = Callable[[], AbstractAsyncContextManager[Take]]


# --8<-- [start:fire]
@asynccontextmanager
async def redis_pubsub(redis: Redis) -> AsyncIterator[Take]:
    channel = redis.pubsub(ignore_subscribe_messages=True)
    await channel.subscribe("prices")
    await channel.get_message(timeout=5)  # the server has confirmed the subscription

    async def take() -> int:
        while not (message := await channel.get_message(timeout=5)):
            pass
        return int(message["data"])

    yield take
    await channel.aclose()


@asynccontextmanager
async def core_nats(bus: Client) -> AsyncIterator[Take]:
    inbox = await bus.subscribe("prices")
    await bus.flush()

    async def take() -> int:
        return int((await inbox.next_msg(timeout=10)).data)

    yield take
    await inbox.unsubscribe()
# --8<-- [end:fire]


# --8<-- [start:durable]
@asynccontextmanager
async def jetstream(bus: Client) -> AsyncIterator[Take]:
    """A durable consumer: the server remembers how far this name has come."""
    inbox = await bus.jetstream().pull_subscribe("kept", durable="dashboard")

    async def take() -> int:
        [message] = await inbox.fetch(1, timeout=10)
        await message.ack_sync()
        return int(message.data)

    yield take


position = "0"


@asynccontextmanager
async def redis_stream(redis: Redis) -> AsyncIterator[Take]:
    """Without a group the reader keeps its place itself, as a browser keeps an id."""

    async def take() -> int:
        global position
        found = await redis.xread({"kept": position}, count=1, block=9000)
        [[_, [(position, fields)]]] = found
        return int(fields["n"])

    yield take
# --8<-- [end:durable]
