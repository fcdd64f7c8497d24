# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "pamqp>=3.3"]
#
# [tool.snippets-runner]
# services = ["rabbitmq"]
# timeout = 30
# ///
"""One job's way: retried with back-off, dead-lettered, redriven; and a worker that dies."""

import asyncio
import multiprocessing
import os
from multiprocessing.connection import Connection

from aio_pika import connect
from aio_pika.abc import AbstractChannel, AbstractQueue
from jobs import DELAYS, declare, parked, send, take

broken = True  # the service that the job calls


# --8<-- [start:work]
async def work(channel: AbstractChannel, queue: AbstractQueue) -> str:
    """Do one job, and tell the broker what came of it only then."""
    message = await take(queue)
    attempt = int(str(message.headers["attempt"]))
    try:
        if broken:
            raise ConnectionError("the report service is down")
    except ConnectionError:
        if attempt > len(DELAYS):
            await message.reject(requeue=False)  # the queue dead-letters it
            return f"attempt {attempt}: failed, to the dead letters"
        delay = DELAYS[attempt - 1]
        await send(channel, f"jobs.wait.{delay}", message.body, attempt + 1)
        await message.ack()  # only now: the retry is safely stored
        return f"attempt {attempt}: failed, again in {delay} ms"
    await message.ack()
    return f"attempt {attempt}: done"


async def redrive(channel: AbstractChannel, dead: AbstractQueue) -> int:
    """Give everything among the dead letters a fresh start; return how many."""
    moved = 0
    while (message := await dead.get(fail=False)) is not None:
        await send(channel, "jobs", message.body, attempt=1)
        await message.ack()
        moved += 1
    return moved
# --8<-- [end:work]


def doomed(pipe: Connection) -> None:
    """A worker in a process of its own: it takes a job, says so, and never gets further."""

    async def hold() -> None:
        channel = await (await connect(os.environ["AMQP_URL"])).channel()
        pipe.send((await take(await channel.get_queue("jobs"))).redelivered)
        await asyncio.Event().wait()

    asyncio.run(hold())


async def main() -> None:
    global broken
    async with await connect(os.environ["AMQP_URL"]) as rabbit:
        channel = await rabbit.channel()  # with publisher confirms
        jobs, dead = await declare(channel)
        # --8<-- [start:run]
        await send(channel, "jobs", b"report 7", attempt=1)
        while not (line := await work(channel, jobs)).endswith("letters"):
            print(line)
        print(line)
        waiting = await parked(channel)
        broken = False  # somebody mended the service
        moved = await redrive(channel, dead)
        print(f"attempts 3 -> DLQ {waiting} -> redriven {moved}:", end=" ")
        print(await work(channel, jobs))

        await send(channel, "jobs", b"report 8", attempt=1)
        fork = multiprocessing.get_context("fork")
        ours, theirs = fork.Pipe()
        worker = fork.Process(target=doomed, args=(theirs,), daemon=True)
        worker.start()
        first = await asyncio.to_thread(ours.recv)
        worker.kill()  # SIGKILL: no acknowledgement, no goodbye
        again = await take(jobs)
        count = again.headers["x-delivery-count"]
        await again.ack()
        print(f"worker killed mid-job: {again.body.decode()} came back,", end=" ")
        print(f"redelivered {first} -> {again.redelivered}, delivery count {count!s}")
        # --8<-- [end:run]
        assert (waiting, moved, first, again.redelivered) == (1, 1, False, True)
        for name in ("jobs", "jobs.dead", *(f"jobs.wait.{delay}" for delay in DELAYS)):
            await channel.queue_delete(name)


if __name__ == "__main__":
    asyncio.run(main())
