# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["nats", "postgres"]
# timeout = 20
# ///
"""Build a read model from a stream of events, lose it, and build it again from the beginning."""

import asyncio
import json
import os

import nats
import psycopg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StorageType, StreamConfig

Event = tuple[str, str, int]  # what happened, to which customer, for how many kroner
EVENTS: list[Event] = [("placed", f"c{n % 4}", 100 + n) for n in range(20)]
EVENTS += [("refunded", "c1", 101), ("refunded", "c2", 102)]
SIGN = {"placed": 1, "refunded": -1}
MOVE = "UPDATE position SET seq = %(seq)s WHERE seq < %(seq)s"
ADD = """INSERT INTO spent VALUES (%s, %s)
         ON CONFLICT (customer) DO UPDATE SET kr = spent.kr + excluded.kr"""


# --8<-- [start:publish]
async def record(js: JetStreamContext, number: int, event: Event) -> bool:
    """Append an event; true if the stream had it already."""
    kind, customer, kr = event
    ack = await js.publish(
        f"orders.{kind}",
        json.dumps({"customer": customer, "kr": kr}).encode(),
        headers={"Nats-Msg-Id": f"event-{number}"},
    )
    return bool(ack.duplicate)
# --8<-- [end:publish]


# --8<-- [start:project]
async def project(
    js: JetStreamContext,
    db: psycopg.Connection,
    name: str,
    signs: dict[str, int],
    dies: tuple[int, ...] = (),
) -> int:
    """Fold the whole stream into the table ``spent``; return how many deliveries were old."""
    db.execute("TRUNCATE spent; UPDATE position SET seq = 0")
    consumer = ConsumerConfig(max_ack_pending=1)  # one at a time keeps the order
    inbox = await js.pull_subscribe("orders.>", name, config=consumer)
    last = (await js.stream_info("ORDERS")).state.last_seq
    old = done = 0
    while done < last:
        [message] = await inbox.fetch(1, timeout=5)
        seq = message.metadata.sequence.stream
        with db.transaction():  # the change and the position: both or neither
            moved = db.execute(MOVE, {"seq": seq})
            if moved.rowcount:
                fact = json.loads(message.data)
                kr = signs[message.subject.removeprefix("orders.")] * fact["kr"]
                db.execute(ADD, [fact["customer"], kr])
            else:
                old += 1
        if moved.rowcount and seq in dies:
            await message.nak()  # as if the process had died before its acknowledgement
        else:
            await message.ack_sync()
            done = seq
    return old
# --8<-- [end:project]


async def main(db: psycopg.Connection) -> None:
    client = await nats.connect(os.environ["NATS_URL"])
    js = client.jetstream()
    await js.add_stream(
        StreamConfig(name="ORDERS", subjects=["orders.>"], storage=StorageType.MEMORY)
    )
    db.execute("CREATE TABLE spent (customer text PRIMARY KEY, kr int)")
    db.execute("CREATE TABLE position AS SELECT 0 AS seq")

    def model() -> dict[str, int]:
        return dict(db.execute("SELECT customer, kr FROM spent ORDER BY 1").fetchall())

    # --8<-- [start:run]
    retried = [record(js, n, EVENTS[n]) for n in (4, 9)]  # a publisher that saw no reply
    dropped = [await record(js, n, event) for n, event in enumerate(EVENTS)]
    dropped += [await again for again in retried]
    print(f"24 events sent, {sum(dropped)} duplicates ignored by the stream")

    old = await project(js, db, "first", SIGN, dies=(5, 12))
    before = model()
    print(f"read model: {before}")
    print(f"  2 crashes between commit and acknowledgement: {old} duplicates ignored")
    db.execute("TRUNCATE spent")
    await project(js, db, "second", SIGN)
    print(f"lost and replayed from event 1: identical: {model() == before}")

    await project(js, db, "third", {"placed": 1, "refunded": 1})
    wrong = model()
    await project(js, db, "fourth", SIGN)
    print(f"a projection that added refunds: c1 has {wrong['c1']} kr;", end=" ")
    print(f"mended and replayed: {model()['c1']} kr")
    assert sum(dropped) == old == 2 and model() == before and wrong != before
    assert sum(before.values()) == sum(SIGN[kind] * kr for kind, _, kr in EVENTS)
    # --8<-- [end:run]
    await client.close()


if __name__ == "__main__":
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        asyncio.run(main(connection))
