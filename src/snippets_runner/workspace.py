"""The empty folder that a snippet gets: one that no snippet has touched is handed to the next.

Making a folder, the rules that let a process write below it and nowhere else, and deleting it all again costs more
than most snippets do, and most write no file. Whether one did is told by the folder's time of change, which every new
or deleted entry, every change of its mode, owner or attributes moves (``inode(7)``), and which nothing can set back.

Imported by the worker, which is a bare interpreter: standard library only.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snippets_runner import landlock, sandbox
else:  # see worker.py
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import landlock
    import sandbox

    del sys.path[0]


class Workspace:
    """The folder that a worker's snippets get, one after another."""

    def __init__(self, base: str) -> None:
        """Make none yet; they are made below ``base``."""
        self.folder = ""
        self._base = base
        self._mark: tuple[int, ...] = ()
        self._rules: dict[tuple[str, ...], int | None] = {}

    def take(self) -> None:
        """Have an empty folder that nobody has used, or touched.

        Raises:
            OSError: it could not be made, since the run was ended and took ``base`` with it.
        """
        if not self.untouched():
            self.give_up()
            self.folder = tempfile.mkdtemp(prefix="snippet-", dir=self._base)
            self._mark = self._look()

    def untouched(self) -> bool:
        """Tell whether the folder is as it was made."""
        try:
            return bool(self.folder) and self._look() == self._mark and not os.listdir(self.folder)
        except OSError:
            return False

    def _look(self) -> tuple[int, ...]:
        seen = os.lstat(self.folder)
        return seen.st_ino, seen.st_dev, seen.st_mode, seen.st_uid, seen.st_gid, seen.st_ctime_ns

    def rules(self, others: Iterable[str]) -> int | None:
        """Return the rules that let a process write to the folder and to ``others``; they stay open for the next."""
        writable = (self.folder, sandbox.SHARED, *others)
        if writable not in self._rules:
            self._close_rules()
            self._rules[writable] = landlock.rules(writable)
        return self._rules[writable]

    def left(self, *, but: str) -> list[str]:
        """Return the names of the files that lie in the folder, at most twenty; ``but`` names one that is ours."""
        return [] if self.untouched() else left_in(self.folder, but=but)

    def give_up(self) -> None:
        """Delete the folder, so that the next snippet gets another."""
        self._close_rules()
        if self.folder:
            delete(self.folder)
            self.folder = ""

    def _close_rules(self) -> None:
        for ruleset in self._rules.values():
            if ruleset is not None:
                os.close(ruleset)
        self._rules.clear()


def delete(folder: str) -> None:
    """Delete a snippet's folder, also where the snippet has closed folders in it to itself."""
    shutil.rmtree(folder, ignore_errors=True)
    _open(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _open(folder: str) -> None:
    """Open a folder, and every one in it, to its owner."""
    queue = [folder] if os.path.isdir(folder) else []
    while queue:
        with contextlib.suppress(OSError):
            os.chmod(here := queue.pop(), 0o700)
            queue += [entry.path for entry in os.scandir(here) if entry.is_dir(follow_symlinks=False)]


def left_in(folder: str, *, but: str) -> list[str]:
    """Return the names of the files that lie in a snippet's folder, at most twenty; ``but`` names one that is ours.

    What programs keep under the name of a cache (``.cache``, ``__pycache__``) is theirs, not the snippet's.
    """
    found: list[str] = []
    _open(folder)
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".") and each != "__pycache__"]
        found += [os.path.relpath(os.path.join(place, each), folder) for each in files]
        if len(found) > 20:
            break
    return sorted(each for each in found if each != os.path.basename(but) and not each.startswith("."))[:20]
