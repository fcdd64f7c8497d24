# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "aio-pika>=9.5", "nats-py>=2.9", "psycopg[binary]>=3.2", "redis>=5.2",
#   "pamqp>=3.3",
# ]
#
# [tool.snippets-runner]
# services = ["nats", "postgres", "rabbitmq", "redis"]
# timeout = 30
# ///
"""The same questions to four brokers: order, a dead consumer's work, reading again."""

import asyncio

from brokers import Broker, JetStream, RedisStreams
from postgres_queue import Postgres
from rabbit import RabbitQueue, RabbitStream

SENT = [1, 2, 3, 4, 5, 6]


# --8<-- [start:ask]
async def ask(broker: Broker) -> tuple[str, str, str]:
    """Send six, die holding three; what comes back, what can be read again?"""
    await broker.open()
    for number in SENT:
        await broker.send(number)
    held = await broker.take(3)
    await broker.die()
    again = await broker.take(3)
    await broker.ack()
    rest = await broker.take(3)
    await broker.ack()
    replayed = await broker.replay()
    await broker.close()
    order = "kept" if again + rest == SENT else f"{again + rest}"
    returned = broker.returns if again == held else "never"
    readable = "all" if replayed == SENT else f"{len(replayed)} of {len(SENT)}"
    return order, returned, readable


async def main() -> None:
    brokers: list[Broker] = [RedisStreams(), RabbitQueue(), RabbitStream()]
    brokers += [JetStream(), Postgres()]
    answers = dict[str, tuple[str, str, str]]()
    print(f"{'':<22} {'order':<6} {'read again':<11} a dead consumer's work comes back")
    for broker in brokers:
        order, returned, replay = answers[broker.name] = await ask(broker)
        print(f"{broker.name:<22} {order:<6} {replay:<11} {returned}")
    # --8<-- [end:ask]
    assert {order for order, _, _ in answers.values()} == {"kept"}
    assert "never" not in {returned for _, returned, _ in answers.values()}
    forgets = {name for name, (_, _, replay) in answers.items() if replay != "all"}
    assert forgets == {"RabbitMQ quorum queue", "PostgreSQL"}


if __name__ == "__main__":
    asyncio.run(main())
