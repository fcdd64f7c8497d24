"""A snippet's process made by ``fork``, with the part of ``subprocess.Popen`` that a worker uses."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from io import FileIO
from typing import Any


class InChild(BaseException):
    """Raised in the forked child, so that it leaves the worker's frames before the snippet begins."""

    def __init__(self, order: dict[str, Any], channel: int) -> None:
        """Carry what the child has to do and the descriptor it reports on."""
        super().__init__()
        self.order, self.channel = order, channel


class Forked:
    """One forked child, from the worker's side."""

    def __init__(
        self, order: dict[str, Any], *, environment: dict[str, str], folder: str, channel: socket.socket
    ) -> None:
        """Fork; in the child, set up what a fresh process would have, and raise ``InChild``."""
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _become(environment, folder, out_write, err_write)
            for descriptor in (out_read, err_read, out_write, err_write):
                os.close(descriptor)
            raise InChild(order, channel.detach())
        os.close(out_write)
        os.close(err_write)
        self.stdout, self.stderr = FileIO(out_read), FileIO(err_read)

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


def _become(environment: dict[str, str], folder: str, out: int, err: int) -> None:
    """Give this process the session, folder, environment, signals and streams of one just started."""
    os.setsid()
    os.umask(0o022)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in ((null, 0), (out, 1), (err, 2)):
        os.dup2(descriptor, target, inheritable=True)
    os.close(null)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    # Last, so that a signal which comes at once is told on the snippet's streams and not on the worker's.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
