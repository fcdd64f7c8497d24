"""A ``/dev/shm`` for the snippets of one worker.

Imported by the worker, which is a bare interpreter: standard library only. Sources: ``shm_overview(7)``,
``mount_namespaces(7)``.
"""

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snippets_runner.sandbox import CLONE_NEWNS, LIBC, SHARED, enter
    from snippets_runner.workspace import delete
else:  # see worker.py
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from sandbox import CLONE_NEWNS, LIBC, SHARED, enter
    from workspace import delete

    del sys.path[0]

MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_SLAVE = 2, 4, 4096, 16384, 1 << 19


class SharedMemory:
    """A ``/dev/shm`` for this process and its children alone: what a snippet leaves there is gone with its run.

    Where not even a user namespace gives the right to mount, snippets share the machine's. The folders of the runner's
    own services, which lie there too, are shown through.
    """

    def __init__(self) -> None:
        """Mount it, if that is allowed."""
        self.private = False
        self._shown: set[str] = set()
        if LIBC is None or not os.path.isdir(SHARED):
            return
        self._libc = LIBC
        if not enter(CLONE_NEWNS) or self._mount(None, "/", None, MS_REC | MS_SLAVE):
            return
        self._real = os.open(SHARED, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self.private = self._mount("snippets", SHARED, "tmpfs", MS_NOSUID | MS_NODEV) == 0

    def _mount(self, source: str | None, target: str, kind: str | None, flags: int) -> int:
        words = [None if word is None else word.encode() for word in (source, target, kind)]
        return int(self._libc.mount(*words, flags, None))

    def prepare(self) -> None:
        """Show the folders of services that have been started since."""
        real = f"/proc/self/fd/{self._real}" if self.private else ""
        for name in os.listdir(real) if real else ():
            if name.startswith("snippets-") and name not in self._shown:
                with contextlib.suppress(OSError):
                    os.mkdir(f"{SHARED}/{name}")
                    self._shown.add(name)
                    self._mount(f"{real}/{name}", f"{SHARED}/{name}", None, MS_BIND)

    def clear(self) -> None:
        """Delete what the last snippet left."""
        for name in os.listdir(SHARED) if self.private else ():
            path = f"{SHARED}/{name}"
            if name not in self._shown:
                delete(path)
                with contextlib.suppress(OSError):
                    os.unlink(path)
