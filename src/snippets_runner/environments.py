"""Throw-away environments, made with uv: a Python of this machine, and the newest versions of what snippets declare.

uv reads the script block itself, so every kind of source that ``[tool.uv.sources]`` may name is understood as it is
when the author runs ``uv run``.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from snippets_runner.errors import CannotRunError, UnknownNameError
from snippets_runner.model import Snippet

OLDEST = Version("3.11")
"""The oldest Python that can run the runner's own side of a snippet's process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """An interpreter on this machine."""

    version: str
    """``3.13.0``"""
    executable: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An environment that was made."""

    interpreter: Path
    packages: Mapping[str, str]
    """Every installed distribution's version, by its normalised name."""


class NotMadeError(CannotRunError):
    """An environment could not be made: no version fits, or no file of it does."""


LONGEST = 900.0
"""Seconds that one command of uv may take, the building of packages from their sources included."""


class Uv:
    """The program uv, found as the wheel of that name or on the PATH."""

    def __init__(self, folder: Path) -> None:
        """Find it; ``folder`` is for what it writes besides environments.

        Raises:
            CannotRunError: it is not here.
        """
        self._folder = folder
        self._lock, self._closed = threading.Lock(), False
        self._running: set[subprocess.Popen[str]] = set()
        with contextlib.suppress(ImportError, FileNotFoundError):
            from uv import find_uv_bin

            self._program = find_uv_bin()
            return
        found = shutil.which("uv")
        if found is None:
            raise CannotRunError(
                "uv is not installed, and only uv makes environments fast enough to throw them away",
                hint="pip install 'snippets-runner[drift]'",
            )
        self._program = found

    def pythons(self) -> list[Python]:
        """Return the newest CPython of each minor version on this machine, oldest first."""
        rows = json.loads(
            self._run(
                *("python", "list", "--only-installed", "--output-format", "json"), PATH=_without_shims()
            )
        )
        found = [
            Python(version=row["version"], executable=Path(row["path"]))
            for row in rows
            if row["implementation"] == "cpython" and row.get("variant", "default") == "default"
        ]
        found += _pyenv()
        found.append(
            Python(version=".".join(map(str, sys.version_info[:3])), executable=Path(sys.executable))
        )
        newest: dict[tuple[int, ...], Python] = {}
        for python in found:
            version = Version(python.version)
            other = newest.get(version.release[:2])
            if (
                version >= OLDEST
                and not version.is_prerelease
                and (other is None or version > Version(other.version))
            ):
                newest[version.release[:2]] = python
        return [newest[minor] for minor in sorted(newest)]

    def make(self, folder: Path, python: Python, snippet: Snippet) -> Environment:
        """Make an environment with the newest of what a snippet declares.

        Raises:
            NotMadeError: uv could not, in its own words.
        """
        interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        self._run("venv", "--no-project", "--python", str(python.executable), str(folder))
        if snippet.metadata.dependencies:
            refresh = [word for name in snippet.metadata.sources for word in ("--refresh-package", name)]
            with _unchanged(snippet.file.with_name(f"{snippet.file.name}.lock")):
                self._run(
                    *("sync", "--active", "--upgrade", "--python", str(interpreter), *refresh),
                    *("--script", str(snippet.file)),
                    VIRTUAL_ENV=str(folder),
                )
        rows = json.loads(self._run("pip", "list", "--format", "json", "--python", str(interpreter)))
        packages = {str(canonicalize_name(row["name"])): str(row["version"]) for row in rows}
        return Environment(interpreter=interpreter, packages=packages)

    def _run(self, *words: str, **variables: str) -> str:
        kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "UV_PYTHON")}
        # The certificates of this machine, as pip has them: a company's own are not among uv's.
        environment = {"UV_SYSTEM_CERTS": "true", **kept, "TMPDIR": str(self._folder), **variables}
        with self._lock:
            if self._closed:
                raise NotMadeError("the run was ended before it was made")
            process = self._start(words, environment)
            self._running.add(process)
        try:
            said, wrong = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            _end(process)
            process.communicate()  # lets go of its pipes
            raise NotMadeError(
                f"uv {words[0]} took more than {LONGEST / 60:.0f} minutes, and was ended"
            ) from None
        finally:
            _end(process)
            self._running.discard(process)
        if process.returncode:
            raise NotMadeError(wrong.strip() or f"uv {words[0]} ended with status {process.returncode}")
        return said

    def _start(self, words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._program, "--no-progress", "--color", "never", "--no-python-downloads", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def close(self) -> None:
        """End what it does in other threads, builds included, and let it begin nothing more."""
        with self._lock:
            self._closed = True
            for process in list(self._running):
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a command of uv, with the processes that it builds in."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def choose(found: Sequence[Python], wanted: Iterable[str]) -> list[Python]:
    """Return the Pythons of the versions that are asked for, such as ``3.13``; without any, all.

    Raises:
        UnknownNameError: there is none of that version here.
    """
    words = list(wanted)
    for word in words:
        if not any(_is(python, word) for python in found):
            raise UnknownNameError("Python", word, [python.version for python in found])
    return [python for python in found if not words or any(_is(python, word) for word in words)]


def _is(python: Python, word: str) -> bool:
    return python.version == word or python.version.startswith(f"{word}.")


def _without_shims() -> str:
    """Return the PATH without folders of scripts that stand for Pythons: most say only that they are not chosen."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).name != "shims")


def _pyenv() -> Iterator[Python]:
    """Yield what pyenv has installed: its names on the PATH are scripts that find only the chosen version."""
    folder = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        executable = each / "bin" / "python3"
        if executable.is_file() and each.name.replace(".", "").isdigit():
            yield Python(version=each.name, executable=executable)


@contextlib.contextmanager
def _unchanged(lock: Path) -> Iterator[None]:
    """Put a script's own lock back, which uv would update."""
    before = lock.read_bytes() if lock.is_file() else None
    try:
        yield
    finally:
        if before is not None and lock.read_bytes() != before:
            lock.write_bytes(before)
