# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["rabbitmq"]
# timeout = 60
# redact = [{ pattern = 'lost [1-9]\d', as = "lost …" }]
# ///
"""SIGTERM in the middle of a job: what is lost, and what is done twice?"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import aio_pika
from snippet_support import wait_until, work_in_temporary_folder

JOBS, DONE = 20, Path("done")


def effect(body: bytes) -> None:
    with DONE.open("ab") as log:
        log.write(body + b"\n")


# --8<-- [start:worker]
async def work(queue_name: str, how: str) -> None:
    rabbit = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await rabbit.channel()
    await channel.set_qos(prefetch_count=10)
    queue = await channel.get_queue(queue_name)
    stopping, idle = asyncio.Event(), asyncio.Lock()

    async def handle(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        async with idle:  # one job at a time; the others wait, prefetched
            if stopping.is_set():
                return  # not acknowledged: the broker will give it to somebody else
            effect(message.body)
            await asyncio.sleep(0.3)  # the rest of the job
            if how != "acks first":
                await message.ack()

    if how == "drains":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    tag = await queue.consume(handle, no_ack=how == "acks first")
    await stopping.wait()
    await queue.cancel(tag)  # nothing new, please
    async with asyncio.timeout(20), idle:  # the job in hand
        await rabbit.close()  # returns what was prefetched
# --8<-- [end:worker]


# --8<-- [start:compare]
async def rest(queue: aio_pika.abc.AbstractQueue) -> None:
    """The next worker: does whatever the broker still has."""
    while (message := await queue.get(fail=False)) is not None:
        effect(message.body)
        await message.ack()


async def stop_in_a_job(how: str) -> tuple[int, int, int]:
    rabbit = await aio_pika.connect(os.environ["AMQP_URL"])
    async with rabbit:
        channel = await rabbit.channel()
        queue = await channel.declare_queue(how, durable=True)
        for number in range(JOBS):
            message = aio_pika.Message(str(number).encode())
            await channel.default_exchange.publish(message, queue.name)
        DONE.write_bytes(b"")
        worker = Popen([sys.executable, SELF, queue.name, how])
        await until(lambda: len(DONE.read_bytes().split()) >= 3)
        worker.terminate()  # the third job has begun and isn't acknowledged
        await until(lambda: worker.poll() is not None)
        await rest(queue)
        while how != "acks first" and len(set(DONE.read_bytes().split())) < JOBS:
            await rest(queue)  # a dead connection's messages may take a moment
        await queue.delete(if_unused=False, if_empty=False)
    times = Counter(DONE.read_bytes().split())
    lost, twice = JOBS - len(times), sum(count > 1 for count in times.values())
    print(f"{how:<12} lost {lost:>2}, done twice {twice}, exit {worker.returncode}")
    return lost, twice, worker.returncode
# --8<-- [end:compare]


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, condition, timeout=30)


async def main() -> None:
    assert (await stop_in_a_job("acks first"))[0] > 0
    assert (await stop_in_a_job("just dies"))[:2] == (0, 1)
    assert await stop_in_a_job("drains") == (0, 0, 0)


SELF = os.path.abspath(__file__)
if len(sys.argv) > 1:
    asyncio.run(work(*sys.argv[1:3]))
else:
    work_in_temporary_folder()
    asyncio.run(main())
