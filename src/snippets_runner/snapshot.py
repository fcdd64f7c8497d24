"""How the files that a check reads lie there at one moment, told without opening them.

A file is taken to be the same as long as its size, its times of writing and of change, and its number are. That fails
in one case only, which Git calls racy: a file that was written so shortly before it was looked at that it may be
written again in the same tick of the clock. Such a file is opened and hashed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from snippets_runner.files import NOTEBOOKS, PAGES, SUFFIXES

WINDOW = 2_000_000_000
"""Nanoseconds before a look in which a file's time says too little: file systems count as coarsely as two seconds."""
READ = frozenset({*PAGES, *SUFFIXES, *NOTEBOOKS, ".out", ".err"})
"""The names of files that a check goes by end so: pages, snippets and what they import, recordings, notebooks."""

Look = Sequence[int] | None
"""Size, time of writing, time of change, number, and of a symbolic link its own two; None for what is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The files below some folders at one moment."""

    time: int
    """When the looking began, in nanoseconds."""
    files: Mapping[str, Look]
    folders: frozenset[str]
    """Those that were looked into."""
    hashes: Mapping[str, str]
    """The content of those files whose look says too little."""
    whole: bool
    """Whether everything was seen; a folder behind a symbolic link is not looked into."""

    def read(self, extra: Collection[str]) -> Mapping[str, Look]:
        """Return the files that a check reads: those of its own kinds, and ``extra``."""
        return {
            path: seen
            for path, seen in self.files.items()
            if path[path.rfind(".") :] in READ or path in extra
        }


def take(tops: Iterable[str], extra: Iterable[str] = ()) -> Snapshot:
    """Look at every file below ``tops``, hidden ones left out, and at the files ``extra``."""
    now, whole = time.time_ns(), True
    files: dict[str, Look] = {path: look(path) for path in extra}
    folders: set[str] = set()
    queue = list(tops)
    while queue:
        folder = queue.pop()
        if folder not in folders:
            folders.add(folder)
            whole &= _look_into(folder, files, queue)
    racy = {path: hash_of(path) for path, seen in files.items() if is_racy(seen, now)}
    return Snapshot(time=now, files=files, folders=frozenset(folders), hashes=racy, whole=whole)


def _look_into(folder: str, files: dict[str, Look], queue: list[str]) -> bool:
    """Look at a folder's files, and put its folders into the queue; return whether all could be seen."""
    whole = True
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    queue.append(entry.path)
                elif entry.is_symlink():
                    whole &= not entry.is_dir()
                    files[entry.path] = look(entry.path)
                else:
                    seen = entry.stat()
                    files[entry.path] = [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino]
    except FileNotFoundError:
        return whole
    except NotADirectoryError:  # a page by itself
        files[folder] = look(folder)
    except OSError:
        return False
    return whole


def look(path: str) -> Look:
    """Return what one file looks like."""
    try:
        own = os.lstat(path)
        seen = os.stat(path) if stat.S_ISLNK(own.st_mode) else own
    except OSError:
        return None
    link = [] if seen is own else [own.st_ctime_ns, own.st_ino]
    return [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, *link]


def is_racy(seen: Look, now: int) -> bool:
    """Tell whether a file was written, or put in its place, so shortly before ``now`` that its look says too little."""
    return seen is not None and max(seen[1], seen[2]) > now - WINDOW


def hash_of(path: str) -> str:
    """Return the hash of a file's content; of none for what cannot be read."""
    try:
        with open(path, "rb") as content:
            return hashlib.sha256(content.read()).hexdigest()
    except OSError:
        return ""
