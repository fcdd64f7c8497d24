"""Run a command, unless it has passed before on what is there now, to the last byte.

Usage: ``python -m tools.unchanged [--also PATH …] -- COMMAND …``. What is there: every file of the repository that git doesn't ignore, the
commit, each PATH given, Python and the packages, the programs on `PATH`, the environment, and the day. Nobody works out which test depends
on which file: tests start programs that read any of them. With `FRESH` or `CI` in the environment the command always runs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import distributions
from pathlib import Path

OF_A_SHELL = {
    "_",
    "OLDPWD",
    "SHLVL",
    "COLUMNS",
    "LINES",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "MAKE_TERMOUT",
    "MAKE_TERMERR",
}
"""What says where and how somebody typed."""


def state(root: Path, command: Sequence[str], also: Sequence[str]) -> str:
    """Return a digest of everything that a command could find."""
    made = blake2b(digest_size=16)
    for part in parts(root, command, also):
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        made.update(b"%d\0" % len(data))
        made.update(data)
    return made.hexdigest()


def parts(root: Path, command: Sequence[str], also: Sequence[str]) -> Iterator[str | bytes]:
    """Yield it, each thing with its name before it."""
    yield from command
    yield sys.version
    yield f"{datetime.now(UTC):%F} {datetime.now():%F}"
    yield from sorted(f"{each.name}=={each.version}" for each in distributions())
    yield from sorted(f"{name}={value}" for name, value in os.environ.items() if name not in OF_A_SHELL)
    yield from programs()
    yield git(root, "rev-parse", "HEAD")
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    files = {root / name for name in names if name}
    for given in also:
        place = root / given
        files.update(place.rglob("*") if place.is_dir() else [place])
    for file in sorted(files):
        yield from content(file)


def content(file: Path) -> Iterator[str | bytes]:
    """Yield a file's name, kind and bytes."""
    yield str(file)
    if file.is_symlink():
        yield f"link to {os.readlink(file)}"
    elif file.is_file():
        yield oct(file.stat().st_mode)
        yield file.read_bytes()
    else:
        yield "a folder" if file.is_dir() else "gone"


def programs() -> Iterator[str]:
    """Yield the programs that can be started by name, with what tells one from its next version."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for entry in sorted(os.scandir(folder), key=lambda each: each.name) if os.path.isdir(folder) else ():
            try:
                found = entry.stat()
            except OSError:  # a link to nothing
                continue
            yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def git(root: Path, *arguments: str) -> str:
    """Return what git says."""
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "surrogateescape")


def run(root: Path, command: Sequence[str], also: Sequence[str]) -> int:
    """Run the command if that is needed; return its exit code."""
    record = root / ".cache/passed" / blake2b("\0".join(command).encode(), digest_size=8).hexdigest()
    before = state(root, command, also)
    fresh = os.environ.get("FRESH") or os.environ.get("CI")
    if not fresh and record.exists() and record.read_text("ascii") == before:
        print(f"passed before on the very same files: {' '.join(command)} (FRESH=1 runs it again)")
        return 0
    record.unlink(missing_ok=True)
    status = subprocess.run(command, cwd=root, check=False).returncode
    if status == 0 and state(root, command, also) == before:  # nobody saved meanwhile, and it left nothing
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(before, encoding="ascii")
    return status


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--also", action="append", default=[], help="a file or folder that git ignores and that counts"
    )
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    return run(Path.cwd(), given.command, given.also)


if __name__ == "__main__":
    sys.exit(main())
