# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["redis", "nats"]
# isolation = { redis = "process" }
# timeout = 40
# ///
"""Ten messages, and a subscriber that is away for three of them: who keeps what for it."""

import asyncio
import os

import nats
from redis.asyncio import Redis
from subscriptions import Publish, Subscription, core_nats, jetstream, redis_pubsub, redis_stream


# --8<-- [start:absence]
async def lost(publish: Publish, subscription: Subscription) -> list[int]:
    """Listen to 1 to 4, be away for 5 to 7, listen again until 10."""
    got: list[int] = []
    async with subscription() as take:
        for number in range(1, 5):
            await publish(number)
            got.append(await take())
    for number in range(5, 8):
        await publish(number)
    async with subscription() as take:
        for number in range(8, 11):
            await publish(number)
        while got[-1] != 10:
            got.append(await take())
    return sorted(set(range(1, 11)) - set(got))
# --8<-- [end:absence]


async def main() -> None:
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    bus = await nats.connect(os.environ["NATS_URL"])
    js = bus.jetstream()
    await js.add_stream(name="KEPT", subjects=["kept"])
    print("[run]")
    # --8<-- [start:run]
    publish: dict[str, Publish] = {
        "Redis pub/sub": lambda n: redis.publish("prices", n),
        "core NATS": lambda n: bus.publish("prices", b"%d" % n),
        "JetStream": lambda n: js.publish("kept", b"%d" % n),
        "Redis stream": lambda n: redis.xadd("kept", {"n": n}),
    }
    subscribe: dict[str, Subscription] = {
        "Redis pub/sub": lambda: redis_pubsub(redis),
        "core NATS": lambda: core_nats(bus),
        "JetStream": lambda: jetstream(bus),
        "Redis stream": lambda: redis_stream(redis),
    }
    result = {name: await lost(publish[name], subscribe[name]) for name in publish}
    for name, numbers in result.items():
        print(f"{name:14} lost {len(numbers)} {numbers or ''}".rstrip())
    print("Redis tells how many received:", await redis.publish("prices", 11))
    # --8<-- [end:run]
    assert [len(each) for each in result.values()] == [3, 3, 0, 0]

    print("[fan-out]")
    # --8<-- [start:fan-out]
    everyone = [await bus.subscribe("orders") for _ in range(3)]
    workers = [await bus.subscribe("orders", queue="mailers") for _ in range(3)]
    await bus.flush()
    for number in range(30):
        await bus.publish("orders", b"%d" % number)
    async with asyncio.timeout(20):  # until they have come back
        while sum(each.pending_msgs for each in everyone + workers) < 4 * 30:
            await asyncio.sleep(0.01)
    copies = [each.pending_msgs for each in everyone]
    shares = [each.pending_msgs for each in workers]
    print("three subscribers:", copies)
    print("a queue group of three, together:", sum(shares))
    # --8<-- [end:fan-out]
    assert copies == [30, 30, 30] and sum(shares) == 30
    await bus.close()
    await redis.aclose()


if __name__ == "__main__":
    asyncio.run(main())
