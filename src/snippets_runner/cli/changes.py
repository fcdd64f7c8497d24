"""Be told of saved files: watchdog's events, gathered until it is quiet for a moment."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from snippets_runner.errors import CannotRunError

QUIET = 0.15
"""Seconds without an event after which a save is taken to be over: editors write a file in several steps."""
PATIENCE = 2.0
"""Seconds after which it is not waited any longer."""
KINDS = frozenset({"created", "modified", "moved", "deleted", "closed"})
"""Events that tell of a change; a file that is only read makes others."""


class Changes(FileSystemEventHandler):
    """The files that are saved below some folders."""

    def __init__(self, root: Path) -> None:
        """Watch the root's own files, such as ``pyproject.toml``."""
        self._root = root
        self._queue: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self._observer = Observer()
        self._folders: set[Path] = set()
        self._observer.start()
        self._add(root, recursive=False)

    def watch(self, folders: Iterable[Path]) -> None:
        """Watch these folders too, with all that is in them.

        Raises:
            CannotRunError: the system does not let so many folders be watched.
        """
        for folder in folders:
            if folder not in self._folders and folder.is_dir():
                self._folders.add(folder)
                self._add(folder, recursive=True)

    def _add(self, folder: Path, *, recursive: bool) -> None:
        try:
            self._observer.schedule(self, str(folder), recursive=recursive)
        except OSError as error:
            hint = "raise fs.inotify.max_user_watches, or name fewer folders in `docs` and `exclude`"
            raise CannotRunError(f"{folder} can't be watched: {error}", hint=hint) from error

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take note of a change; hidden files are an editor's or ours."""
        if event.event_type not in KINDS or (event.is_directory and event.event_type == "modified"):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name)) if name else None
            if path is not None and not any(part.startswith(".") for part in self._parts(path)):
                self._queue.put(path)

    def _parts(self, path: Path) -> tuple[str, ...]:
        return path.relative_to(self._root).parts if path.is_relative_to(self._root) else path.parts[-1:]

    def next(self) -> frozenset[Path]:
        """Wait for a change, then until it is quiet; return the paths."""
        paths = {self._queue.get()}
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                paths.add(self._queue.get(timeout=min(QUIET, left)))
            except queue.Empty:
                break
        return frozenset(paths)

    def close(self) -> None:
        """Stop watching."""
        self._observer.stop()
        self._observer.join()
