# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A small HTTP server that is out for a second and then has little room; `retry_backoff.py` asks it."""

import asyncio
from collections import defaultdict

OUTAGE, ROOM, WINDOW = 1.0, 20, 0.1  # seconds, requests in each window, seconds
address = ("127.0.0.1", 0)
servers: list[asyncio.Server] = []
arrivals: defaultdict[str, list[float]] = defaultdict(list)
served: defaultdict[tuple[str, int], int] = defaultdict(int)


# --8<-- [start:answer]
def answer(path: str, now: float) -> int:
    """Refuse during the outage, and after it whatever is more than the room."""
    arrivals[path].append(now)
    age = now - arrivals[path][0]
    if path == "/down" or age < OUTAGE or served[path, int(age / WINDOW)] >= ROOM:
        return 503
    served[path, int(age / WINDOW)] += 1
    return 200
# --8<-- [end:answer]


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = answer(head.split()[1].decode(), asyncio.get_running_loop().time())
    writer.write(b"HTTP/1.1 %d -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
    writer.close()
    await writer.wait_closed()


async def ask(path: str) -> int:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET %s HTTP/1.1\r\nHost: shop\r\n\r\n" % path.encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


async def start() -> None:
    global address
    server = await asyncio.start_server(serve_one, *address, backlog=200)
    address = server.sockets[0].getsockname()
    servers.append(server)
