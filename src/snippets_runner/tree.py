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

LADDER = ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.5))
"""Signals for a group that must end, each with the seconds until the next."""
PATIENCE = 0.3
"""Seconds that what outlived the group has after TERM."""
LONGEST = 30.0
"""Seconds in which a tree that is killed must be gone: a killed process ends when it gets processor time, not before."""
GRACE = 0.25
"""Seconds that processes may take to follow the snippet's own to their end."""
STEP = 0.01
"""Seconds between two looks at processes that ought to end."""


class Leader(Protocol):
    """The snippet's own process, the leader of its group."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit status if it has ended, as ``subprocess`` gives it."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        ...


class Seen(NamedTuple):
    """One living process, as one look at ``/proc`` shows it."""

    pid: int
    parent: int
    group: int
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
    return Seen(int(head.split()[0]), int(words[1]), int(words[2]), int(words[17]), int(words[21]), name)


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
        if not at_once:
            _ask(leader)
        _sweep(leader, signal.SIGKILL, LONGEST)


def _ask(leader: Leader) -> None:
    """Ask the process's group to end, ever more firmly, and then what outlived it."""
    for number, seconds in LADDER:
        _send(leader.pid, number, to_group=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            leader.wait(seconds)
            _sweep(leader, signal.SIGTERM, PATIENCE)
            return


def _sweep(leader: Leader, number: int, seconds: float) -> None:
    """Send a signal to every descendant until none is left, without a pause while new ones keep coming.

    One look at ``/proc`` may miss a process whose parent ends meanwhile. So what counts is not that nothing is seen, but
    that the kernel knows no child of this process any more: a process has a parent at all times, and the topmost of
    those is this one. A killed process can fork no more, and a killed group none of its members.
    """
    until, own, asked = time.monotonic() + seconds, os.getpgrp(), set[int]()
    _send(leader.pid, number, to_group=True)
    while _is_any_left(leader) and (began := time.monotonic()) < until:
        seen = descendants()
        new = {each.pid for each in seen} - asked
        asked |= new
        for each in seen if number == signal.SIGKILL else [each for each in seen if each.pid in new]:
            if number == signal.SIGKILL and each.group != own:
                _send(each.group, number, to_group=True)
            _send(each.pid, number, to_group=False)
        if not new:  # to look takes processor time from those that need it to end
            time.sleep(max(STEP, 4 * (time.monotonic() - began)))


def _is_any_left(leader: Leader) -> bool:
    """Tell whether the snippet's own process, or any other below this one, lives; take note of those that ended."""
    return leader.poll() is None or reap()


def _send(process: int, number: int, *, to_group: bool) -> None:
    """Send a signal to a process or a group, stopped ones included; one that has gone meanwhile has what it should."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.killpg if to_group else os.kill)(process, number)
        if number != signal.SIGKILL:
            (os.killpg if to_group else os.kill)(process, signal.SIGCONT)


@contextlib.contextmanager
def hurried(needed: bool) -> Iterator[None]:
    """Let this process run before all others, where that is allowed (to root): a fork bomb leaves it no processor time."""
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
