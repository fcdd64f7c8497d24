"""What a check goes by that is no file of the project: the runner, Python, what is installed, the settings."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.services.places import SYSTEM_PATHS
from snippets_runner.snapshot import take

PROGRAMS = ("bash", "go", "gofmt", "haproxy", "nginx", "node", "zsh")
"""What blocks in other languages are run or validated by, besides services and Python packages."""


def surroundings(config: Config) -> str:
    """Return the digest of what a check goes by besides the project's files and its services."""
    own = take([str(Path(__file__).parent)])
    parts = (
        repr(config),
        sys.version,
        sys.executable,
        os.uname().machine,
        sorted(own.files.items()),
        list(_distributions()),
        list(_programs()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _distributions() -> Iterator[tuple[str, int, int]]:
    """Yield what tells one set of installed distributions, with their versions, from another."""
    for folder in dict.fromkeys(sys.path):
        try:
            names = sorted(name for name in os.listdir(folder or ".") if name.endswith("-info"))
        except OSError:
            continue
        for name in names:
            for file in ("METADATA", "PKG-INFO"):
                try:
                    seen = os.stat(os.path.join(folder, name, file))
                except OSError:
                    continue
                yield os.path.join(folder, name), seen.st_size, seen.st_mtime_ns


def _programs() -> Iterator[tuple[str, int, int]]:
    for folder in (*os.environ.get("PATH", os.defpath).split(os.pathsep), *SYSTEM_PATHS):
        for name in PROGRAMS:
            try:
                seen = os.stat(os.path.join(folder, name))
            except OSError:
                continue
            yield os.path.join(folder, name), seen.st_size, seen.st_mtime_ns
