"""Build beside the site, then swap: readers see the last good site until the next one is whole.

The new site is written into `.site.next-PID` beside `site`. Publishing takes two renames: `site` to `.site.last`, then the new one to
`site`. Whoever is killed leaves one of three states, and `recover` mends each at the next start: an unfinished folder beside a good
site; no site but a `.site.last`; a new site and a `.site.last` that was to be deleted. A file whose bytes are the same stays the same
file: the new site gets a link to it, so its time and number (inode) don't change.

Locks are taken on folders (`flock(2)`), which the kernel releases when their owner ends, however that happens.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
_CANT_RENAME = (errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.EINVAL)
"""What renaming a mount point, or a folder across file systems, ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A site that is being built."""

    folder: Path
    """Where it is built."""
    live: Path
    """Where it will be."""
    lock: int
    """The descriptor that says to others that its owner lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing a site changed."""

    written: int
    """Files that are new or differ."""
    same: int
    """Files that are as they were, untouched."""
    removed: int
    """Files that are gone."""


def begin(live: Path) -> Staged:
    """Mend what a killed build left, and make the folder for the next site."""
    live = live.resolve()
    live.parent.mkdir(parents=True, exist_ok=True)
    with _locked(live.parent):
        recover(live)
        folder = live.parent / f".{live.name}.next-{os.getpid()}"
        folder.mkdir(exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return Staged(folder=folder, live=live, lock=lock)


def recover(live: Path) -> None:
    """Bring a site back that was moved away, and delete what killed builds left beside it."""
    last = _last(live)
    if last.exists():
        if live.exists():
            _finish(last, live)
        else:
            last.rename(live)
    for left in live.parent.glob(f".{live.name}.next-*"):
        with contextlib.suppress(OSError):
            lock = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


def discard(staged: Staged) -> None:
    """Throw an unfinished site away; one that is published or discarded already is left alone."""
    shutil.rmtree(staged.folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(staged.lock)


def publish(staged: Staged) -> Published:
    """Put the new site in the old one's place."""
    new, live = staged.folder, staged.live
    with _locked(live.parent):
        made, had = _files(new), _files(live)
        same = [name for name in made if name in had and _keep_same(new / name, live / name)]
        removed = [name for name in had if name not in made and not name.startswith(".")]
        told = Published(written=len(made) - len(same), same=len(same), removed=len(removed))
        if not live.exists():
            new.rename(live)
        elif told.written or told.removed:
            _swap(new, live, removed)
    discard(staged)
    return told


def _swap(new: Path, live: Path, removed: list[str]) -> None:
    """Put a folder in another's place by two renames; file by file where a folder can't be renamed."""
    last = _last(live)
    try:
        live.rename(last)
    except OSError as error:
        if error.errno not in _CANT_RENAME:
            raise
        _copy_over(new, live, removed)
        return
    new.rename(live)
    _finish(last, live)


def _finish(last: Path, live: Path) -> None:
    """Hand on what MkDocs never cleans, the hidden files at the root such as `.git`, and delete the rest of an old site."""
    for entry in list(last.iterdir()):
        if entry.name.startswith(".") and not os.path.lexists(live / entry.name):
            entry.rename(live / entry.name)
    shutil.rmtree(last)


def _copy_over(new: Path, live: Path, removed: list[str]) -> None:
    """Replace the files of a folder that can't be renamed, each at once."""
    for name in _files(new):
        target = live / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or not os.path.samefile(new / name, target):
            beside = target.with_name(f".{target.name}.next")
            shutil.copy2(new / name, beside)
            beside.replace(target)
    for name in removed:
        (live / name).unlink()
    for folder, _, _ in os.walk(live, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _keep_same(made: Path, had: Path) -> bool:
    """Return whether two files hold the same bytes; the new one is then replaced by the old one itself."""
    if made.is_symlink() or had.is_symlink() or not _equal(made, had):
        return False
    beside = made.with_name(f".{made.name}.same")
    try:
        os.link(had, beside)
        beside.replace(made)
        beside.unlink(missing_ok=True)  # renaming a file to another name of itself does nothing
    except OSError:  # no hard links here: at least its time stays
        status = had.stat()
        os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))
    return True


def _equal(one: Path, other: Path) -> bool:
    """Return whether two files hold the same bytes."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(CHUNK):
            if chunk != right.read(CHUNK):
                return False
    return True


def _files(root: Path) -> dict[str, None]:
    """Return every file below a folder, by its path from there, but for what is hidden at the root."""
    found: dict[str, None] = {}
    top = str(root)
    for folder, folders, names in os.walk(top):
        if folder == top:
            folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*names, *(each for each in folders if os.path.islink(os.path.join(folder, each)))):
            found[os.path.relpath(os.path.join(folder, name), top)] = None
    return found


def _last(live: Path) -> Path:
    return live.parent / f".{live.name}.last"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let no two builds publish beside each other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
