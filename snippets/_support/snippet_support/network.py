"""Ports and readiness on loopback."""

import random
import socket


# --8<-- [start:free_port]
def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now, for a server that must be told its port.

    The port is below the ephemeral range (Linux: 32768 to 60999), so that no outgoing connection can take it,
    or connect to itself, before the server binds it. A server of your own should bind port 0 instead.

    Raises:
        OSError: no free port was found in 200 tries.
    """
    for _ in range(200):
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port between 20000 and 32000")


# --8<-- [end:free_port]


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server accepts a TCP connection on ``port``."""
    with socket.create_connection((host, port), timeout=1) as connection:
        return bool(connection.getsockname() != connection.getpeername())
