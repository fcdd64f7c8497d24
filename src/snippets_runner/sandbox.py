"""The guards around a snippet's process, put on by the process itself before the snippet's first line.

They contain accidents, not attacks: a snippet that hangs, eats memory, floods its output or writes where it should
not. This file is imported by a snippet's own interpreter, which the snippet waits for and looks into: it uses little of
the standard library, and nothing of this package.

Sources: ``prctl(2)``, ``setrlimit(2)``, ``capset(2)``, ``user_namespaces(7)``; for the file system, see ``landlock``.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
CAPABILITY_VERSION = 0x20080522
"""Of the structures that ``capset(2)`` takes."""

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
            try:
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
            except OSError:
                continue
    return True


def without_network() -> list[str]:
    """Put this process into a network that has nothing, not even loopback; return the guard's name, if it can be had."""
    return ["no-network"] if enter(CLONE_NEWNET) else []


def drop_capabilities() -> None:
    """Give up what a user namespace gave this process, so that a closed file is closed; root keeps what it has."""
    if LIBC is not None and os.geteuid():
        LIBC.capset(struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24))


def limits(order: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Return the limits for a snippet's process and its children: the guard's name, the resource, how much of it.

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
    found = []
    for name, constant, value in wanted:
        if (number := getattr(resource, constant, None)) is not None:
            hard = resource.getrlimit(number)[1]
            found.append((name, number, value if hard == resource.RLIM_INFINITY else min(value, hard)))
    return found


def limit(wanted: list[tuple[str, int, int]]) -> list[str]:
    """Set limits for this process and its children; return the names of the guards now in force."""
    done = []
    for name, number, bound in wanted:
        try:
            resource.setrlimit(number, (bound, bound))
        except (ValueError, OSError):
            continue
        done.append(name)
    return done
