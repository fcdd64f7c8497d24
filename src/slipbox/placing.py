"""Place the notes of a changed graph in a process of its own, while a live preview goes on."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from slipbox.keep import Keep, digest

Places = Sequence[tuple[int, int]]
LAYOUT = "slipbox.layout"
"""The kind under which places are kept."""


class Placing:
    """Remembers the places of the last graph, and works out those of the next beside the preview."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: tuple[str, Any] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def keeping(self, keep: Keep) -> Keep:
        """Return a way to keep things that takes the places from here, if they are those of the same graph."""

        def kept(kind: str, name: str, key: str, make: Callable[[], Any]) -> Any:
            if kind != LAYOUT:
                return keep(kind, name, key, make)
            known = self._known
            value = keep(kind, name, key, (lambda: known[1]) if known and known[0] == key else make)
            self._known = (key, value)
            return value

        return kept

    @property
    def last(self) -> Places:
        """Return the places of the last graph."""
        return self._known[1] if self._known else ()

    def begin(self, folders: list[str], links: list[list[int]], then: Callable[[Places], None]) -> None:
        """Work out places beside this process, and hand them on unless another graph came meanwhile."""
        self.stop()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "slipbox.layout"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

        def wait() -> None:
            with contextlib.suppress(OSError, ValueError):
                places = json.loads(process.communicate(json.dumps([folders, links]))[0])
                if self._process is process and not process.returncode:
                    self._known = (digest(folders, links), places)
                    then(places)

        self._process = process
        self._thread = threading.Thread(target=wait, name="slipbox-placing", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the places are there and handed on."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """End what is being worked out: it is of a graph that is no more."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.kill()
        self.wait()
