# /// script
# requires-python = ">=3.11"
#
# [tool.snippets-runner]
# timeout = 20
# redact = [
#   { pattern = 'took [\d.]+ seconds', as = "took … seconds" },
#   { pattern = ' +\d+ ms', as = " … ms" },
# ]
# ///
"""One blocking call makes a hundred others late; debug mode of asyncio names the culprit."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable

BLOCK = 0.5


class Caught(logging.Handler):
    """Keeps what asyncio says of slow callbacks."""
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


log = Caught()
logging.getLogger("asyncio").addHandler(log)


def hash_password() -> None:
    time.sleep(BLOCK)  # stands for a driver or a computation that doesn't let go


# --8<-- [start:culprits]
async def sign_up() -> None:
    hash_password()  # no await: the loop stands still meanwhile


async def sign_up_in_thread() -> None:
    await asyncio.to_thread(hash_password)


async def innocent() -> float:
    """Wants to be woken after 10 ms, twenty times; returns its worst delay."""
    worst = 0.0
    for _ in range(20):
        start = time.perf_counter()
        await asyncio.sleep(0.01)
        worst = max(worst, time.perf_counter() - start - 0.01)
    return worst
# --8<-- [end:culprits]


# --8<-- [start:measure]
async def crowd(culprit: Callable[[], Awaitable[None]]) -> float:
    """A hundred innocents and one culprit share a loop: the innocents' p99 delay."""
    asyncio.get_running_loop().slow_callback_duration = BLOCK / 2
    others = [asyncio.create_task(innocent()) for _ in range(100)]
    await asyncio.sleep(0.02)
    await culprit()
    delays = sorted(await asyncio.gather(*others))
    return delays[98]


results = []
for culprit in (sign_up, sign_up_in_thread):
    log.lines.clear()
    results.append(asyncio.run(crowd(culprit), debug=True))
    warned = [line for line in log.lines if "took" in line]
    delay = f"{results[-1] * 1_000:>5.0f} ms"
    print(f"{culprit.__name__:<18} p99 delay of the others {delay}, warnings: {len(warned)}")
    for line in warned[:1]:
        print("   ", re.sub(r"wait_for=.*? cb", "cb", line)[:40], "…", line[-18:])
# --8<-- [end:measure]
blocked, free = results
assert blocked > 0.8 * BLOCK and blocked > 1.5 * free
