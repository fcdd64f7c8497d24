"""An ASGI application on a real port, in this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from snippet_support.wait import wait_until


# --8<-- [start:serve]
@contextmanager
def serve(
    app: Any, *, certfile: str | None = None, keyfile: str | None = None, **options: Any
) -> Iterator[str]:
    """Serve an ASGI ``app`` with uvicorn on a port the system chooses, and give its base URL.

    ``options`` go to ``uvicorn.Config``. The server runs in a thread of its own and is told to exit when the
    block ends.

    Raises:
        TimeoutError: the server had not started after five seconds.
    """
    # asyncio turns Nagle's algorithm off only on sockets that say IPPROTO_TCP; create_server's say 0, and each reply
    # on a kept connection would then wait 40 ms for a delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    port = listener.getsockname()[1]
    quiet: dict[str, Any] = {"log_level": "error", "access_log": False, "timeout_graceful_shutdown": 2}
    config = uvicorn.Config(app, ssl_certfile=certfile, ssl_keyfile=keyfile, **(quiet | options))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), what="uvicorn to start")
        yield f"{'https' if certfile else 'http'}://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


# --8<-- [end:serve]
