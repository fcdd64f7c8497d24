"""A snippet has the network of this machine and no other; with ``network = false`` not even that."""

from __future__ import annotations

import shutil

import pytest
from sample import Sample

LISTEN = """
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    with socket.create_connection(server.getsockname(), timeout=5):
        print("connected")
    """
HEAD = "# /// script\n# [tool.snippets-runner]\n# network = false\n# ///\n"


def guards(sample: Sample) -> set[str]:
    return set(sample.ledger()["snippets"]["snippets/a.py"]["guards"])


@pytest.mark.parametrize("isolation", ["fork", "spawn", "bubblewrap"])
def test_loopback_is_there_unless_the_snippet_says_no(sample: Sample, isolation: str) -> None:
    if isolation == "bubblewrap" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not on this machine")
    sample.snippet("a", LISTEN, out="connected\n")
    done = sample.run("--isolation", isolation, "check", "--no-cache")
    assert done.status == 0, done.out
    assert "no-network" not in guards(sample)

    sample.snippet("a", HEAD + "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=5)\n")
    done = sample.run("--isolation", isolation, "check", "--no-cache")
    if "no-network" not in guards(sample):
        pytest.skip("this machine gives an ordinary process no network namespace of its own")
    assert "snippets/a.py:6:1: network: raised OSError: [Errno 101] Network is unreachable" in done.out
