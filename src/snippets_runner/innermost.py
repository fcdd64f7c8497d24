"""The first process of a snippet inside bubblewrap: it waits for the snippet's own, and tells what that left running.

Whatever lives in a namespace of processes dies with its first one, unseen from outside. So this process stays between
the two: what the snippet leaves becomes its child (``PR_SET_CHILD_SUBREAPER``), and is named before it is ended.

Imported by the snippet's own process, a bare interpreter: standard library only. Source: ``pid_namespaces(7)``.
"""

import contextlib
import json
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snippets_runner import tree
else:  # see worker.py
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import tree

    del sys.path[0]


def watch_over(leader: int, channel: int) -> None:
    """Wait until a child of this process has ended, tell how and what it left on the channel, and end as it did."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    status = _end_of(leader)
    told = {"status": status, "escaped": tree.outlived()}
    with contextlib.suppress(OSError):
        os.write(channel, json.dumps(told).encode() + b"\n")
    os._exit(status if status >= 0 else 128 - status)


def _end_of(leader: int) -> int:
    """Return how a child ended, as ``subprocess`` tells it, and take note of every other that ends before it."""
    while True:
        process, status = os.waitpid(-1, 0)
        if process == leader:
            return os.waitstatus_to_exitcode(status)
