"""Files of a site: which there are, which are the same, and how they take the place of others so that a killed program can be finished."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20
_HERE, _EXCHANGE = -100, 2
"""`AT_FDCWD` and `RENAME_EXCHANGE` of Linux."""


def files_in(root: Path) -> dict[str, None]:
    """Return every file below a folder, by its path from there, but for what is hidden at the root."""
    found: dict[str, None] = {}
    top = str(root)
    for folder, folders, names in os.walk(top):
        if folder == top:
            folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*names, *(each for each in folders if os.path.islink(os.path.join(folder, each)))):
            found[os.path.relpath(os.path.join(folder, name), top)] = None
    return found


def same(made: Path, had: Path) -> bool:
    """Return whether two files hold the same bytes, and neither is a link."""
    if made.is_symlink() or had.is_symlink() or made.stat().st_size != had.stat().st_size:
        return False
    with made.open("rb") as left, had.open("rb") as right:
        while chunk := left.read(CHUNK):
            if chunk != right.read(CHUNK):
                return False
    return True


def keep_same(made: Path, had: Path) -> None:
    """Put the old file in the place of a new one that holds the same bytes, or of none."""
    beside = made.with_name(f".{made.name}.same")
    try:
        os.link(had, beside)
        beside.replace(made)
        beside.unlink(missing_ok=True)  # renaming a file to another name of itself does nothing
    except OSError:  # no hard links here: at least its time stays
        if not made.exists():
            shutil.copy2(had, made)
        status = had.stat()
        os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step; return False where the system or its file system can't (`renameat2(2)`).

    Raises OSError where it could, and did not.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def replace_each(
    new: Path, live: Path, changed: Iterable[str], removed: list[str], beside: Path, ready: Path
) -> None:
    """Put some files of a folder into the place of those of another, each at once, and delete others.

    What is to be done is written down first: `ready` is there from the moment when all of it is known until all of it is done.
    """
    for name in changed:
        target = beside / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(new / name, target)
    beside.mkdir(exist_ok=True)
    (beside / "removed.json").write_text(json.dumps(removed), encoding="utf-8")
    beside.rename(ready)
    finish(ready, live, beside)


def finish(ready: Path, live: Path, beside: Path) -> None:
    """Do what is written down, as far as it isn't done; `beside` is what it is named when all is done."""
    for name in json.loads((ready / "removed.json").read_text("utf-8")):
        (live / name).unlink(missing_ok=True)
        for parent in (each for each in (live / name).parents if live in each.parents):
            with contextlib.suppress(OSError):
                parent.rmdir()
    for name in files_in(ready / "files"):
        target = live / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            target.rmdir()  # a folder that held a page and is a file now
        _move(ready / "files" / name, target)
    ready.rename(beside)
    shutil.rmtree(beside)


def _move(file: Path, target: Path) -> None:
    """Put a file in the place of another in one step, also where that one is on another disk."""
    try:
        file.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.moving")
        shutil.copy2(file, beside)
        beside.replace(target)
