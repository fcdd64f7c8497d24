"""A process that runs one snippet after another, each in a process of its own, and cleans up after every one.

A program of its own (``python -I -S worker.py``): single-threaded, and the parent of every process that a snippet
leaves behind (``PR_SET_CHILD_SUBREAPER``), so that it can end them. It reads one order a line from standard input and
answers with one line; when its standard input closes, it ends what runs and itself.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from snippets_runner import sandbox, tree
    from snippets_runner.forked import Forked, InChild
else:  # a program that runs without the package: its neighbours are imported by their bare names
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import sandbox
    import tree
    from forked import Forked, InChild

    del sys.path[0]

CHILD = str(Path(__file__).resolve().with_name("child.py"))
LOOK = 0.05
"""Seconds between two looks at what the snippet's processes take together."""


Process: TypeAlias = "subprocess.Popen[bytes] | Forked"

__all__ = ["InChild", "main"]


class Supervision:
    """One snippet's process while it runs: what it said so far, and whether it has to be ended."""

    def __init__(self, process: Process, channel: socket.socket, order: dict[str, Any]) -> None:
        """Watch the process's two outputs, its channel, its end, and this process's own standard input."""
        self.process, self.channel, self.order = process, channel, order
        self.started = time.monotonic()
        self.deadline = self.started + order["timeout"]
        self.said: dict[str, bytearray] = {
            "stdout": bytearray(),
            "stderr": bytearray(),
            "report": bytearray(),
        }
        self.ending = "done"
        self.selector = selectors.DefaultSelector()
        assert process.stdout and process.stderr
        for name, pipe in (("stdout", process.stdout), ("stderr", process.stderr), ("report", channel)):
            os.set_blocking(pipe.fileno(), False)
            self.selector.register(pipe, selectors.EVENT_READ, name)
        self.selector.register(sys.stdin, selectors.EVENT_READ, "orders")
        self.pidfd = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
        if self.pidfd is not None:
            self.selector.register(self.pidfd, selectors.EVENT_READ, "exit")

    def watch(self) -> float:
        """Return the seconds until the process ended by itself or had to be ended; sets ``ending``."""
        look = self.started + LOOK
        while self.process.poll() is None:
            now = time.monotonic()
            if now >= self.deadline:
                self.ending = "timeout"
                break
            if now >= look:
                look = now + LOOK
                excess = tree.excess(memory=self.order["memory"], processes=self.order["processes"])
                if excess:
                    self.ending = excess
                    break
            left = min(look, self.deadline) - now
            self._read(min(left, 0.02) if self.pidfd is None else left)
            if not self._little():
                self.ending = "output-limit"
                break
        return time.monotonic() - self.started

    def drain(self) -> None:
        """Read what is left in the pipes, without waiting for processes that still hold them open."""
        while self._read(0) and self._little():
            pass
        if (
            self.ending == "done" and not self._little()
        ):  # it printed too much and ended before it was noticed
            self.ending = "output-limit"
        self.selector.close()
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()
        if self.pidfd is not None:
            os.close(self.pidfd)

    def _little(self) -> bool:
        """Tell whether it has printed no more than it may."""
        return len(self.said["stdout"]) + len(self.said["stderr"]) <= int(self.order["output"])

    def _read(self, seconds: float) -> bool:
        """Take in what has arrived within ``seconds``; return whether anything but the exit did."""
        heard = False
        for key, _ in self.selector.select(seconds):
            if key.data == "exit":
                continue
            if key.data == "orders":
                self.selector.unregister(key.fileobj)
                raise EOFError
            part = _read_some(key.fd)
            if part:
                self.said[key.data] += part
                heard = True
            elif part is not None:
                self.selector.unregister(key.fileobj)
        return heard


