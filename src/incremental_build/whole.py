"""The short cut for a whole build: if nothing that the last one was made of has changed, and what it made is there, there is nothing to do.

The record of a build says what it was made of: the configuration, Python and the packages, the environment, the day, every file it opened,
the names of all files of the project, the commits, and the state of every file of the site. A stamp (`stat`) that differs is not yet a change:
then the bytes decide. What can't be traced leaves no record.
"""

from __future__ import annotations

import contextlib
import json
import locale
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from incremental_build.code import package_names, theme_settings
from incremental_build.digest import digest
from incremental_build.errors import Undigestible
from incremental_build.records import Said
from incremental_build.trace import Stamp, Trace, commits_of, content_of, names_in, stamp_of

FORMAT = 2
MOST = 100_000
"""How many files a project may have; to compare more would take longer than many a build."""
_OF_A_SHELL = ("_", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "TERM", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
"""Environment variables that say where and how somebody typed, and that no generator of pages asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a build was made of, and what it made."""

    key: str
    """Stands for the configuration, the code, the environment and the day."""
    names: str
    """Stands for the names of all files of the project."""
    files: dict[str, tuple[Stamp, str]]
    """Each file that was opened: its stamp, and a digest of its bytes."""
    folders: dict[str, str]
    """Each folder that was listed besides those of the project, and a digest of its names."""
    made: dict[str, bool]
    """Each folder that the build made besides the site, and whether it left it there."""
    repositories: dict[str, str]
    """Each folder in which git was asked, and a digest of the commits."""
    site: str
    """Stands for the state of every file of the site."""
    said: list[Said]
    """What the build said in the log."""


def key_of(config: Any) -> str:
    """Return what stands for all that a build depends on besides files. Raises Undigestible."""
    today = [time.strftime("%Y-%m-%d", each) for each in (time.gmtime(), time.localtime())]
    environment = sorted((name, value) for name, value in os.environ.items() if name not in _OF_A_SHELL)
    level = logging.getLogger("mkdocs").getEffectiveLevel()
    settings = {name: value for name, value in config.items() if name not in ("plugins", "hooks", "theme")}
    plugins = [(name, dict(getattr(plugin, "config", {}))) for name, plugin in config.plugins.items()]
    return digest(
        FORMAT, settings, theme_settings(config.theme), plugins, str(config.config_file_path), os.getcwd(), environment,
        today, time.tzname, locale.setlocale(locale.LC_ALL), level, sys.version, list(sys.flags), package_names(), _umask(),
    )  # fmt: skip


def _umask() -> str:
    """Return the mask for new files, where the system tells it without our setting it."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text("ascii", errors="replace")
        return next((line for line in status.splitlines() if line.startswith("Umask")), "")
    return ""


def tree(root: Path, site: Path) -> list[str]:
    """Return the names of a project's files in order, without what is hidden, environments of Python, and the site."""
    found: list[str] = []
    apart = str(site)
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(
            name for name in inner
            if not name.startswith(".") and name != "__pycache__" and os.path.join(folder, name) != apart
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )  # fmt: skip
        found += [os.path.join(folder, name) for name in sorted(names) if not name.startswith(".")]
        found += [os.path.join(folder, name) + os.sep for name in inner]
        if len(found) > MOST:
            break
    return found


def names_of(paths: list[str]) -> str:
    """Return a digest of names."""
    return blake2b("\0".join(paths).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def state_of_site(site: Path) -> tuple[str, int]:
    """Return a digest of the state of every file of a site, and how many there are."""
    made, count = blake2b(digest_size=16), 0
    for path, stamp in _stamps(str(site)):
        made.update(f"{path}\0{stamp}\0".encode("utf-8", "surrogateescape"))
        count += 1
    return made.hexdigest(), count


def _stamps(folder: str) -> Iterator[tuple[str, Stamp]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        yield entry.path, [] if entry.is_dir(follow_symlinks=False) else _stamp(entry)
        if entry.is_dir(follow_symlinks=False):
            yield from _stamps(entry.path)


def _stamp(entry: os.DirEntry[str]) -> Stamp:
    found = entry.stat(follow_symlinks=False)
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode]


class Whole:
    """The record of the last build into one folder."""

    def __init__(self, cache: Path, config: Any, live: Path) -> None:
        """Find the record's place; nothing is read yet."""
        self.config_file: str | None = config.config_file_path
        self.root = Path(config.config_file_path).parent.resolve() if config.config_file_path else Path.cwd()
        self.live = live
        self.file = cache / f"whole-{digest(str(live))[:16]}.json"
        self.why = ""
        """Why there will be no record."""
        try:
            self.key = key_of(config)
        except Undigestible as error:
            self.key, self.why = "", str(error)
        self.paths = tree(self.root, live)
        self.names = names_of(self.paths)
        if len(self.paths) > MOST:
            self.why = f"more than {MOST:,} files"
        self.site = ""

    def look(self) -> None:
        """Note the state of the site that was just put in place; a moment later it may be another build's."""
        self.site = state_of_site(self.live)[0]

    def unchanged(self) -> tuple[list[Said], int] | None:
        """Return what the last build said and how many files it made, if this one would say and make the same."""
        if self.why:
            return None
        try:
            kept = json.loads(self.file.read_text("utf-8"))
            if (kept["key"], kept["names"]) != (self.key, self.names):
                return None
            state, count = state_of_site(self.live)
            same = state == kept["site"] and _as_before(kept)
            return ([tuple(each) for each in kept["said"]], count) if same else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def record(self, trace: Trace, said: list[Said]) -> None:
        """Write down what a build was made of, now that its site is in place."""
        self.why = self.why or trace.unknown
        if self.why:
            return
        if self.config_file:
            trace.note(self.config_file)
        if trace.programs:  # what they open isn't heard
            for path in self.paths:
                trace.note(path)
        files = {path: (stamp, _settled(path, stamp)) for path, stamp in trace.files.items()}
        files |= {path: (stamp_of(path), content_of(path) or "none") for path in trace.written}
        walked = {f"{self.root}{os.sep}", *self.paths}
        record = Record(
            key=self.key, names=self.names, files=files, repositories=trace.repositories, site=self.site, said=said,
            made={path: os.path.isdir(path) for path in trace.made},
            folders={path: names for path, names in trace.folders.items() if f"{path}{os.sep}" not in walked},
        )  # fmt: skip
        if trace.unknown:
            self.why = trace.unknown
            return
        beside = self.file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):  # the next build makes everything anew
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(asdict(record)), encoding="utf-8")
            beside.replace(self.file)


def _settled(path: str, stamp: Stamp) -> str:
    """Return a digest of a file's bytes; one that stands for none if it has changed since it was opened."""
    if not stamp:
        return "none"
    content = content_of(path)
    return content if stamp_of(path) == stamp else "changed"


def _as_before(kept: dict[str, Any]) -> bool:
    """Return whether every file, folder and repository is what it was."""
    files = all(
        stamp_of(path) == stamp if content in ("none", "changed") else (stamp_of(path) == stamp or content_of(path) == content)
        for path, (stamp, content) in kept["files"].items()
    )  # fmt: skip
    folders = all(names_in(path) == names for path, names in kept["folders"].items())
    made = all(os.path.isdir(path) == left for path, left in kept["made"].items())
    return (
        files
        and folders
        and made
        and all(commits_of(path) == made for path, made in kept["repositories"].items())
    )
