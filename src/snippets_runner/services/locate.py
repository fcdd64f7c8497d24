"""Find a service's program: on ``PATH``, or in a Debian package that is unpacked without root."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from snippets_runner.services.places import SYSTEM_PATHS
from snippets_runner.services.service import Missing, Program


def on_path(name: str) -> Path | None:
    """Return the program's file if ``PATH`` or one of the usual folders for servers has it."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_PATHS])
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def in_wheel(name: str, distribution: str) -> Path | None:
    """Return the program of that name that an installed Python package carries."""
    from importlib import metadata  # it reads the headers of mails, so that to import it takes long

    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return None
    for each in (Path(str(file.locate())).resolve() for file in files if file.name == name):
        if each.is_file() and not _is_script(each):
            return each
    return None


def wheel_version(distribution: str) -> str:
    """Return the version of an installed Python package."""
    from importlib import metadata

    return metadata.version(distribution)


def _is_script(file: Path) -> bool:
    """Return whether it is the small script that pip makes for an entry point, which needs its environment."""
    with file.open("rb") as content:
        return content.read(2) == b"#!"


def ask_version(binary: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the first version number that the program prints; ``unknown`` if it prints none."""
    try:
        done = subprocess.run(
            [str(binary), *arguments],
            capture_output=True,
            text=True,
            timeout=20,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    match = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return match[0] if match else "unknown"


def program(
    name: str, *, package: str, cache: Path, version: Sequence[str], title: str = ""
) -> Program | Missing:
    """Find ``name`` on ``PATH``, else in Debian's ``package``, which is downloaded and unpacked below ``cache``."""
    if binary := on_path(name):
        return Program(binary=binary, version=ask_version(binary, *version), origin="path")
    folder = unpacked(package, cache=cache)
    if isinstance(folder, Missing):
        return folder
    binaries = [
        folder / part / name
        for part in ("usr/sbin", "usr/bin", "sbin", "bin")
        if (folder / part / name).is_file()
    ]
    if not binaries:
        return Missing(
            reason=f"Debian's package {package} has no program {name}",
            hint=f"install {title or name} and put it on PATH",
        )
    environment = {"LD_LIBRARY_PATH": os.pathsep.join(str(each) for each in _library_folders(folder))}
    found = ask_version(binaries[0], *version, environment=environment)
    return Program(binary=binaries[0], version=found, origin="debian", environment=environment)


def _library_folders(folder: Path) -> list[Path]:
    return sorted({each.parent for part in ("usr/lib", "lib") for each in (folder / part).glob("**/*.so*")})


def unpacked(package: str, *, cache: Path) -> Path | Missing:
    """Download a Debian package with what it depends on, unpack it without installing, and return the folder.

    No maintainer script runs and nothing is started. What was unpacked once is used again.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return Missing(
            reason=f"{package} is not on PATH, and this machine has no apt-get to fetch it with",
            hint=f"install {package}",
        )
    target = cache / "debian" / package
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent / f"{package}.lock"):
        if target.is_dir():
            return target
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            problem = _download(package, Path(scratch))
            if problem:
                return Missing(
                    reason=f"{package} is not on PATH, and apt-get said: {problem}",
                    hint=f"apt-get install {package}",
                )
            tree = Path(scratch, "tree")
            for archive in sorted(Path(scratch).glob("*.deb")):
                words = _ending_with_us("dpkg-deb", "-x", str(archive), str(tree))
                subprocess.run(words, check=True, capture_output=True)
            os.rename(tree, target)
    return target


def _download(package: str, scratch: Path) -> str:
    """Download the package and those it needs that are not installed; return what went wrong, or nothing."""
    plan = subprocess.run(
        _ending_with_us("apt-get", "install", "--no-install-recommends", "-s", package),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    names = re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE)
    if plan.returncode or not names:
        return (plan.stderr.strip().splitlines() or ["nothing to download"])[-1]
    done = subprocess.run(
        _ending_with_us("apt-get", "download", *names),
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["the download failed"])[-1]


def _ending_with_us(*words: str) -> list[str]:
    """Return the words of a command that is killed when this process is; the thread that waits for it lives as long."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *words] if setpriv else list(words)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``file``, so that two runs do not unpack the same thing."""
    with open(file, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
