"""The server's side of ``rooms``: hand out a room a connection, and take it back when the connection ends."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeAlias

OpenRoom: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Mapping[str, str]]]
"""Opens a room whose files lie in the given folder; gives the variables through which a snippet finds it."""


async def serve(folder: Path, open_room: OpenRoom) -> None:
    """Take requests for rooms until this process is killed; the port for them is written to ``folder/control``."""
    numbers = itertools.count(1)

    async def room(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        home = folder / f"room-{next(numbers)}"
        home.mkdir()
        async with open_room(home) as environment:
            reply = {"environment": dict(environment), "folder": str(home)}
            writer.write(json.dumps(reply).encode() + b"\n")
            await reader.read()
        shutil.rmtree(home, ignore_errors=True)
        writer.close()

    server = await asyncio.start_server(room, "127.0.0.1", 0)
    written = folder / "control.new"
    written.write_text(str(server.sockets[0].getsockname()[1]))
    os.rename(written, folder / "control")
    async with server:
        await server.serve_forever()
