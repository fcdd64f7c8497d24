"""The guards around a snippet's process, put on by the process itself before the snippet's first line.

They contain accidents, not attacks: a snippet that hangs, eats memory, floods its output or writes where it should
not. This file is imported by a bare interpreter (``python -I -S``), so it uses the standard library only and imports
nothing of this package.

Sources: ``prctl(2)``, ``setrlimit(2)``, ``capset(2)``, ``user_namespaces(7)``; for the file system, see ``landlock``.
"""

import contextlib
import ctypes
import os
import resource
import shutil
import struct
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
CAPABILITY_VERSION = 0x20080522
"""Of the structures that ``capset(2)`` takes."""
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_SLAVE = 2, 4, 4096, 16384, 1 << 19

SHARED = "/dev/shm"
"""Where POSIX shared memory and semaphores are files (``shm_overview(7)``)."""

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def become_subreaper() -> bool:
    """Make orphaned descendants children of this process, so that it can end them; false where Linux is not."""
    return LIBC is not None and bool(LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def die_with_parent() -> None:
    """Have this process killed when the worker that watches over it is; nothing happens where Linux is not."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)


def enter(namespaces: int) -> bool:
    """Move this process into new namespaces of these kinds (``CLONE_NEW…``); tell whether it could.

    Root may; anybody else by way of a user namespace, in which everybody has their own numbers, where the machine allows
    those. That gives every right in it, until ``drop_capabilities``.
    """
    user, group = os.geteuid(), os.getegid()
    if LIBC is None:
        return False
    if LIBC.unshare(namespaces):
        if LIBC.unshare(CLONE_NEWUSER | namespaces):
            return False
        maps = {"setgroups": "deny", "gid_map": f"{group} {group} 1", "uid_map": f"{user} {user} 1"}
        for name, text in maps.items():
            with contextlib.suppress(OSError), open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    return True


def without_network() -> list[str]:
    """Put this process into a network that has nothing, not even loopback; return the guard's name, if it can be had."""
    return ["no-network"] if enter(CLONE_NEWNET) else []


def drop_capabilities() -> None:
    """Give up what a user namespace gave this process, so that a closed file is closed; root keeps what it has."""
    if LIBC is not None and os.geteuid():
        LIBC.capset(struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24))


def counts_alone() -> bool:
    """Tell whether the processes below this one are counted by themselves, and not with all others of its user.

    In a user namespace they are, from Linux 5.14. It is tried, not looked up: the user has this process and the one
    that it was started from, so that with a limit of two a third can be made only where those don't count.
    """
    if not os.geteuid() or not os.path.isdir("/proc/self"):
        return False
    try:
        before = resource.getrlimit(resource.RLIMIT_NPROC)
        resource.setrlimit(resource.RLIMIT_NPROC, (2, before[1]))
    except (ValueError, OSError):
        return False
    try:
        if (probe := os.fork()) == 0:
            os._exit(0)
        os.waitpid(probe, 0)
    except OSError:
        return False
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)
    return True


def limit_user_processes() -> None:
    """Let this process's user have 2048 processes more than now: the end of a fork bomb that outruns the watchdog.

    For where a snippet's are not counted by themselves. It does not bind root (``setrlimit(2)``), for whom the watchdog
    is all there is.
    """
    mine = 0
    for entry in os.listdir("/proc") if os.geteuid() and os.path.isdir("/proc/self") else ():
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.stat(f"/proc/{entry}").st_uid == os.geteuid():
                mine += len(os.listdir(f"/proc/{entry}/task"))
    if mine:
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            wanted = mine + 2048
            resource.setrlimit(
                resource.RLIMIT_NPROC,
                (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard),
            )


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


def limit(order: dict[str, Any]) -> list[str]:
    """Set resource limits for this process and its children; return the names of the guards now in force.

    Of the order, ``memory`` is MiB of address space, ``timeout`` seconds of which eight processors may take all,
    ``output`` bytes that one file may hold at least, ``most`` how many processes may be there, 0 for any number.
    """
    wanted = [
        ("memory", "RLIMIT_AS", order["memory"] << 20),
        ("cpu", "RLIMIT_CPU", int(order["timeout"] * 8) + 5),
        ("files", "RLIMIT_NOFILE", 4096),
        ("file-size", "RLIMIT_FSIZE", max(order["output"], 1 << 30)),
        ("core", "RLIMIT_CORE", 0),
        *([("processes", "RLIMIT_NPROC", order["most"])] if order["most"] else []),
    ]
    done = []
    for name, constant, value in wanted:
        with contextlib.suppress(AttributeError, ValueError, OSError):
            number = getattr(resource, constant)
            hard = resource.getrlimit(number)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (bound, bound))
            done.append(name)
    return done