def _read_some(descriptor: int) -> bytes | None:
    """Read once; ``b""`` at the end, None if nothing is there yet."""
    try:
        return os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def wrap(folder: str, writable: list[str]) -> list[str]:
    """Return the words of bubblewrap: no other process is seen, and only these folders can be written (``bwrap(1)``)."""
    binds = [word for place in (folder, *writable) for word in ("--bind", place, place)]
    shown = ["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc", *binds]
    return [
        "bwrap",
        "--die-with-parent",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        *shown,
        "--chdir",
        folder,
        "--",
    ]


def start(order: dict[str, Any], folder: str, *, fork: bool) -> tuple[Process, socket.socket]:
    """Start the snippet's process in a session of its own, forked or with a fresh interpreter; hand it its order."""
    ours, theirs = socket.socketpair()
    environment = {**order["environment"], "HOME": folder, "TMPDIR": folder}
    settings = {
        key: order[key] for key in ("file", "program", "doctest", "command", "memory", "timeout", "output")
    }
    settings["writable"] = [folder, "/dev/shm", *order["writable"]]
    if fork:
        with theirs:
            return Forked(settings, environment=environment, folder=folder, channel=theirs), ours
    with theirs:
        wrapping = wrap(folder, order["writable"]) if order["bubblewrap"] else []
        process = subprocess.Popen(
            [*wrapping, order["python"], "-P", CHILD, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            umask=0o022,
        )
    with contextlib.suppress(BrokenPipeError):
        ours.sendall(json.dumps(settings).encode() + b"\n")
    return process, ours


def run(order: dict[str, Any], base: str, *, fork: bool) -> dict[str, Any]:
    """Run one snippet to its end and clean up; return what happened."""
    try:
        folder = tempfile.mkdtemp(prefix="snippet-", dir=base)
    except OSError as error:  # the run was ended meanwhile, and took the folder with it
        return {"ending": "not-started", "problem": str(error)}
    try:
        process, channel = start(order, folder, fork=fork)
    except OSError as error:
        sandbox.delete(folder)
        return {"ending": "not-started", "problem": str(error)}
    supervision, escaped = Supervision(process, channel, order), []
    try:
        seconds = supervision.watch()
        if process.poll() is None:
            tree.end(process, at_once=supervision.ending in ("memory", "process-limit", "output-limit"))
        else:
            escaped = tree.outlived()
        supervision.drain()
        left = sandbox.left_in(folder, but=order["file"] if order["program"] else "")
        return {**answer(supervision, seconds), "escaped": escaped, "left": left}
    finally:
        tree.end(process, at_once=False)
        channel.close()
        sandbox.delete(folder)


def answer(supervision: Supervision, seconds: float) -> dict[str, Any]:
    """Word what happened, for the line that goes back."""
    report: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        report = json.loads(supervision.said["report"] or b"null") or {}
    ending = supervision.ending
    if ending == "done" and not report:
        ending = "vanished"
    return {
        "ending": ending,
        "status": supervision.process.returncode,
        "seconds": seconds,
        "stdout": supervision.said["stdout"][: supervision.order["output"]].decode(errors="backslashreplace"),
        "stderr": supervision.said["stderr"][: supervision.order["output"]].decode(errors="backslashreplace"),
        "raised": report.get("raised", []),
        "guards": report.get("guards", []),
    }


def main(*, fork: bool = False) -> None:
    """Answer orders until standard input closes; raises ``InChild`` in a forked child."""
    shared = sandbox.SharedMemory()
    guards = ["session"]
    guards += ["subreaper"] if sandbox.become_subreaper() else []
    guards += ["shared-memory"] if shared.private else []
    guards += ["watchdog"] if tree.look("self") else []
    sandbox.limit_user_processes()
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    base = sys.argv[1]
    try:
        while line := sys.stdin.readline():
            shared.prepare()
            reply = run(json.loads(line), base, fork=fork)
            shared.clear()
            reply["guards"] = guards + reply.get("guards", [])
            print(json.dumps(reply), flush=True)
    except (
        EOFError,
        BrokenPipeError,
    ):  # the runner is gone; what could not be said is not tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.suppress(OSError):  # others may still use it; the last one takes it away
        os.rmdir(base)


if __name__ == "__main__":
    main()
