# /// script
# requires-python = ">=3.11"
#
# [tool.snippets-runner]
# timeout = 60
# redact = [
#   { pattern = ' +\d+ ms', as = " … ms" },
#   { pattern = '\b[2-8] at once', as = "several at once" },
#   { pattern = 'GIL: .*', as = "GIL: …" },
# ]
# ///
"""The same eight jobs under four models: how many are under way at once, and how long all take."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

from jobs import Address, Server, Slow, Span, at_once, count, derive, wait, wait_async

JOBS = 8
Job = Callable[[Address], Span]


# --8<-- [start:models]
def sync(job: Job, address: Address) -> list[Span]:
    return [job(address) for _ in range(JOBS)]


def pooled(pool: Executor, job: Job, address: Address) -> list[Span]:
    return list(pool.map(job, [address] * JOBS))


async def compute(job: Job, address: Address) -> Span:
    return job(address)  # nothing to await in there: async in name only


def event_loop(job: Job, address: Address) -> list[Span]:
    async def main() -> list[Span]:
        work = wait_async if job is wait else partial(compute, job)
        return list(await asyncio.gather(*(work(address) for _ in range(JOBS))))

    return asyncio.run(main())
# --8<-- [end:models]


# --8<-- [start:race]
def race(models: dict[str, Callable[[], list[Span]]]) -> dict[str, tuple[int, float]]:
    """The most jobs seen at once, and the best time: disturbances only ever add."""
    result = dict.fromkeys(models, (0, float("inf")))
    for _ in range(4):
        for name, model in models.items():
            start = time.perf_counter()
            spans = model()
            seconds = time.perf_counter() - start
            most, best = result[name]
            result[name] = max(most, at_once(spans)), min(best, seconds)
    return result
# --8<-- [end:race]


if __name__ == "__main__":
    cores = len(os.sched_getaffinity(0))
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"GIL: {'on' if gil else 'off'}, Python 3.{sys.version_info.minor}, {cores} cores")
    # A thread that computes is normally interrupted every 5 ms to let others have a turn. Not
    # here, so that what runs at once runs so because it may, not because it takes turns.
    sys.setswitchinterval(60)
    with (
        Server(("127.0.0.1", 0), Slow) as server,
        ThreadPoolExecutor(JOBS) as threads,
        ProcessPoolExecutor(2, get_context("spawn")) as processes,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = ("127.0.0.1", int(server.server_address[1]))
        list(processes.map(abs, range(64)))  # start the workers before the clock
        for job in (wait, count, derive):
            result = race({
                "sync": partial(sync, job, address),
                "threads": partial(pooled, threads, job, address),
                "asyncio": partial(event_loop, job, address),
                "2 processes": partial(pooled, processes, job, address),
            })
            print(f"\n{job.__name__}")
            for name, (most, seconds) in result.items():
                print(f"  {name:<12}{most} at once{seconds * 1_000:>6.0f} ms")
            parallel = {name for name, (most, _) in result.items() if most > 1}
            expected = {wait: {"threads", "asyncio", "2 processes"}, derive: {"threads", "2 processes"},
                        count: {"2 processes"} if gil else {"threads", "2 processes"}}
            assert parallel == expected[job], parallel
            if job is wait:
                assert max(result["threads"][1], result["asyncio"][1]) * 2 < result["sync"][1]
        server.shutdown()
