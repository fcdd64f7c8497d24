"""Build beside the site, then swap: readers see the last good site until the next one is whole.

The new site is written into `.site.next-PID` beside `site`, or into memory where there is room. Publishing it exchanges two folders in one
step, `site` and `.site.last`, which holds the new one until then and the old one after (`renameat2(2)`, Linux). Where that can't be done it takes
two renames: `site` to `.site.last`, then the new one to `site`. Where `site` can't be renamed at all, as a mount point can't, the files that differ
are gathered in `.site.ready` and replace those of `site` one by one. Whoever is killed leaves one of four states, and `recover` mends each at the
next start: an unfinished folder beside a good site; no site but a `.site.last`; a site and a `.site.last` that was to be deleted; a
`.site.ready`, not all of which is in its place yet. Only where two folders can't be exchanged is the site not whole until then. A file whose
bytes are the same stays the same file: its times and number (inode) don't change.

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from incremental_build.replacing import exchange, files_in, finish, keep_same, replace_each, same

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
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


def begin(live: Path, rubbish: Path | None = None, *, memory: bool = True) -> Staged:
    """Mend what a killed build left, and make the folder for the next site, in memory if that is wanted and there is room."""
    live = live.resolve()
    live.parent.mkdir(parents=True, exist_ok=True)
    with _locked(live.parent):
        recover(live)
        folder = (_in_memory(live) if memory else None) or _next(live)
        try:
            folder.mkdir(mode=0o700 if folder.parent == MEMORY else 0o777)
        except OSError:
            folder = _next(live)
            folder.mkdir(exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return Staged(folder=folder, live=live, lock=lock, rubbish=rubbish)


def recover(live: Path) -> None:
    """Bring a site back that was moved away, finish one that was half put in place, and delete what killed builds left beside it."""
    last, ready = _last(live), _ready(live)
    if last.exists():
        if live.exists():
            _hand_on(last, live)
            shutil.rmtree(last)
        else:
            last.rename(live)
    for left in (*live.parent.glob(f".{live.name}.next-*"), *MEMORY.glob(f"{_name_in_memory(live)}*")):
        with contextlib.suppress(OSError):
            lock = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
    if ready.exists():
        finish(ready, live, _next(live, "-each"))


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


def publish(staged: Staged, look: Callable[[], object] = bool) -> Published:
    """Put the new site in the old one's place, and `look` at it there before another build may replace it."""
    new, live = staged.folder, staged.live
    with _locked(live.parent):
        made, had = files_in(new), files_in(live)
        same_ones = [name for name in made if name in had and same(new / name, live / name)]
        removed = [name for name in had if name not in made and not name.startswith(".")]
        told = Published(written=len(made) - len(same_ones), same=len(same_ones), removed=len(removed))
        if told.written or told.removed or not live.exists():
            _swap(staged, same_ones, removed)
        look()
    discard(staged)
    return told


def _swap(staged: Staged, same_ones: list[str], removed: list[str]) -> None:
    """Put a folder in another's place; file by file where a folder can't be renamed."""
    live, last = staged.live, _last(staged.live)
    new = _on_disk(staged, same_ones)
    for name in same_ones:
        keep_same(new / name, live / name)
    try:
        _take_place(new, live, last)
    except OSError as error:
        if error.errno not in _CANT_RENAME:
            raise
        changed = {*files_in(new)} - {*same_ones}
        replace_each(new, live, changed, removed, _next(live, "-each"), _ready(live))
        _delete(new, staged.rubbish)
        return
    if last.exists():
        _hand_on(last, live)
        for name in (
            same_ones
        ):  # what is deleted later, when the site's state is written down, shares no file with it
            (last / name).unlink(missing_ok=True)
        _delete(last, staged.rubbish)


def _take_place(new: Path, live: Path, last: Path) -> None:
    """Name the new folder as the live one, and that one as the last; raises OSError where a folder can't be renamed."""
    if live.exists():
        new.rename(last)
        try:
            if exchange(last, live):
                return
        except OSError:
            last.rename(new)
            raise
        last.rename(new)
        live.rename(last)
    new.rename(live)


def _on_disk(staged: Staged, same_ones: list[str]) -> Path:
    """Return the new site beside the old one, without the files that are the same if it had to be copied there."""
    beside = staged.live.parent
    if staged.folder.parent == beside:
        return staged.folder
    known, new = {*same_ones}, _next(staged.live, "-copy")
    for name in files_in(staged.folder):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        if name not in known:
            shutil.copy2(staged.folder / name, new / name)
    return new


def _hand_on(last: Path, live: Path) -> None:
    """Hand on what MkDocs never cleans, the hidden files at the root such as `.git`."""
    for entry in list(last.iterdir()):
        if entry.name.startswith(".") and not os.path.lexists(live / entry.name):
            entry.rename(live / entry.name)


def _in_memory(live: Path) -> Path | None:
    """Return a place in memory for a site to be built, if there is room for three like the last one: files are made there ten times as fast."""
    if not live.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    size = sum((live / name).lstat().st_size for name in files_in(live))
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        available = 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
        disk = os.statvfs(MEMORY)
        if 3 * size < min(available, disk.f_bavail * disk.f_frsize):
            return MEMORY / f"{_name_in_memory(live)}{os.getpid()}"
    return None


def _name_in_memory(live: Path) -> str:
    return f"site-{blake2b(os.fsencode(live), digest_size=8).hexdigest()}-"


def _next(live: Path, ending: str = "") -> Path:
    return live.parent / f".{live.name}.next-{os.getpid()}{ending}"


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
