"""What a build touches: files it opens, folders it lists, git it asks; and what can't be traced.

A stat call raises no audit event, so whether a file is there is only traced where a caller compares the names in a folder. What helpers open
is theirs: whoever takes a helper's result notes the files that it was made of.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

Stamp = list[int]
"""Size, time of change in content, time of change in anything, number (inode) and mode of a file; empty if there is none."""
QUIET = ("log", "rev-parse", "rev-list", "show", "cat-file")
"""What may be asked of git: these read commits, and neither the index nor the working tree."""
_TALKS = ("socket.connect", "socket.getaddrinfo", "urllib.Request")
_STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn", "os.startfile")
_FINE = 20_000_000
_COARSE = 2_000_000_000
_PATIENCE = 1_000_000_000
"""Nanoseconds in which a file may change twice without another time, on file systems that count them, and on those that count seconds; and
how many a build may wait in all for files that have just changed."""


class Trace:
    """Notes what is touched while it is open."""

    def __init__(self) -> None:
        """Begin closed; an audit hook can't be taken away, so it is silent then."""
        self.files: dict[str, Stamp] = {}
        """Every file that was opened, and what it was like just before; packages' own files are left out."""
        self.written: dict[str, None] = {}
        """Every file outside of the site that was written anew."""
        self.folders: dict[str, str] = {}
        """Every folder that was listed, and a digest of its names."""
        self.made: dict[str, None] = {}
        """Every folder that the build itself made; what lies in it is the build's own."""
        self.repositories: dict[str, str] = {}
        """Every folder in which git was asked, and a digest of the commits there are."""
        self.programs: dict[str, None] = {}
        """Every other program that was started: what it opens isn't heard here."""
        self.unknown = ""
        """What was touched that can't be traced, and so might say something else next time."""
        self.looking = False
        """Whether it is looking at something itself, which others need not hear."""
        self._ignored: tuple[str, ...] = ()
        self._open, self._patience = False, 0
        apart = {sys.prefix, sys.base_prefix, sys.exec_prefix, "/dev", "/proc"}
        self._apart = tuple(f"{os.path.abspath(prefix)}{os.sep}" for prefix in apart)
        sys.addaudithook(self._hear)

    def begin(self, ignored: Sequence[str]) -> None:
        """Forget what was noted and note anew, but for what lies in these folders."""
        self.files, self.written, self.folders, self.repositories, self.programs = {}, {}, {}, {}, {}
        self.made, self.unknown, self._patience = {}, "", _PATIENCE
        self._ignored = tuple(f"{os.path.abspath(each)}{os.sep}" for each in ignored)
        self._open = True

    def end(self) -> None:
        """Note no more."""
        self._open = False

    def note(self, path: str) -> None:
        """Note a file that is part of what is made."""
        path = os.path.abspath(path)
        if path in self.files or path in self.written or self._is_apart(path):
            return
        if os.path.isdir(path):
            self.folders.setdefault(path, names_in(path))
            return
        self.files[path] = stamp = self._settled(path)
        if stamp and racy(stamp):
            self.unknown = self.unknown or f"{os.path.basename(path)} was changed a moment before it was read"

    def _settled(self, path: str) -> Stamp:
        """Return a file's stamp, after a moment if it has just changed: what the build itself wrote would leave no record."""
        stamp = stamp_of(path)
        if stamp and self._patience > 0 and racy(stamp):
            self._patience -= _FINE
            time.sleep(_FINE / 1e9)
            stamp = stamp_of(path)
        return stamp

    def _is_apart(self, path: str) -> bool:
        return f"{path}{os.sep}".startswith((*self._apart, *self._ignored))

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._open:
            return
        if event in (
            "open",
            "os.listdir",
            "os.scandir",
            "sqlite3.connect",
            "os.link",
            "os.rename",
            "os.symlink",
        ):
            if isinstance(arguments[0], str | bytes | os.PathLike):
                self._open, self.looking = False, True  # looking at it raises events itself
                try:
                    self._touched(os.fsdecode(arguments[0]), arguments[-1] if event == "open" else 0)
                finally:
                    self._open, self.looking = True, False
        elif event == "os.mkdir":
            self._makes(arguments)
        elif event == "subprocess.Popen":
            self._started(arguments)
        elif event in _TALKS or event in _STARTS:
            self.unknown = self.unknown or event

    def _makes(self, arguments: tuple[object, ...]) -> None:
        """Note a folder that the build is about to make."""
        path = arguments[0]
        if isinstance(path, str | bytes | os.PathLike) and arguments[2] == -1:
            name = os.path.abspath(os.fsdecode(path))
            if not self._is_apart(name) and not os.path.lexists(name):
                self.made[name] = None
                self._ignored = (*self._ignored, f"{name}{os.sep}")

    def _touched(self, path: str, flags: object) -> None:
        """Note a file that is read, or one that is written whatever it held."""
        path = os.path.abspath(path)
        if isinstance(flags, int) and flags & (os.O_TRUNC | os.O_EXCL):
            if path not in self.files and not self._is_apart(path):
                self.written[path] = None
        else:
            self.note(path)

    def _started(self, arguments: tuple[object, ...]) -> None:
        """Note a question to git, or another program."""
        words, folder = arguments[1], arguments[2] or os.getcwd()
        if not isinstance(words, list | tuple) or not isinstance(folder, str | bytes | os.PathLike):
            self.unknown = self.unknown or "a program by its command line"
            return
        given = [os.fsdecode(word) for word in words]
        asked = _asked(given, os.fsdecode(folder))
        self._open, self.looking = False, True
        try:
            if asked is None:
                self.programs[given[0]] = None
                asked = os.path.abspath(os.fsdecode(folder))
            self.repositories.setdefault(asked, commits_of(asked))
        finally:
            self._open, self.looking = True, False


