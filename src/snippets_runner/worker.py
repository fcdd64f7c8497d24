"""A process that runs one snippet after another, each in a process of its own, and cleans up after every one.

A program of its own (``python -I -S worker.py``): single-threaded, and the parent of every process that a snippet
leaves behind (``PR_SET_CHILD_SUBREAPER``), so that it can end them. It reads one order a line from standard input and
answers with one line; when its standard input closes, it ends what runs and itself.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from snippets_runner import sandbox
    from snippets_runner.forked import Forked, InChild
else:  # a program that runs without the package: its neighbours are imported by their bare names
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import sandbox
    from forked import Forked, InChild

    del sys.path[0]

CHILD = str(Path(__file__).resolve().with_name("child.py"))
LADDER = ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.5), (signal.SIGKILL, 2.0))
"""Signals for a group that must end, each with the seconds until the next."""
GRACE = 0.25
"""Seconds that processes may take to follow the snippet's own to their end."""


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
        while self.process.poll() is None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.ending = "timeout"
                break
            self._read(min(left, 0.02) if self.pidfd is None else left)
            if len(self.said["stdout"]) + len(self.said["stderr"]) > self.order["output"]:
                self.ending = "output-limit"
                break
        return time.monotonic() - self.started

    def drain(self) -> None:
        """Read what is left in the pipes, without waiting for processes that still hold them open."""
        while self._read(0):
            if len(self.said["stdout"]) + len(self.said["stderr"]) > self.order["output"]:
                break
        self.selector.close()
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()
        if self.pidfd is not None:
            os.close(self.pidfd)

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


def end_group(leader: Process) -> None:
    """Ask the process's group to end, ever more firmly, until its leader has ended."""
    for number, seconds in LADDER:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            leader.wait(seconds)
            return


def descendants() -> Iterator[tuple[int, str]]:
    """Yield the process id and command of every living descendant of this process."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            head, _, tail = entry.read_text(errors="replace").rpartition(")")
            state, parent = tail.split()[:2]
            if state not in "ZX":
                parents.setdefault(int(parent), []).append((int(entry.parts[2]), head.partition("(")[2]))
    queue = [os.getpid()]
    while queue:
        for number, name in parents.get(queue.pop(), ()):
            yield number, _command(number) or name
            queue.append(number)


def _command(process: int) -> str:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        return b" ".join(words).decode(errors="replace").strip()[:120]
    return ""


def sweep(leader: int) -> list[str]:
    """End everything that the snippet left behind; return the commands of what outlived it by more than a moment."""
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(True for _ in descendants()):
        reap()
        time.sleep(0.01)
    escaped = [command for _, command in descendants()]
    for number, seconds in ((signal.SIGTERM, 0.3), (signal.SIGKILL, 2.0)):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            left = [process for process, _ in descendants()]
            if not left:
                break
            for process in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, number)
            reap()
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    reap()
    return escaped


def reap() -> None:
    """Take note of every child that has ended, so that none stays a zombie."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def start(order: dict[str, Any], folder: str, *, fork: bool) -> tuple[Process, socket.socket]:
    """Start the snippet's process in a session of its own, forked or with a fresh interpreter; hand it its order."""
    ours, theirs = socket.socketpair()
    environment = {**order["environment"], "HOME": folder, "TMPDIR": folder}
    settings = {key: order[key] for key in ("file", "memory", "timeout", "output")}
    settings["writable"] = [folder, "/dev/shm", *order["writable"]]
    if fork:
        with theirs:
            return Forked(settings, environment=environment, folder=folder, channel=theirs), ours
    with theirs:
        process = subprocess.Popen(
            [order["python"], "-P", CHILD, str(theirs.fileno())],
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
    folder = tempfile.mkdtemp(prefix="snippet-", dir=base)
    try:
        process, channel = start(order, folder, fork=fork)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        return {"ending": "not-started", "problem": str(error)}
    supervision = Supervision(process, channel, order)
    try:
        seconds = supervision.watch()
        if process.poll() is None:
            end_group(process)
        supervision.drain()
        return answer(supervision, seconds)
    finally:
        end_group(process)
        escaped = sweep(process.pid)
        channel.close()
        shutil.rmtree(folder, ignore_errors=True)
        if escaped and supervision.ending == "done":
            supervision.order["escaped"] = escaped


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
    guards = ["session"] + (["subreaper"] if sandbox.become_subreaper() else [])
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    base = sys.argv[1]
    with contextlib.suppress(EOFError, BrokenPipeError):
        while line := sys.stdin.readline():
            order = json.loads(line)
            reply = run(order, base, fork=fork)
            reply["escaped"] = order.get("escaped", [])
            reply["guards"] = guards + reply.get("guards", [])
            print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
