"""A small HTTP client, so that the generator stays cheaper than the service, and two load models."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


class Client:
    """GET over HTTP/1.1 with as many kept connections as it takes: it never queues by itself."""

    def __init__(self, base_url: str) -> None:
        self.host = urlsplit(base_url).hostname
        self.port = urlsplit(base_url).port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> int:
        if self.idle:
            reader, writer = self.idle.pop()
        else:
            reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.split(b"content-length:")[1].split()[0]))
        except BaseException:  # also when the caller's patience ends
            writer.close()
            raise
        self.idle.append((reader, writer))
        return int(head.split()[1])

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()


@dataclass(frozen=True)
class Shot:
    planned: float  # when it should have been sent, in seconds on time.perf_counter
    sent: float
    done: float
    status: int  # 0: the client gave up

    @property
    def seen(self) -> float:  # what a stopwatch at the call shows
        return self.done - self.sent

    @property
    def felt(self) -> float:  # what a user feels who came when the plan says
        return self.done - self.planned


async def fire(client: Client, path: str, planned: float, patience: float) -> Shot:
    sent = time.perf_counter()
    try:
        async with asyncio.timeout(patience):
            status = await client.get(path)
    except TimeoutError:
        status = 0
    return Shot(planned, sent, time.perf_counter(), status)


# --8<-- [start:closed]
async def closed(client: Client, path: str, *, users: int, each: int,
                 pause: float = 0.0, patience: float = 20) -> list[Shot]:
    """Every user asks, waits, gets an answer and asks again: the server sets the pace."""
    async def user() -> list[Shot]:
        begin, shots = time.perf_counter(), list[Shot]()
        for turn in range(each):
            planned = begin + turn * pause if pause else time.perf_counter()
            if (early := planned - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            shots.append(await fire(client, path, planned, patience))
        return shots

    shots = await asyncio.gather(*(user() for _ in range(users)))
    return [shot for series in shots for shot in series]
# --8<-- [end:closed]


# --8<-- [start:open]
async def opened(client: Client, paths: Sequence[str], *, gap: Callable[[], float],
                 patience: float = 20) -> list[Shot]:
    """Requests come when they come, whatever became of the ones before them."""
    planned, tasks = time.perf_counter(), []
    for path in paths:
        planned += gap()
        if (early := planned - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        tasks.append(asyncio.create_task(fire(client, path, planned, patience)))
    return list(await asyncio.gather(*tasks))
# --8<-- [end:open]


def percentile(seconds: Sequence[float], share: float) -> float:
    """The smallest measured value that at least ``share`` of all don't exceed."""
    ranked = sorted(seconds)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]
