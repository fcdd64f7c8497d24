"""Build beside the site, then swap: readers see the last good site until the next one is whole.

The new site is written into `.site.next-PID` beside `site`. Publishing takes two renames: `site` to `.site.last`, then the new one to
`site`. Where only a few files differ, the new site is renamed to `.site.ready` and its files replace those of `site` one by one. Whoever is
killed leaves one of four states, and `recover` mends each at the next start: an unfinished folder beside a good site; no site but a `.site.last`;
a new site and a `.site.last` that was to be deleted; a `.site.ready` that is whole, of which not every file has been put in its place. A file
whose bytes are the same stays the same file: its time and number (inode) don't change.

Locks are taken on folders (`flock(2)`), which the kernel releases when their owner ends, however that happens.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
FEW = 32
"""How many files are replaced one by one; more are swapped with their folder."""
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
    rubbish: Path | None
    """Where a folder may lie while it is deleted, which a large one takes seconds for; without it, deleting is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing a site changed."""

    written: int
    """Files that are new or differ."""
    same: int
    """Files that are as they were, untouched."""
    removed: int
    """Files that are gone."""


def begin(live: Path, rubbish: Path | None = None) -> Staged:
    """Mend what a killed build left, and make the folder for the next site."""
    live = live.resolve()
    live.parent.mkdir(parents=True, exist_ok=True)
    with _locked(live.parent):
        recover(live)
        folder = live.parent / f".{live.name}.next-{os.getpid()}"
        folder.mkdir(exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return Staged(folder=folder, live=live, lock=lock, rubbish=rubbish)


def recover(live: Path) -> None:
    """Bring a site back that was moved away, finish one that was half put in place, and delete what killed builds left beside it."""
    last, ready = _last(live), _ready(live)
    if ready.exists():
        _replace(ready, live)
        shutil.rmtree(ready)
    if last.exists():
        if live.exists():
            _hand_on(last, live)
            shutil.rmtree(last)
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
    _delete(staged.folder, staged.rubbish)
    with contextlib.suppress(OSError):
        os.close(staged.lock)


def _delete(folder: Path, rubbish: Path | None) -> None:
    """Delete a folder, beside the program if there is a place for it until then."""
    if not folder.exists():
        return
    try:
        if rubbish is None:
            raise FileNotFoundError
        rubbish.mkdir(parents=True, exist_ok=True)
        folder.rename(rubbish / f"{os.getpid()}-{time.time_ns()}")
        nothing = subprocess.DEVNULL
        command = ["rm", "-rf", "--", *map(str, rubbish.iterdir())]  # also what a killed one left
        started = subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
        started.returncode = 0  # nobody waits for it
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def publish(staged: Staged) -> Published:
    """Put the new site in the old one's place."""
    new, live = staged.folder, staged.live
    with _locked(live.parent):
        made, had = _files(new), _files(live)
        same = [name for name in made if name in had and _same(new / name, live / name)]
        removed = [name for name in had if name not in made and not name.startswith(".")]
        told = Published(written=len(made) - len(same), same=len(same), removed=len(removed))
        if not live.exists():
            new.rename(live)
        elif told.written + told.removed > FEW:
            _swap(staged, same, removed)
        elif told.written or told.removed:
            ready = _ready(live)
            new.rename(ready)
            _replace(ready, live, {*made} - {*same}, removed)
            _delete(ready, staged.rubbish)
    discard(staged)
    return told


def _swap(staged: Staged, same: list[str], removed: list[str]) -> None:
    """Put a folder in another's place by two renames; file by file where a folder can't be renamed."""
    new, live = staged.folder, staged.live
    last = _last(live)
    for name in same:
        _keep_same(new / name, live / name)
    try:
        live.rename(last)
    except OSError as error:
        if error.errno not in _CANT_RENAME:
            raise
        _replace(new, live, _files(new), removed)
        return
    new.rename(live)
    _hand_on(last, live)
    _delete(last, staged.rubbish)


def _hand_on(last: Path, live: Path) -> None:
    """Hand on what MkDocs never cleans, the hidden files at the root such as `.git`."""
    for entry in list(last.iterdir()):
        if entry.name.startswith(".") and not os.path.lexists(live / entry.name):
            entry.rename(live / entry.name)


def _replace(
    new: Path, live: Path, changed: Iterable[str] | None = None, removed: Sequence[str] | None = None
) -> None:
    """Replace the files of a folder by those of another that differ, each at once, and delete those that it doesn't have."""
    made = _files(new)
    if removed is None:
        removed = [name for name in _files(live) if name not in made and not name.startswith(".")]
    for name in removed:
        (live / name).unlink()
    for name in sorted(made if changed is None else changed):
        target = live / name
        if target.is_dir() and not target.is_symlink():  # only empty ones are left in it
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(target) or not os.path.samefile(new / name, target):
            beside = target.with_name(f".{target.name}.next")
            beside.unlink(missing_ok=True)
            shutil.copy2(new / name, beside)
            beside.replace(target)
    for parent in {parent for name in removed for parent in (live / name).parents if live in parent.parents}:
        with contextlib.suppress(OSError):
            os.removedirs(parent)


def _same(made: Path, had: Path) -> bool:
    """Return whether two files hold the same bytes, and neither is a link."""
    return not made.is_symlink() and not had.is_symlink() and _equal(made, had)


def _keep_same(made: Path, had: Path) -> None:
    """Put the old file in the place of a new one that holds the same bytes."""
    beside = made.with_name(f".{made.name}.same")
    try:
        os.link(had, beside)
        beside.replace(made)
        beside.unlink(missing_ok=True)  # renaming a file to another name of itself does nothing
    except OSError:  # no hard links here: at least its time stays
        status = had.stat()
        os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))


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


def _ready(live: Path) -> Path:
    return live.parent / f".{live.name}.ready"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let no two builds publish beside each other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
