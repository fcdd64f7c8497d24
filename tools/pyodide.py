"""Fetch the Python for browsers: `make pyodide`. What can't be fetched is told in one line, and the site does without.

It comes as a package of npm, or in a wheel that carries the same files; either client asks wherever this machine's settings tell it
to. Nothing of what they bring is run or installed: the few files that `browser/pyodide.toml` names are copied into `.cache/pyodide/`,
each only if it has the sum that stands there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
PINS: Mapping[str, Any] = tomllib.loads((ROOT / "browser/pyodide.toml").read_text(encoding="utf-8"))
FOLDER = ROOT / ".cache/pyodide" / PINS["version"]
MINUTES = 3


def main() -> int:
    """Fetch it unless it is there; 0 in every case but a wrong sum: a site without it is whole."""
    if is_here():
        return 0
    tries: list[tuple[str, Callable[[Path], Path]]] = [("npm", from_npm), ("pip", from_wheel)]
    said = []
    for name, fetch in tries:
        with TemporaryDirectory() as folder:
            try:
                take(fetch(Path(folder)))
            except (OSError, KeyError, StopIteration, subprocess.SubprocessError, tarfile.TarError) as error:
                status = getattr(error, "returncode", None)
                said.append(f"{name}: {type(error).__name__ if status is None else f'status {status}'}")
                continue
            except ValueError as error:
                print(f"pyodide: {error}", file=sys.stderr)
                return 1
        print(f"pyodide {PINS['version']}: fetched with {name}")
        return 0
    print(f"pyodide {PINS['version']} can't be fetched, so no page runs Python itself ({'; '.join(said)})")
    return 0


def is_here() -> bool:
    """Tell whether every file is in the cache, with its sum."""
    return all(
        (FOLDER / name).is_file() and _sum(FOLDER / name) == wanted for name, wanted in PINS["sha256"].items()
    )


def from_npm(folder: Path) -> Path:
    """Return the folder with what is in npm's package."""
    _run(["npm", "pack", "--silent", "--fetch-retries=0", PINS["packages"]["npm"]], folder)
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        for name in PINS["sha256"]:
            found = packed.extractfile(f"package/{name}")
            (folder / name).write_bytes(found.read() if found else b"")
    return folder


def from_wheel(folder: Path) -> Path:
    """Return the folder with what is in the wheel."""
    words = ["pip", "download", "--quiet", "--retries=1", "--no-deps", "--only-binary=:all:"]
    _run([sys.executable, "-m", *words, PINS["packages"]["python"]], folder)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as packed:
        for name in PINS["sha256"]:
            path = next(each for each in packed.namelist() if each.endswith(f"/pyodide/{name}"))
            (folder / name).write_bytes(packed.read(path))
    return folder


def take(source: Path) -> None:
    """Copy the files into the cache.

    Raises:
        ValueError: a file is another than the one that is named.
    """
    for name, wanted in PINS["sha256"].items():
        if _sum(source / name) != wanted:
            raise ValueError(f"{name} is not the file that browser/pyodide.toml names: nothing of it is used")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PINS["sha256"]:
        shutil.copyfile(source / name, FOLDER / name)


def _run(words: list[str], folder: Path) -> None:
    subprocess.run(words, cwd=folder, check=True, timeout=60 * MINUTES, capture_output=True)


def _sum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
