"""A snippet's process made by ``fork``: what is prepared before, and what is left for the child to do.

After a fork, every page of memory that the child touches is copied, which costs more than the work done on it. So
whatever can be ready beforehand is: streams, signals' numbers, the part of the environment that changes.
"""

import atexit
import contextlib
import gc
import os
import select
import signal
import subprocess
import sys
import threading
import time
from typing import Any

SET_SIGNAL: Any = getattr(signal.signal, "__wrapped__", signal.signal)
"""``signal.signal`` without the enumerations around it."""
HANDLERS = (
    (int(signal.SIGHUP), int(signal.SIG_DFL)),
    (int(signal.SIGQUIT), int(signal.SIG_DFL)),
    (int(signal.SIGTERM), int(signal.SIG_DFL)),
    (int(signal.SIGINT), signal.default_int_handler),
)


class Task:
    """What a forked child has to do."""

    __slots__ = ("channel", "close", "gone", "limits", "new", "order", "ruleset", "streams")

    def __init__(
        self,
        order: dict[str, Any],
        *,
        folder: str,
        ruleset: int | None,
        limits: list[tuple[str, int, int]],
    ) -> None:
        """Work out what of the environment changes; the descriptors are set by whoever forks."""
        wanted = {**order["environment"], "HOME": folder, "TMPDIR": folder}
        self.order, self.ruleset, self.limits = order, ruleset, limits
        self.new = {name: value for name, value in wanted.items() if os.environ.get(name) != value}
        self.gone = [name for name in os.environ if name not in wanted]
        self.streams = (-1, -1)
        self.channel = -1
        self.close: tuple[int, ...] = ()


class Forked:
    """One forked child, from the worker's side."""

    def __init__(self, pid: int) -> None:
        """Know its number."""
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status if the process has ended, as ``subprocess`` gives it."""
        return self._wait(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended.

        Raises:
            subprocess.TimeoutExpired: it had not after ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self._wait(0 if deadline is None else os.WNOHANG)) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("snippet", timeout or 0.0)
            select.select([], [], [], 0.005)
        return status

    def _wait(self, flags: int) -> int | None:
        if self.returncode is None:
            with contextlib.suppress(ChildProcessError):
                process, status = os.waitpid(self.pid, flags)
                if process:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def make_streams() -> tuple[int, int]:
    """Give this process the streams that its children inherit; return where its own orders come from and answers go.

    Standard output must be a pipe, as the snippets' is: what a text stream asks of its descriptor, it asks once.
    """
    orders, answers, terminal = os.dup(0), os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(1, 2)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    os.dup2(terminal, 1)
    os.dup2(terminal, 2)
    os.close(terminal)
    os.close(null)
    return orders, answers


def become(task: Task, folder: str) -> None:
    """Give this child the session, folder, environment, streams and signals of a process just started."""
    os.setsid()
    os.chdir(folder)
    for name in task.gone:
        del os.environ[name]
    for name in task.new:
        os.environ[name] = task.new[name]
    if "TZ" in task.new:
        time.tzset()
    os.dup2(task.streams[0], 1)
    os.dup2(task.streams[1], 2)
    for descriptor in task.close:
        os.close(descriptor)
    # Last, so that a signal which comes at once is told on the snippet's streams and not on the worker's.
    for number, handler in HANDLERS:
        SET_SIGNAL(number, handler)


def ask_again(asked: dict[str, list[Any]]) -> None:
    """Have the main thread know its own number, and not the worker's, when ``threading`` is handed back."""
    asked.setdefault("threading", []).append((lambda: None, (threading.main_thread()._set_native_id,)))  # type: ignore[attr-defined]


def finish(status: int) -> None:
    """End this process as an interpreter ends, but leave the modules of the parent alone.

    Taking them down, page by page, would cost more than most snippets do. What a snippet can notice is done in the
    interpreter's order: threads are waited for, exit functions run, the names of ``__main__`` are let go.
    """
    if "threading" in sys.modules:
        threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    names = sys.modules["__main__"].__dict__
    for private in (True, False):
        for name in [each for each in names if each.startswith("_") == private and each != "__builtins__"]:
            names[name] = None
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            status = 120  # as the interpreter says that what was printed is lost
    os._exit(status & 0xFF)