def _asked(words: list[str], folder: str) -> str | None:
    """Return the folder in which a command line asks git about commits; None if it does anything else."""
    if not words or os.path.basename(words[0]) != "git":
        return None
    rest = iter(words[1:])
    for word in rest:
        if word == "-C":
            folder = os.path.join(folder, next(rest, ""))
        elif word == "-c":
            next(rest, "")
        else:
            return os.path.abspath(folder) if word in QUIET else None
    return None


def stamp_of(path: str) -> Stamp:
    """Return what tells a file from what it was, without reading it."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode]


def racy(stamp: Stamp) -> bool:
    """Return whether a file could change once more and keep its stamp."""
    changed = max(stamp[1], stamp[2])
    return time.time_ns() - changed < (_FINE if stamp[1] % 1_000_000_000 else _COARSE)


def names_in(folder: str) -> str:
    """Return a digest of the names in a folder."""
    try:
        return _digest("\0".join(sorted(os.listdir(folder))).encode("utf-8", "surrogateescape"))
    except OSError:
        return ""


def content_of(path: str) -> str:
    """Return a digest of a file's bytes; empty if it can't be read."""
    try:
        return _digest(Path(path).read_bytes())
    except (OSError, ValueError):
        return ""


def commits_of(folder: str) -> str:
    """Return a digest of all that decides which commits git finds from a folder; empty where there is no repository."""
    here = next((each for each in (Path(folder), *Path(folder).parents) if (each / ".git").exists()), None)
    if here is None:
        return ""
    own = here / ".git"
    if own.is_file():  # a worktree beside the main one
        own = here / own.read_text("utf-8").partition("gitdir:")[2].strip()
    common = own / _text(own / "commondir") if (own / "commondir").exists() else own
    head = _text(own / "HEAD")
    ref = head.partition("ref:")[2].strip()
    read: list[Callable[[], str]] = [lambda: head]
    read += [lambda name=name: _text(common / name) for name in ("packed-refs", "shallow", "info/grafts", "config")]  # type: ignore[misc] # fmt: skip
    read += [lambda: _text(own / ref) if ref else "", lambda: _text(common / ref) if ref else ""]
    read += [lambda: names_in(str(common / "refs/replace"))]
    return _digest("\0".join(each() for each in read).encode("utf-8", "surrogateescape"))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="surrogateescape").strip()
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
