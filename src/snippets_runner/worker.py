"""A process that runs one snippet after another, each in a process of its own, and cleans up after every one.

A program of its own (``python -I -S worker.py``): single-threaded, and the parent of every process that a snippet
leaves behind (``PR_SET_CHILD_SUBREAPER``), so that it can end them. It reads one order a line from standard input and
answers with one line; when its standard input closes, it ends what runs and itself.
"""

import contextlib
import json
import marshal
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snippets_runner import compiled, counting, forked, sandbox, tree
    from snippets_runner.shared_memory import SharedMemory
    from snippets_runner.supervise import Supervision
    from snippets_runner.workspace import Workspace
else:  # a program that runs without the package: its neighbours are imported by their bare names
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import compiled
    import counting
    import forked
    import sandbox
    import tree
    from shared_memory import SharedMemory
    from supervise import Supervision
    from workspace import Workspace

    del sys.path[0]

TOLD = (
    "file",
    "program",
    "doctest",
    "command",
    "memory",
    "timeout",
    "output",
    "network",
    "bubblewrap",
    "most",
)
"""What of its order a snippet's own process is told."""


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


class Worker:
    """Runs what it is ordered to, one after another."""

    def __init__(self, base: str, *, orders: int, answers: int) -> None:
        """Be the parent of whatever snippets leave behind; ``orders`` and ``answers`` are descriptors.

        ``learn`` is told what each snippet imported that was not there yet.
        """
        self.base, self.orders, self.answers = base, orders, answers
        self.learn: Callable[[list[str]], None] = lambda _: None
        self.space, self.shared, self.programs = Workspace(base), SharedMemory(), ""
        self.asked: tuple[object, ...] = ()
        self.limits: list[tuple[str, int, int]] = []
        self.guards = ["session"]
        self.guards += ["subreaper"] if sandbox.become_subreaper() else []
        self.guards += ["shared-memory"] if self.shared.private else []
        self.guards += ["watchdog"] if tree.look("self") else []
        self.counted = counting.counts_alone()
        if not self.counted:
            counting.limit_user_processes()
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.umask(0o022)

    def serve(self, *, fork: bool) -> "forked.Task | None":
        """Answer orders until there are no more; in a forked child, return what it has to do."""
        waiting = b""
        with contextlib.suppress(EOFError, BrokenPipeError):
            while True:
                while b"\n" not in waiting:
                    if not (part := os.read(self.orders, 1 << 16)):
                        raise EOFError
                    waiting += part
                line, _, waiting = waiting.partition(b"\n")
                task = self._carry_out(json.loads(line), fork=fork)
                if task is not None:
                    return task
        self.space.give_up()
        shutil.rmtree(self.programs, ignore_errors=True)
        with contextlib.suppress(OSError):  # others may still use it; the last one takes it away
            os.rmdir(self.base)
        return None

    def _carry_out(self, order: dict[str, Any], *, fork: bool) -> "forked.Task | None":
        self.shared.prepare()
        # The watchdog says what the limit is, and needs to see it exceeded; the kernel ends what outruns it.
        order["most"] = 2 * order["processes"] + 32 if self.counted else 0
        try:
            self.space.take()
            out, err = os.pipe(), os.pipe()
            if fork:
                report = os.pipe()
                task = self._task(order, out, err, report)
                if (pid := os.fork()) == 0:
                    return task
                process: tree.Leader = forked.Forked(pid)
            else:
                process, report = self._spawn(order, out[1], err[1])
        except OSError as error:  # perhaps the run was ended meanwhile, and took the folder with it
            self._tell({"ending": "not-started", "problem": str(error)})
            return None
        for descriptor in (out[1], err[1], report[1]):
            os.close(descriptor)
        supervision = Supervision(process, order, pipes=(out[0], err[0], report[0]), orders=self.orders)
        reply = self._see_to_its_end(supervision)
        imported = reply.pop("imported")
        self._tell(reply)
        self.learn(imported)
        return None

    def _task(
        self, order: dict[str, Any], out: tuple[int, int], err: tuple[int, int], report: tuple[int, int]
    ) -> "forked.Task":
        folder, ruleset = self.space.folder, self.space.rules(order["writable"])
        for name in ("HOME", "TMPDIR"):  # as in every child until the folder changes
            if os.environ.get(name) != folder:
                os.environ[name] = folder
        task = forked.Task(order, folder=folder, ruleset=ruleset, limits=self._limits(order))
        task.streams, task.channel = (out[1], err[1]), report[1]
        task.close = (*out, *err, report[0], self.orders, self.answers)
        return task

    def _limits(self, order: dict[str, Any]) -> list[tuple[str, int, int]]:
        asked = order["memory"], order["timeout"], order["output"], order["most"]
        if asked != self.asked:
            self.asked, self.limits = asked, sandbox.limits(order)
        return self.limits

    def _spawn(self, order: dict[str, Any], out: int, err: int) -> "tuple[tree.Leader, tuple[int, int]]":
        """Start a fresh interpreter in a session of its own, and hand it its order."""
        folder, self.programs = self.space.folder, self.programs or compiled.compiled(self.base)
        ours, theirs = (each.detach() for each in socket.socketpair())
        process = subprocess.Popen(
            [
                *(wrap(folder, order["writable"]) if order["bubblewrap"] else []),
                order["python"],
                "-P",
                os.path.join(self.programs, "child.pyc"),
                str(theirs),
            ],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**order["environment"], "HOME": folder, "TMPDIR": folder},
            cwd=folder,
            pass_fds=[theirs],
            start_new_session=True,
            umask=0o022,
        )
        settings = {key: order[key] for key in TOLD}
        settings["writable"] = [folder, sandbox.SHARED, *order["writable"]]
        data = marshal.dumps(settings)
        data = len(data).to_bytes(8, "little") + data
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while data:
                data = data[os.write(ours, data) :]
        return process, (ours, theirs)

    def _see_to_its_end(self, supervision: Supervision) -> dict[str, Any]:
        """Watch a snippet to its end and clean up; return what happened."""
        process, order, alone = supervision.process, supervision.order, False
        try:
            seconds, escaped = supervision.watch(), []
            if process.poll() is not None and tree.reap():  # more, perhaps, than it may have
                supervision.look()
            if process.poll() is None or supervision.ending != "done":
                tree.end(process, at_once=supervision.ending in ("memory", "process-limit", "output-limit"))
            else:
                escaped = tree.outlived()
                alone = not escaped and "subreaper" in self.guards
            supervision.drain()
            left = self.space.left(but=order["file"] if order["program"] else "")
            reply = {**answer(supervision, seconds), "left": left}
            reply["escaped"] += escaped
            reply["guards"] += ["bubblewrap"] if order["bubblewrap"] else []
            return reply
        finally:
            if not alone:  # else there is no process left to end
                tree.end(process, at_once=False)
            supervision.close()
            if not self.space.untouched():
                self.space.give_up()
            self.shared.clear()

    def _tell(self, reply: dict[str, Any]) -> None:
        reply["guards"] = self.guards + reply.get("guards", [])
        data = json.dumps(reply).encode() + b"\n"
        while data:
            data = data[os.write(self.answers, data) :]


def answer(supervision: Supervision, seconds: float) -> dict[str, Any]:
    """Word what happened, for the line that goes back."""
    report: dict[str, Any] = {}
    inside: dict[str, Any] = {}  # what the first process inside bubblewrap saw
    for line in supervision.said[supervision.report].splitlines():
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            report, inside = (report, told) if "escaped" in told else (told, inside)
    ending = supervision.ending
    if ending == "done" and not report:
        ending = "vanished"
    if ending == "done" and report.get("threads", 0) > supervision.order["processes"]:
        ending = "process-limit"  # the kernel refused one more before the watchdog looked
    most = supervision.order["output"]
    return {
        "ending": ending,
        "status": inside.get("status", supervision.process.poll()),
        "seconds": seconds,
        "stdout": supervision.said[supervision.stdout][:most].decode(errors="backslashreplace"),
        "stderr": supervision.said[supervision.stderr][:most].decode(errors="backslashreplace"),
        "raised": report.get("raised", []),
        "guards": report.get("guards", []),
        "imported": report.get("imported", []),
        "escaped": inside.get("escaped", []),
    }


if __name__ == "__main__":
    Worker(sys.argv[1], orders=0, answers=1).serve(fork=False)
