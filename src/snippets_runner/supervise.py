"""Watch over one snippet's process: take in what it says, and notice when it ends or has to be ended.

Imported by the worker, which is a bare interpreter: standard library only. In a forking worker every page of memory
that is touched here is copied once a snippet, so the loop is kept to descriptors and numbers.
"""

import os
import select
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snippets_runner import tree
else:  # see worker.py
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import tree

    del sys.path[0]

LOOK = 0.05
"""Seconds between two looks at what the snippet's processes take together."""
PART = 1 << 14
"""Bytes that are read at once."""


class Supervision:
    """One snippet's process while it runs: what it said so far, and whether it has to be ended."""

    def __init__(
        self, process: "tree.Leader", order: dict[str, Any], *, pipes: tuple[int, int, int], orders: int
    ) -> None:
        """Watch the process's two outputs and its report, its end, and where this process's orders come from."""
        self.process, self.order, self.orders = process, order, orders
        self.started = time.monotonic()
        self.deadline = self.started + order["timeout"]
        self.stdout, self.stderr, self.report = pipes
        self.said = {descriptor: bytearray() for descriptor in pipes}
        self.ending = "done"
        self.waiting = select.poll()
        self.pidfd = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else -1
        for descriptor in pipes:
            os.set_blocking(descriptor, False)
            self.waiting.register(descriptor, select.POLLIN)
        self.waiting.register(orders, select.POLLIN)
        if self.pidfd >= 0:
            self.waiting.register(self.pidfd, select.POLLIN)

    def watch(self) -> float:
        """Return the seconds until the process ended by itself or had to be ended; sets ``ending``.

        Raises:
            EOFError: nobody waits for the answer any more.
        """
        with tree.hurried(True):  # one look that comes late, and a fork bomb has a thousand processes
            return self._watch()

    def _watch(self) -> float:
        look = self.started + LOOK
        while self.process.poll() is None:
            now = time.monotonic()
            if now >= self.deadline:
                self.ending = "timeout"
                break
            if now >= look:
                look = now + LOOK
                if self.look():
                    break
            left = min(look, self.deadline) - now
            self._read(left if self.pidfd >= 0 else min(left, 0.02))
            if not self._little():
                self.ending = "output-limit"
                break
        return time.monotonic() - self.started

    def look(self) -> bool:
        """Tell whether the snippet's processes have too much of something; sets ``ending`` then."""
        excess = tree.excess(memory=self.order["memory"], processes=self.order["processes"])
        self.ending = excess or self.ending
        return bool(excess)

    def drain(self) -> None:
        """Read what is left in the pipes, without waiting for processes that still hold them open."""
        while self._read(0) and self._little():
            pass
        if (
            self.ending == "done" and not self._little()
        ):  # it printed too much and ended before it was noticed
            self.ending = "output-limit"

    def close(self) -> None:
        """Let go of what was watched."""
        for descriptor in (self.stdout, self.stderr, self.report, self.pidfd):
            if descriptor >= 0:
                os.close(descriptor)

    def _little(self) -> bool:
        """Tell whether it has printed no more than it may."""
        return len(self.said[self.stdout]) + len(self.said[self.stderr]) <= int(self.order["output"])

    def _read(self, seconds: float) -> bool:
        """Take in what has arrived within ``seconds``; return whether anything but the exit did."""
        heard = False
        for descriptor, _ in self.waiting.poll(seconds * 1000):
            if descriptor == self.orders:
                raise EOFError
            if descriptor != self.pidfd:
                part = _read_some(descriptor)
                if part:
                    self.said[descriptor] += part
                    heard = True
                elif part is not None:
                    self.waiting.unregister(descriptor)
        return heard


def _read_some(descriptor: int) -> bytes | None:
    """Read once; ``b""`` at the end, None if nothing is there yet."""
    try:
        return os.read(descriptor, PART)
    except BlockingIOError:
        return None
    except OSError:
        return b""
