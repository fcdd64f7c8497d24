"""Words that start a command as the user nobody, also where what it needs lies in folders that are root's alone."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path

import snippets_runner

NOBODY = 65534


def as_nobody(home: Path, *, start: Path) -> tuple[str, ...]:
    """Return the words; ``home`` becomes nobody's, and the command starts in ``start`` below it.

    The interpreter of a test is often below root's home, and pytest's folders are root's. Their modes stay as they are:
    in a namespace of mounts of its own, the command sees each closed folder with nothing in it but what it needs.
    """
    needed = [Path(sys.base_prefix), Path(sys.prefix), Path(snippets_runner.__file__).parents[1], home]
    hidden = [(str(top), str(path)) for path in needed if (top := _closed(path))]
    lines = [f"chown -R {NOBODY}:{NOBODY} {shlex.quote(str(home))}", "mount -t tmpfs none /mnt"]
    for number, (_, path) in enumerate(hidden):
        lines += [f"mkdir /mnt/{number}", f"mount --bind {shlex.quote(path)} /mnt/{number}"]
    for top in sorted({top for top, _ in hidden}):
        lines += [f"mount -t tmpfs -o mode=755 none {shlex.quote(top)}"]
    for number, (_, path) in enumerate(hidden):
        lines += [f"mkdir -p {shlex.quote(path)}", f"mount --bind /mnt/{number} {shlex.quote(path)}"]
    user = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --bounding-set -all"
    lines += [f"cd {shlex.quote(str(start))}", f'exec {user} "$@"']
    return ("unshare", "--mount", "--propagation", "private", "sh", "-c", " && ".join(lines), "sh")


def _closed(path: Path) -> Path | None:
    """Return the outermost folder on the way to a path that is closed to others; None if all are open."""
    ways = [each for each in reversed(path.parents) if not each.stat().st_mode & stat.S_IXOTH]
    return ways[0] if ways else None
