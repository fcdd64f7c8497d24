# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "websockets>=15"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 40
# ///
"""Twenty long-lived connections move to a new process on the same port."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from subprocess import Popen

from snippet_support import free_port
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

CLIENTS = 20


# --8<-- [start:server]
async def run_server(port: int, name: str) -> None:
    async def hold(client: ServerConnection) -> None:
        await client.send(name)
        await client.wait_closed()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await serve(hold, "127.0.0.1", port, reuse_port=True)
    await stop.wait()
    server.close(code=1012, reason="restart, come back in 0.3 s")
    async with asyncio.timeout(20):
        await server.wait_closed()
# --8<-- [end:server]


if len(sys.argv) > 1:
    asyncio.run(run_server(int(sys.argv[1]), sys.argv[2]))
    sys.exit()


# --8<-- [start:client]
async def reach(port: int, server: str = "") -> tuple[ClientConnection, str]:
    """Connect, again and again if need be, and hear who answers."""
    async with asyncio.timeout(30):
        while True:
            try:
                connection = await connect(f"ws://127.0.0.1:{port}")
                name = str(await connection.recv())
                if name.startswith(server):
                    return connection, name
                await connection.close()
            except (OSError, ConnectionClosed):
                pass
            await asyncio.sleep(random.uniform(0.02, 0.1))


async def stay_connected(connection: ClientConnection, port: int) -> tuple[int, str]:
    """Wait for the end, and come back at a moment of one's own."""
    await connection.wait_closed()
    await asyncio.sleep(random.uniform(0, 0.3))  # jitter: not all at once
    again, name = await reach(port)
    await again.close()
    return int(connection.close_code or 0), name
# --8<-- [end:client]


# --8<-- [start:restart]
async def restart(how: signal.Signals) -> tuple[Counter[int], Counter[str], int]:
    port = free_port()
    old = Popen([sys.executable, os.path.abspath(__file__), str(port), "old"])
    opened = [(await reach(port))[0] for _ in range(CLIENTS)]
    waiting = [asyncio.create_task(stay_connected(each, port)) for each in opened]
    new = Popen([sys.executable, os.path.abspath(__file__), str(port), "new"])
    probe, _ = await reach(port, "new")  # both listen on the one port now
    old.send_signal(how)
    ends = await asyncio.gather(*waiting)
    status = await asyncio.to_thread(old.wait, 20)
    await probe.close()
    new.terminate()
    await asyncio.to_thread(new.wait, 20)
    codes, names = Counter(code for code, _ in ends), Counter(name for _, name in ends)
    print(f"{how.name}: closed with {dict(codes)}, reconnected to {dict(names)}")
    return codes, names, status
# --8<-- [end:restart]


async def main() -> None:
    codes, names, status = await restart(signal.SIGKILL)
    assert codes == {1006: CLIENTS} and names == {"new": CLIENTS}, status
    codes, names, status = await restart(signal.SIGTERM)
    assert codes == {1012: CLIENTS} and names == {"new": CLIENTS} and status == 0


asyncio.run(main())
