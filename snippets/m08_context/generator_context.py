# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""A context variable set in a generator; and a job that outlives its request's session."""

import asyncio
import contextvars
import os
from collections.abc import Generator
from dataclasses import dataclass

import psycopg

URL = os.environ["DATABASE_URL"]
tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="nobody")

print("[generator]")


# --8<-- [start:generator]
def rows() -> Generator[str, None, None]:
    """Stream a report of the tenant north."""
    token = tenant.set("north")
    try:
        yield f"1 for {tenant.get()}"
        yield f"2 for {tenant.get()}"
    finally:
        tenant.reset(token)


stream = rows()
print(next(stream), "- the caller is now", tenant.get())
tenant.set("south")  # the caller serves another one in between
print(next(stream), "- for the wrong tenant")
try:
    contextvars.copy_context().run(stream.close)  # a framework closes it elsewhere
except ValueError as error:
    print("closed in another context:", type(error).__name__, "by reset")
# --8<-- [end:generator]
assert tenant.get() == "south"
tenant.set("north")

print("[spawn]")


# --8<-- [start:spawn]
@dataclass(frozen=True, slots=True)
class Job:
    """What a job needs of its request: values, and nothing that is alive."""

    order: int
    tenant: str


async def mail_with_session(
    session: psycopg.AsyncConnection, answered: asyncio.Event
) -> str:
    await answered.wait()
    try:
        await session.execute("SELECT 1")
    except psycopg.OperationalError as error:
        return f"failed: {error}"
    return "sent"


async def mail(job: Job, answered: asyncio.Event) -> str:
    await answered.wait()
    async with await psycopg.AsyncConnection.connect(URL) as session:
        await session.execute("SELECT 1")
    return f"sent, order {job.order} of {job.tenant}"


async def request() -> list[str]:
    answered = asyncio.Event()
    session = await psycopg.AsyncConnection.connect(URL)
    async with session, asyncio.TaskGroup() as jobs:  # the server's group
        alive = jobs.create_task(mail_with_session(session, answered))
        copied = jobs.create_task(mail(Job(7, tenant.get()), answered))
        await session.close()  # the response has gone, and the request's end with it
        answered.set()
    return [alive.result(), copied.result()]


for way, result in zip(("the session", "a copy"), asyncio.run(request()), strict=True):
    print(f"a job with {way}: {result}")
# --8<-- [end:spawn]
