"""Tell a live preview of a change at once, and go on watching what went away and came back.

MkDocs asks twice a second what is in a watched folder. Linux tells it itself (inotify), but not of a disk that other machines write to, or a folder
that a virtual machine shares; there MkDocs goes on asking. Neither notices when the folder itself is moved away, and another put in its place.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

SECONDS = 0.5
"""How often is looked for what came back."""
QUIET = 0.05
"""How long nothing may change before the site is built, in seconds: an editor that saves a file changes it several times."""
LOCAL = ("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay", "bcachefs")
"""The kinds of file systems that only this machine writes to."""
_OCTAL = re.compile(r"\\([0-7]{3})")
"""How a space, and the like, is written in the list of mounts."""
EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent,
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent,
]  # fmt: skip
"""What is asked for: not that a file was read, which a build does."""


def keep_watching(server: LiveReloadServer) -> None:
    """Let the system tell of changes where it can, and look, beside the server, for what came back."""
    server.build_delay = QUIET
    paths = dict(server._watched_paths)
    if sys.platform == "linux" and all(kind_of(path) in LOCAL and not os.path.islink(path) for path in paths):
        _be_told(server, paths)
    threading.Thread(target=_look, args=(server,), name="slipbox-watching", daemon=True).start()


def kind_of(path: str) -> str:
    """Return the kind of the file system that a path is on; empty if that isn't known."""
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
        if f"{os.path.realpath(path)}/".startswith(f"{place.rstrip('/')}/") and len(place) >= len(best):
            best, kind = place, after.split(" ")[0]
    return kind


class _Told(Observer):  # type: ignore[valid-type, misc]
    """Watches with what the system tells."""

    def schedule(self, event_handler: FileSystemEventHandler, path: str, **given: Any) -> Any:
        """Watch a path; a folder that comes or goes is told as a file, since MkDocs passes over folders."""
        return super().schedule(_Passing(event_handler), path, event_filter=EVENTS, **given)

    def start(self) -> None:
        """Start, unless it has begun already."""
        if not self.is_alive():
            super().start()


class _Passing(FileSystemEventHandler):
    def __init__(self, handler: FileSystemEventHandler) -> None:
        self.handler = handler

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.handler.dispatch(FileModifiedEvent(event.src_path) if event.is_directory else event)


def _be_told(server: LiveReloadServer, paths: dict[str, int]) -> None:
    """Put another observer in the place of the one that asks; leave that where the system can't watch so many folders."""
    asking, watches = server.observer, dict(server._watch_refs)
    server.observer = _Told()
    server._watched_paths, server._watch_refs = {}, {}
    try:
        for path, times in paths.items():
            for _ in range(times):
                server.watch(path)
        server.observer.start()
    except (OSError, TypeError):
        server.observer, server._watched_paths, server._watch_refs = asking, paths, watches


def _look(server: LiveReloadServer) -> None:
    known = {path: _identity(path) for path in server._watched_paths}
    began = False
    while server.observer.is_alive() or not began:
        began = began or server.observer.is_alive()
        time.sleep(SECONDS)
        for path in list(server._watched_paths) if began else ():
            now = _identity(path)
            if now != known.setdefault(path, now) and now is not None:
                _again(server, path)
            known[path] = now
        for emitter in list(server.observer.emitters) if began else ():
            if not emitter.is_alive() and Path(emitter.watch.path).exists():
                _again(server, emitter.watch.path)


def _identity(path: str) -> tuple[int, int] | None:
    """Return what tells a folder, or a file, from another in its place."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _again(server: LiveReloadServer, path: str) -> None:
    """Watch a path anew, as often as it was asked for, and have the site built."""
    times = server._watched_paths.get(os.path.abspath(path), 0)
    try:
        for _ in range(times):
            server.unwatch(path)
    except KeyError:  # the preview ends meanwhile, and its observer has forgotten all
        return
    for _ in range(times):
        server.watch(path)
    with server._rebuild_cond:
        server._want_rebuild = True
        server._rebuild_cond.notify_all()
