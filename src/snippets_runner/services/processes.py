"""Servers of which every snippet gets a process of its own, and servers that are used as they are.

A process each is the whole isolation, and the choice wherever a server starts in less than about 0.3 s or has no
rooms of its own to give away.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from snippets_runner.services.service import Corner, Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers."""

    handle: str
    """The keeper's name for it."""
    environment: Mapping[str, str]
    """How a snippet finds it."""


class Processes:
    """A service of which every snippet gets a process; one is started beforehand, so the first does not wait for it."""

    def __init__(self, run: Callable[[], Running], *, version: str, keeper: Keeper) -> None:
        """Start the first process with ``run``; raises what ``run`` raises."""
        self.version, self._run, self._keeper = version, run, keeper
        self._spare: queue.SimpleQueue[Running] = queue.SimpleQueue()
        self._spare.put(run())

    def corner(self, isolation: str) -> Corner:
        """Hand out the process that was started beforehand, or start another."""
        try:
            running = self._spare.get_nowait()
        except queue.Empty:
            running = self._run()
        return Corner(environment=running.environment, release=lambda: self._keeper.discard(running.handle))


class AsItIs:
    """A server that somebody else runs: every snippet gets what its variables say, and nothing is cleaned up."""

    def __init__(self, environment: Mapping[str, str], *, version: str = "external") -> None:
        """Remember the variables."""
        self.version, self._environment = version, environment

    def corner(self, isolation: str) -> Corner:
        """Hand on the variables."""
        return Corner(environment=self._environment, release=lambda: None)
