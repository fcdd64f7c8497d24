"""The process that owns the services: it starts them as told, and ends them all when its standard input closes.

It is a program of its own (``python -I keeper.py``), so that servers and their folders are gone also when the runner
is killed and can't clean up. It has one thread and imports only the standard library.

Protocol: a line of JSON each way. ``{"start": name, "argv": […], "env": {…}, "cwd": path, "log": path}`` answers
``{"pid": n}`` or ``{"error": text}``; ``{"stop": name, "signal": n, "grace": seconds}`` answers ``{"status": n}``;
``{"folder": path}`` registers a folder to delete at the end and answers ``{}``.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

POLL = 0.005
"""Seconds between two looks at a process that was told to stop."""


def stop(process: subprocess.Popen[bytes], first: int, grace: float) -> int:
    """Send ``first`` to the process's group, and SIGKILL after ``grace`` seconds; return its exit status."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, first)
    deadline = time.monotonic() + grace
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(POLL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class Keeper:
    """The servers that run, the signal each is stopped with, and the folders to delete."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.signals: dict[str, int] = {}
        self.folders: list[str] = []

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what one message says, and return the answer."""
        match message:
            case {"start": name, "argv": argv, "env": env, "cwd": cwd, "log": log, "signal": number}:
                return self.start(name, argv, env=env, cwd=cwd, log=log, number=number)
            case {"stop": name, "grace": grace}:
                process = self.processes.pop(name, None)
                return {"status": stop(process, self.signals[name], grace) if process else 0}
            case {"alive": name}:
                process = self.processes.get(name)
                return {"alive": process is not None and process.poll() is None}
            case {"folder": path}:
                self.folders.append(path)
                return {}
        return {"error": f"not understood: {message}"}

    def start(
        self, name: str, argv: list[str], *, env: dict[str, str], cwd: str, log: str, number: int
    ) -> dict[str, Any]:
        """Start a server in a session of its own, with its output in ``log``."""
        try:
            with open(log, "ab") as output:
                process = subprocess.Popen(
                    argv,
                    env=env,
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
        except OSError as error:
            return {"error": str(error)}
        self.processes[name], self.signals[name] = process, number
        return {"pid": process.pid}

    def end(self) -> None:
        """Stop every server, all at once, and delete the folders."""
        for name, process in self.processes.items():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, self.signals[name])
        deadline = time.monotonic() + 5
        for process in self.processes.values():
            stop(process, 0, max(0.0, deadline - time.monotonic()))
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Answer messages until standard input ends; a signal meant for the runner is not for this process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # not SIG_IGN, which the servers would inherit
    keeper = Keeper()
    try:
        for line in sys.stdin:
            print(json.dumps(keeper.answer(json.loads(line))), flush=True)
    except BrokenPipeError:  # the runner is gone; what could not be said must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
