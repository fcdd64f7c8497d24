# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Where a context goes by itself, and where it has to be carried."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context

request_id: ContextVar[str] = ContextVar("request_id")


def ask() -> str:
    try:
        return request_id.get()
    except LookupError:
        return "LookupError"


# --8<-- [start:ways]
async def in_task() -> str:
    async def task() -> str:
        return ask()

    return await asyncio.create_task(task())


async def to_thread() -> str:
    return await asyncio.to_thread(ask)


async def run_in_executor() -> str:
    return await asyncio.get_running_loop().run_in_executor(None, ask)


async def executor_with_copy() -> str:
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(None, context.run, ask)


async def pool_submit() -> str:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


async def call_soon() -> str:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: answer.set_result(ask()))
    return await answer
# --8<-- [end:ways]


# --8<-- [start:copies]
async def a_copy_is_a_copy() -> str:
    """A task has the context of its birth; what it sets, and what is set later, stays apart."""
    begin = asyncio.Event()

    async def child() -> str:
        await begin.wait()
        seen = ask()
        request_id.set("the child's")
        return seen

    task = asyncio.create_task(child())
    request_id.set("the parent's second")
    begin.set()
    return f"the child saw {await task}, the parent has {ask()}"
# --8<-- [end:copies]


async def main() -> dict[str, str]:
    request_id.set("the parent's")
    ways: list[Callable[[], Awaitable[str]]] = [
        in_task, call_soon, to_thread, run_in_executor, pool_submit, executor_with_copy,
    ]  # fmt: skip
    seen = {way.__name__: await way() for way in ways}
    for name, value in seen.items():
        print(f"{name:19} {value}")
    print(await a_copy_is_a_copy())
    return seen


seen = asyncio.run(main())
lost = [name for name, value in seen.items() if value == "LookupError"]
assert lost == ["run_in_executor", "pool_submit"]
assert threading.active_count() >= 1
