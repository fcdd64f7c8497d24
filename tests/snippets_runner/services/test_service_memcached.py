"""memcached: values over its text protocol."""

from __future__ import annotations

import socket

from pools import NewCorner


def say(environment: dict[str, str], *lines: str) -> list[str]:
    """Send lines, then hang up; return the lines that came back."""
    host, _, port = environment["MEMCACHE_SERVERS"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall("".join(f"{line}\r\n" for line in (*lines, "quit")).encode())
        with connection.makefile() as answers:
            return [line.strip() for line in answers]


def test_a_value_is_there_for_its_snippet_alone(corner: NewCorner) -> None:
    mine, other = corner("memcached"), corner("memcached")

    assert say(mine, "set basket 0 0 5", "apple") == ["STORED"]
    assert say(mine, "get basket") == ["VALUE basket 0 5", "apple", "END"]
    assert say(other, "get basket") == ["END"]
