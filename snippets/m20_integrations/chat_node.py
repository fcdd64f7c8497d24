# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "websockets>=14"]
# ///
"""One node of a chat: its own connections, and a backplane that it shares with the other nodes."""

import asyncio
import os
from http import HTTPStatus
from types import TracebackType
from typing import Self

import nats
from nats.aio.msg import Msg
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

SITE = "https://chat.example"
TICKETS = {"t-ada": "ada", "t-bob": "bob", "t-slow": "slow"}  # given to the page after login


# --8<-- [start:handshake]
def admit(connection: ServerConnection, request: Request) -> Response | None:
    """Refuse before the upgrade whoever brings no ticket; the library checks Origin."""
    ticket = request.path.partition("?ticket=")[2]
    if ticket not in TICKETS:
        return connection.respond(HTTPStatus.UNAUTHORIZED, "no ticket\n")
    connection.username = TICKETS[ticket]
    return None
# --8<-- [end:handshake]


class Node:
    def __init__(self, *, ping: float = 20) -> None:
        self.outboxes: dict[ServerConnection, asyncio.Queue[str]] = {}
        self.left: list[str] = []
        self.closing: set[asyncio.Task[None]] = set()
        self.ping = ping

    # --8<-- [start:node]
    async def talk(self, connection: ServerConnection) -> None:
        """Read what this client says; write, in a second task, what it is to hear."""
        self.outboxes[connection] = outbox = asyncio.Queue[str](maxsize=32)
        writer = asyncio.create_task(self.write(connection, outbox))
        try:
            async for text in connection:
                if text == "/join board":
                    await connection.close(1008, "not your room")
                else:
                    said = f"{connection.username}: {text!s}"
                    await self.bus.publish("chat.lobby", said.encode())
        except ConnectionClosed:
            pass
        finally:
            writer.cancel()
            self.outboxes.pop(connection, None)
            self.left.append(f"{connection.username} {connection.close_code}")

    async def write(self, to: ServerConnection, outbox: asyncio.Queue[str]) -> None:
        while True:
            await to.send(await outbox.get())

    async def fan_out(self, message: Msg) -> None:
        """Hand a message to every client here; wait for none of them."""
        text = message.data.decode()
        for connection, outbox in list(self.outboxes.items()):
            try:
                outbox.put_nowait(text)
            except asyncio.QueueFull:  # 32 messages behind: better gone than in the way
                del self.outboxes[connection]
                self.left.append(f"{connection.username} dropped")
                self.closing.add(asyncio.create_task(self.drop(connection)))

    async def drop(self, connection: ServerConnection) -> None:
        try:
            async with asyncio.timeout(5):
                await connection.close(1013, "too slow, come back later")
        except TimeoutError:
            connection.transport.abort()  # it doesn't even read the close frame
    # --8<-- [end:node]

    async def __aenter__(self) -> Self:
        self.bus = await nats.connect(os.environ["NATS_URL"])
        await self.bus.subscribe("chat.lobby", cb=self.fan_out)
        await self.bus.flush()
        # --8<-- [start:serve]
        self.server = await serve(
            self.talk, "127.0.0.1", 0,
            origins=[SITE],  # type: ignore[list-item]
            process_request=admit, compression=None,
            max_size=200_000, close_timeout=self.ping,
            ping_interval=self.ping, ping_timeout=self.ping,
        )
        # --8<-- [end:serve]
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.close()
        await self.server.wait_closed()
        await self.bus.close()
