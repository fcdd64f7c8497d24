"""What a warm worker has imported beforehand: at first what the plan's snippets name, then what they turn out to import.

Imported by the warm worker, under the recorder: standard library only, and everything that it uses is imported here,
for what is imported later would be seen by snippets.
"""

import contextlib
import gc
import importlib
import io
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snippets_runner import sandbox, stash
else:  # see worker.py
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import sandbox
    import stash

    del sys.path[0]

PATIENCE = 20
"""Seconds that a probe's imports may take."""
BUDGET = 8.0
"""Seconds after which no further module is imported beforehand: what is missing, snippets import themselves."""
FIT = 7
"""The exit status of a probe that came to its end, which no module ends with by chance."""
ROOM = 2 << 30
"""Bytes of address space that a worker may have taken: its children's limits count from there."""


def preload(
    names: Iterable[str], *, unfit: Callable[[str], None], until: float = float("inf"), parent: int = 0
) -> None:
    """Import every name that can be imported; what it prints, or how it fails, is the snippet's own affair.

    ``unfit`` is told of a module whose import starts a thread, or reserves more memory than snippets are given. None is
    begun after ``until``, by ``time.monotonic``, nor when ``parent`` is this process's parent no more.
    """
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        for name in names:
            if time.monotonic() > until or (parent and os.getppid() != parent):
                return
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
            if threads() > 1 or address_space() > ROOM:
                unfit(name)


class Shelf:
    """What is imported beforehand: at first what the plan's snippets name, then what they import while they run.

    A framework may import half of itself when it is first used, and so in every child. What two snippets have
    imported so is imported here before the next; in a probe first, which may hang or crash for it.
    """

    def __init__(self, recorder: stash.Recorder, *, at_start: Collection[str]) -> None:
        """Hide what has been imported so far, but for what was there ``at_start``."""
        self._recorder, self._at_start = recorder, at_start
        self._met: set[str] = set()
        self._tried: set[str] = set()
        self._hide()

    def _hide(self) -> None:
        self.hidden = stash.Stash(self._recorder, at_start=self._at_start)
        self.hidden.hide()
        gc.collect()
        gc.freeze()

    def learn(self, names: list[str]) -> None:
        """Take note of what a snippet imported, and import what another one did, too."""
        again = sorted(self._met.intersection(names) - self._tried)
        self._met.update(names)
        self._tried.update(again)
        if again and self._is_fit(again):
            self.hidden.show()
            self._recorder.install()
            preload(again, unfit=lambda _: None)
            self._recorder.remove()
            self._hide()

    def _is_fit(self, names: list[str]) -> bool:
        """Import the names in a process of its own; tell whether it ended, with one thread and within its memory."""
        if (probe := os.fork()) == 0:
            sandbox.die_with_parent()
            signal.alarm(PATIENCE)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            self.hidden.show()
            preload(names, unfit=lambda _: os._exit(1))
            os._exit(FIT)
        return os.waitstatus_to_exitcode(os.waitpid(probe, 0)[1]) == FIT


def address_space() -> int:
    """Return how many bytes of address space this process has reserved."""
    try:
        with open("/proc/self/statm", "rb") as row:
            return int(row.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def threads() -> int:
    """Return how many threads this process has; a process with more than one must not fork."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1
