"""Servers that refuse to run as root (PostgreSQL, PgBouncer), on machines where everything is root's.

In a user namespace in which root is ``nobody`` they run without any change to a file or account, also below folders
that only root may enter. Namespaces can be switched off, as in Docker's default profile; then there is ``nobody``
itself, who may read much less.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

NOBODY = 65534
"""The only user besides root that is on every machine; ``initdb`` wants one that has a name."""
NAMESPACE = ("unshare", "--user", "--ipc")
"""Root has no name in it and so is the overflow user, ``nobody`` (``user_namespaces(7)``). A map that says the same
would have to be written below ``/proc``, where a snippet under Landlock may not write. What a killed PostgreSQL leaves of
System V's shared memory is gone with the namespace (``ipc_namespaces(7)``)."""
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")

ANY_FILE = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")


def ways() -> list[tuple[str, ...]]:
    """Return what may stand before a command so that it does not run as root, the best first; none may be needed."""
    if os.geteuid() != 0:
        return [()]
    return [each for each in (NAMESPACE, AS_NOBODY) if _works(each)]


def for_a_snippet() -> tuple[str, ...]:
    """Return what may stand before a command that a snippet of root's starts, and that refuses to run as root.

    Where there is no namespace, ``nobody`` keeps root's right to any file: the snippet's folder is closed to others.
    """
    way = next(iter(ways()), ())
    return (*AS_NOBODY, *ANY_FILE) if way == AS_NOBODY else way


def write_launcher(path: Path, command: Sequence[str]) -> None:
    """Write a program that stands for ``command`` and hands on its own arguments."""
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _works(prefix: tuple[str, ...]) -> bool:
    if not shutil.which(prefix[0]):
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
