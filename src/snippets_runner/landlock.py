"""Landlock: let a process and its children write below some folders only. Works without privileges, from Linux 5.13.

Imported by a snippet's own interpreter: see ``sandbox``. A set of rules is a descriptor, made once in the
worker for a folder that many snippets get in turn; a snippet's process only has to put it on itself.

Source: ``landlock(7)``.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PR_SET_NO_NEW_PRIVS = 38

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""System call numbers, the same on every architecture since Linux 5.13."""
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1

WRITE_FILE, READ_ONLY, TRUNCATE = 1 << 1, (1 << 0) | (1 << 2) | (1 << 3), 1 << 14
SCOPE_SIGNAL, SCOPES_FROM = 1 << 1, 6
"""A process may signal only those under the same guard; known from the sixth version (Linux 6.12)."""
ACCESS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Every file access right that a version of Landlock knows; later versions add none that concerns files but ioctl."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts")

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def version() -> int:
    """Return the version of Landlock that this kernel has; below 1 where it has none."""
    return int(LIBC.syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)) if LIBC is not None else 0


def rules(writable: Iterable[str]) -> int | None:
    """Return the descriptor of a set of rules: writing below ``writable`` and to devices only; None if there is none.

    Reading and running stay allowed everywhere.
    """
    known = version()
    if LIBC is None or known < 1:
        return None
    handled = ACCESS_BY_VERSION[min(known, 3)] & ~READ_ONLY
    scopes = SCOPE_SIGNAL if known >= SCOPES_FROM else 0
    attributes = struct.pack("=QQQ", handled, 0, scopes) if scopes else struct.pack("=Q", handled)
    ruleset: int = LIBC.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return None
    for folder in writable:
        _allow(LIBC, ruleset, folder, handled)
    for device in DEVICES:
        _allow(LIBC, ruleset, device, handled if os.path.isdir(device) else handled & (WRITE_FILE | TRUNCATE))
    return ruleset


def restrict(ruleset: int | None) -> bool:
    """Put a set of rules on this process and what it starts, and close its descriptor; false where the kernel can't."""
    if LIBC is None or ruleset is None:
        return False
    try:
        if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            return False
        return bool(LIBC.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", access, handle)
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(handle)
