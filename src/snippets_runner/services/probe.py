"""Ask a server over its own protocol whether it answers; a port that is open says nothing yet."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit


def http_answer(url: str) -> tuple[int, bytes]:
    """Return status and body of a GET, without any proxy; ``(0, b"")`` where nobody answers in a second."""
    import http.client  # with all of TLS, which few runs need

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=1)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def says(host: str, port: int, question: bytes, *, begins: bytes, skip: int = 0) -> bool:
    """Return whether the answer to ``question`` over TCP begins with ``begins``, its first ``skip`` bytes left out."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(question)
            with connection.makefile("rb") as answer:
                return answer.read(skip + len(begins))[skip:] == begins
    except OSError:
        return False
