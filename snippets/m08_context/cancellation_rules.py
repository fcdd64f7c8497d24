# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Four ways to be cancelled: swallowed, shielded, in a thread, and beside a sister that fails."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

print("[swallow]")


# --8<-- [start:swallow]
async def swallowing() -> str:
    """Poll until the answer is there; "be robust", and so deaf."""
    for _ in range(3):
        try:
            await asyncio.sleep(0.05)
        except BaseException:
            continue
    return "worked on to the end"


async def polite() -> str:
    try:
        await asyncio.sleep(3600)
    finally:
        print("polite:     gave back its connection")
    return "never"


async def cancelled(work: Callable[[], Awaitable[str]]) -> str:
    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)  # let it begin
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return "cancelled"


print("swallowing:", asyncio.run(cancelled(swallowing)))
print("polite:    ", asyncio.run(cancelled(polite)))
# --8<-- [end:swallow]

print("[shield]")


# --8<-- [start:shield]
async def pay(book: list[str], bank: asyncio.Event) -> None:
    book.append("charged")
    await bank.wait()  # between the two steps: here the client hangs up
    book.append("booked")


async def shielded(book: list[str], bank: asyncio.Event) -> None:
    """Let the payment end, whoever has gone; then be cancelled, as was asked."""
    inner = asyncio.ensure_future(pay(book, bank))
    try:
        await asyncio.shield(inner)
    except asyncio.CancelledError:
        await inner  # without this line nobody waits, and the loop may end first
        raise


Payment = Callable[[list[str], asyncio.Event], Awaitable[None]]


async def hang_up(way: Payment) -> list[str]:
    book: list[str] = []
    request = asyncio.ensure_future(way(book, bank := asyncio.Event()))
    while not book:
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.sleep(0)
    bank.set()
    await asyncio.gather(request, return_exceptions=True)
    return [*book, "request cancelled" if request.cancelled() else "request went on"]


for way in (pay, shielded):
    print(f"{way.__name__:9}", *asyncio.run(hang_up(way)), sep="  ")
# --8<-- [end:shield]
assert asyncio.run(hang_up(pay)) == ["charged", "request cancelled"]
assert asyncio.run(hang_up(shielded)) == ["charged", "booked", "request cancelled"]

print("[thread]")


# --8<-- [start:thread]
async def give_up_on_a_thread() -> None:
    go, done = threading.Event(), threading.Event()

    def compute() -> None:
        go.wait(10)  # stands for work that looks at nothing else
        done.set()

    try:
        async with asyncio.timeout(0.05):
            await asyncio.to_thread(compute)
    except TimeoutError:
        print("timed out; has the thread stopped?", done.is_set())
    go.set()
    print("it worked on, and ended by itself:", await asyncio.to_thread(done.wait, 10))


asyncio.run(give_up_on_a_thread())
# --8<-- [end:thread]
