# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Three calls for one page, one of which fails: what becomes of the other two?"""

import asyncio

log: list[str] = []


# --8<-- [start:ways]
async def call(name: str, answer: asyncio.Event) -> str:
    """Stand for a call to another service; write down how it ended."""
    try:
        if name == "prices":
            raise ConnectionError(name)
        await answer.wait()
        log.append(f"{name} finished")
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise
    return name


NAMES = ("cart", "prices", "stock")


async def gathered(answer: asyncio.Event) -> None:
    await asyncio.gather(*(call(name, answer) for name in NAMES))


async def grouped(answer: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        for name in NAMES:
            group.create_task(call(name, answer))


async def page() -> None:
    for way in (gathered, grouped):
        log.clear()
        answer = asyncio.Event()
        try:
            await way(answer)
        except* ConnectionError:
            left = len(asyncio.all_tasks()) - 1  # without this one
            print(f"{way.__name__}: the page has failed, {left} calls still run")
        answer.set()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        print(f"{way.__name__}: at last {', '.join(sorted(log))}")
        assert ("cart cancelled" in log) == (way is grouped)
# --8<-- [end:ways]


asyncio.run(page())
