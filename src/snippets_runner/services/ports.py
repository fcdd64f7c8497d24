"""Ports for servers that must be told theirs."""

from __future__ import annotations

import random
import socket

from snippets_runner.errors import ServiceError


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now.

    It lies below the ephemeral range of Linux (32768 to 60999): there, a client that polls can connect to itself,
    which both looks like a server that answers and keeps the server from binding.

    Raises:
        ServiceError: none was found.
    """
    numbers = random.SystemRandom()
    for _ in range(200):
        port = numbers.randrange(10_000, 20_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServiceError("no free port between 10000 and 20000")
