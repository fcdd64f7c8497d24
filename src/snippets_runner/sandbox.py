"""The guards around a snippet's process, put on by the process itself before the snippet's first line.

They contain accidents, not attacks: a snippet that hangs, eats memory, floods its output or writes where it should
not. This file is imported by a bare interpreter (``python -I -S``), so it uses the standard library only and imports
nothing of this package.

Sources: ``landlock(7)``, ``prctl(2)``, ``setrlimit(2)``.
"""

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable

PR_SET_NO_NEW_PRIVS = 38
PR_SET_CHILD_SUBREAPER = 36

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
"""System call numbers, the same on every architecture since Linux 5.13."""
LANDLOCK_CREATE_RULESET_VERSION = 1
LANDLOCK_RULE_PATH_BENEATH = 1

WRITE_FILE, READ_ONLY, TRUNCATE, IOCTL = 1 << 1, (1 << 0) | (1 << 2) | (1 << 3), 1 << 14, 1 << 15
ACCESS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Every file access right that a version of Landlock knows; later versions add none that concerns files but ioctl."""


def become_subreaper() -> bool:
    """Make orphaned descendants children of this process, so that it can end them; false where Linux is not."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def limit(*, memory: int, seconds: float, output: int) -> list[str]:
    """Set resource limits for this process and its children; return the names of the guards now in force.

    ``memory`` is MiB of address space, ``seconds`` of processor time, ``output`` bytes that one file may hold.
    """
    import resource

    file_size = max(output, 1 << 30)
    wanted = [
        ("memory", "RLIMIT_AS", memory << 20),
        ("cpu", "RLIMIT_CPU", int(seconds * 8) + 5),
        ("files", "RLIMIT_NOFILE", 4096),
        ("file-size", "RLIMIT_FSIZE", file_size),
        ("core", "RLIMIT_CORE", 0),
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


def deny_writes_outside(writable: Iterable[str]) -> bool:
    """Let this process and its children write below ``writable`` and to devices only; false where the kernel can't.

    Reading and running stay allowed everywhere. Works without privileges, from Linux 5.13.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return False
    handled = ACCESS_BY_VERSION[min(version, 3)] & ~READ_ONLY
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, struct.pack("=Q", handled), 8, 0)
    if ruleset < 0:
        return False
    try:
        for folder in writable:
            _allow(libc, ruleset, folder, handled)
        for device in ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts"):
            _allow(
                libc, ruleset, device, handled if os.path.isdir(device) else handled & (WRITE_FILE | TRUNCATE)
            )
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            return False
        return bool(libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", access, handle)
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(handle)
