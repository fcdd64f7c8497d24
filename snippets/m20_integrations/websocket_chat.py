# /// script
# requires-python = ">=3.11"
# dependencies = ["nats-py>=2.9", "websockets>=14"]
#
# [tool.snippets-runner]
# services = ["nats"]
# timeout = 40
# ///
"""Two nodes and a backplane: who may come in, who hears whom, and how connections end."""

import asyncio
from collections.abc import Callable

from chat_node import SITE, Node
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus


async def come_in(node: Node, who: str, origin: str = SITE, **options: int) -> ClientConnection:
    url = f"{node.url}?ticket=t-{who}"
    return await connect(url, origin=origin, compression=None, **options)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def code_of(connection: ClientConnection) -> str:
    """Read until the connection is closed, and tell how."""
    try:
        async with asyncio.timeout(20):
            while True:
                await connection.recv()
    except ConnectionClosed as closed:
        return f"{closed.rcvd.code} {closed.rcvd.reason}" if closed.rcvd else "1006, no close frame"


async def doors(node: Node) -> None:
    print("[doors]")
    # --8<-- [start:doors]
    for who, origin in [("ada", SITE), ("ada", "https://evil.example"), ("eve", SITE)]:
        try:
            async with await come_in(node, who, origin):
                verdict = 101
        except InvalidStatus as refusal:
            verdict = refusal.response.status_code
        print(f"{who} from {origin:21} {verdict}")
        assert (verdict == 101) == ((who, origin) == ("ada", SITE))
    # --8<-- [end:doors]


async def across(one: Node, two: Node) -> None:
    print("[across]")
    # --8<-- [start:across]
    ada, bob = await come_in(one, "ada"), await come_in(two, "bob")
    await ada.send("hello from node one")
    heard = [await ada.recv(), await bob.recv()]
    print("both nodes heard:", *set(heard))
    await (await bob.ping())  # resolves with the pong
    print("ping, pong: bob is there")
    # --8<-- [end:across]
    assert heard == ["ada: hello from node one"] * 2

    print("[slow]")
    # --8<-- [start:slow]
    slow = await come_in(two, "slow", max_queue=1)  # and nobody reads from it
    await until(lambda: len(two.outboxes) == 2)
    said = 0
    while "slow dropped" not in two.left:
        assert said < 1000
        said += 1
        await ada.send(f"{said} " + "x" * 100_000)
        assert all([str(said) in str(await each.recv())[:12] for each in (ada, bob)])
    print("bob heard every message, slow was dropped on the way")
    print("slow, when it reads again:", await code_of(slow))
    # --8<-- [end:slow]

    print("[codes]")
    # --8<-- [start:codes]
    await ada.send("x" * 300_000)
    print("300 kB at a limit of 200:", await code_of(ada))
    await bob.send("/join board")
    print("a room that isn't his:   ", await code_of(bob))
    # --8<-- [end:codes]


async def dead() -> None:
    print("[dead]")
    # --8<-- [start:dead]
    async with Node(ping=0.3) as node:
        reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
        writer.write(
            b"GET /?ticket=t-bob HTTP/1.1\r\nHost: chat.example\r\n"
            b"Origin: https://chat.example\r\n"
            b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: c2l4dGVlbiBieXRlcyEhIQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")  # open; from here on no byte comes from it
        await until(lambda: bool(node.left))
        print("answers no ping, closed without a close frame:", node.left[0])
        writer.close()
    # --8<-- [end:dead]
    assert node.left == ["bob 1006"]


async def main() -> None:
    async with Node() as one, Node() as two:
        await doors(one)
        await across(one, two)
        last = await come_in(two, "bob")
    print("node two shuts down:     ", await code_of(last))
    await dead()


if __name__ == "__main__":
    asyncio.run(main())
