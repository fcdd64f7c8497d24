"""The processes that a snippet started: how many they are, what they take, and how every one of them is ended.

Imported by the worker, which is a bare interpreter: standard library only. The worker is the parent of every orphan
below it (``PR_SET_CHILD_SUBREAPER``), so that a process can leave its group and its session, and not this tree.

Resource limits bind one process each, and a limit on the number of processes does not bind root (``setrlimit(2)``),
so the tree as a whole is watched from outside. Source of the figures: ``proc_pid_stat(5)``, ``proc_pid_smaps(5)``.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple, Protocol

LADDER = ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.5), (signal.SIGKILL, 2.0))
"""Signals for a group that must end, each with the seconds until the next."""
REST = ((signal.SIGTERM, 0.3), (signal.SIGKILL, 2.0))
"""Signals for what outlived the group, likewise."""
AT_ONCE = ((signal.SIGKILL, 2.0),)
"""For a tree that must not go on growing while it is asked politely."""
GRACE = 0.25
"""Seconds that processes may take to follow the snippet's own to their end."""
STEP = 0.01
"""Seconds between two looks at processes that ought to end."""


class Leader(Protocol):
    """The snippet's own process, the leader of its group."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        ...


class Seen(NamedTuple):
    """One living process, as one look at ``/proc`` shows it."""

    pid: int
    parent: int
    threads: int
    pages: int
    """Of resident memory, those shared with others included."""
    name: str


def descendants() -> list[Seen]:
    """Return every living descendant of this process; none where there is no ``/proc``."""
    children: dict[int, list[Seen]] = {}
    with contextlib.suppress(OSError):
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (seen := look(entry)):
                children.setdefault(seen.parent, []).append(seen)
    found: list[Seen] = []
    queue = [os.getpid()]
    while queue:
        below = children.get(queue.pop(), ())
        found += below
        queue += [seen.pid for seen in below]
    return found


def look(entry: str) -> Seen | None:
    """Return the process of that number, ``self`` for this one; None if it has ended."""
    try:
        handle = os.open(f"/proc/{entry}/stat", os.O_RDONLY)
    except OSError:
        return None
    try:
        head, _, tail = os.read(handle, 1024).rpartition(b")")
    except OSError:
        return None
    finally:
        os.close(handle)
    words = tail.split()
    if words[0] in (b"Z", b"X"):
        return None
    name = head.partition(b"(")[2].decode(errors="replace")
    return Seen(int(head.split()[0]), int(words[1]), int(words[17]), int(words[21]), name)


def excess(*, memory: int, processes: int) -> str:
    """Return what the tree has too much of: ``process-limit``, ``memory``, or nothing.

    ``memory`` is MiB of resident memory, ``processes`` the number of processes and threads.
    """
    seen = descendants()
    if sum(each.threads for each in seen) > processes:
        return "process-limit"
    limit = memory << 20
    if sum(each.pages for each in seen) * os.sysconf("SC_PAGE_SIZE") <= limit:
        return ""
    return "memory" if sum(_own_share(each) for each in seen) > limit else ""


def _own_share(seen: Seen) -> int:
    """Return a process's bytes of memory, what it shares divided by those who share it; slow, and so asked last."""
    with (
        contextlib.suppress(OSError, ValueError, IndexError),
        open(f"/proc/{seen.pid}/smaps_rollup", "rb") as rows,
    ):
        for row in rows:
            if row.startswith(b"Pss:"):
                return int(row.split()[1]) << 10
    return 0


def command(seen: Seen) -> str:
    """Return a process's command line, shortened; its name if it hides that."""
    with contextlib.suppress(OSError), open(f"/proc/{seen.pid}/cmdline", "rb") as file:
        words = file.read(400).replace(b"\0", b" ").decode(errors="replace").strip()
        return words[:120] or seen.name
    return seen.name


def reap() -> bool:
    """Take note of every child that has ended, so that none stays a zombie; return whether any child is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def outlived() -> list[str]:
    """Return the commands of what lives on when the snippet has ended by itself, after a moment of grace."""
    deadline = time.monotonic() + GRACE
    while reap():
        if time.monotonic() > deadline:
            return [command(seen) for seen in descendants()]
        time.sleep(STEP)
    return []


def end(leader: Leader, *, at_once: bool) -> None:
    """End the snippet's process and everything that it started; ``at_once`` does not ask first."""
    with hurried(at_once):
        _end_group(leader, AT_ONCE if at_once else LADDER)
        _end_rest(AT_ONCE if at_once else REST)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader.pid, signal.SIGKILL)
    reap()


def _end_group(leader: Leader, ladder: tuple[tuple[int, float], ...]) -> None:
    """Ask the process's group to end, ever more firmly, until its leader has ended."""
    for number, seconds in ladder:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, number)
            os.killpg(leader.pid, signal.SIGCONT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            leader.wait(seconds)
            return


def _end_rest(ladder: tuple[tuple[int, float], ...]) -> None:
    """Send the signals to every descendant until none is left; without a pause while new ones keep coming."""
    for number, seconds in ladder:
        until = time.monotonic() + seconds
        asked: set[int] = set()
        while reap() and (left := descendants()) and time.monotonic() < until:
            new = [seen.pid for seen in left if seen.pid not in asked]
            for process in new:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, number)
                    os.kill(process, signal.SIGCONT)
            asked.update(new)
            if not new:
                time.sleep(STEP)


@contextlib.contextmanager
def hurried(needed: bool) -> Iterator[None]:
    """Let this process run before all others, where that is allowed: a fork bomb would leave it no processor time."""
    if not needed or not sys.platform.startswith("linux"):
        yield
        return
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
