"""The key of everything that can change a snippet's outcome: if it is the same, a pass is still a pass.

Only passes are kept (in the ledger), and a key that misses is always right; one that hits must be. So the key holds
the text, the recordings, every local module it imports, the inputs it declares, what is asked of it, the limits, how its
process is made and what the kernel guards it with, the Python build, the version of the program that runs it in another language, the versions of what it depends on, the
services with their versions, and the runner's own code.

A key is made before the run, and what it is of may be written meanwhile, even to and fro. So the files that it is of are
looked at before and after (``looks_of``, ``is_untouched``): a pass whose files were touched is told, and not kept. What
stays open is a module that appears in front of another, and vanishes, within one run.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.languages.programs import BY_LANGUAGE
from snippets_runner.languages.programs import version_of as version_of_program
from snippets_runner.model import Digest, Job, ServiceName, Snippet
from snippets_runner.services.pool import ServicePool
from snippets_runner.services.service import External, Program
from snippets_runner.snapshot import Look, look


def looks_of(snippet: Snippet, local: Iterable[Path]) -> Mapping[str, Look]:
    """Look at the files that a snippet's key is of; of its recordings, nothing is asked that a comparison does not ask.

    ``local`` is what ``local_modules`` returns.
    """
    named = [] if snippet.inline else [snippet.file]
    files = (*named, *local, *input_files(snippet, snippet.metadata.inputs))
    return {str(file): look(str(file)) for file in files}


def is_untouched(job: Job) -> bool:
    """Tell whether the files that a job's key is of lie there as when it was made, the snippet's as it was read."""
    snippet = job.snippet
    inputs = {str(file) for file in input_files(snippet, snippet.metadata.inputs)}
    if inputs - job.looks.keys() or any(look(path) != seen for path, seen in job.looks.items()):
        return False
    return snippet.inline or _text(snippet.file) == snippet.program


def _text(file: Path) -> str | None:
    """Return what a file holds, with line breaks as in a source that was read; None if it cannot be read any more."""
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def digest_of(snippet: Snippet) -> Digest:
    """Return the digest of what a page shows of a snippet: its text and its recordings, byte for byte."""
    hasher = hashlib.sha256(snippet.program.encode())
    for file in (snippet.output_file, snippet.error_file):
        hasher.update(b"\0" + (file.read_bytes() if file is not None and file.is_file() else b"\1"))
    return Digest(hasher.hexdigest())


def support_folders(config: Config) -> list[Path]:
    """Return the folders whose modules every snippet may import."""
    found = (folder for pattern in config.support for folder in config.snippets_folder.glob(pattern))
    return [folder for folder in found if folder.is_dir()]


def key_of(
    snippet: Snippet,
    digest: Digest,
    *,
    config: Config,
    services: Mapping[ServiceName, str],
    local: Iterable[Path] | None = None,
) -> Digest:
    """Return the key of a snippet's outcome; ``services`` tells the version and origin of each service it needs.

    ``local`` is what ``local_modules`` returns, for whoever has asked already.
    """
    local = local_modules(snippet, support_folders(config)) if local is None else local
    parts = {
        "digest": digest,
        "local": _hashes(local, config),
        "inputs": _hashes(input_files(snippet, snippet.metadata.inputs), config),
        "asked": [snippet.metadata.expected_error, snippet.doctest, config.recordings],
        "limits": [
            snippet.metadata.timeout or config.timeout,
            snippet.metadata.memory or config.memory,
            config.processes,
            config.output_limit,
        ],
        "guards": [config.isolation.value, sys.platform, _landlock()],
        "python": sys.version,
        "program": _program(snippet),
        "machine": platform.machine(),
        "dependencies": dict(installed(snippet)),
        "services": {name: services[name] for name in snippet.metadata.services},
        "runner": _own_code(),
    }
    return Digest(hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest())


def _program(snippet: Snippet) -> str:
    """Return the version of what runs a snippet in another language; a service's own programs have the service's."""
    other = BY_LANGUAGE.get(snippet.language)
    return (
        version_of_program(other, Conditions().environment()["PATH"]) if other and not other.services else ""
    )


def _hashes(files: Iterable[Path], config: Config) -> dict[str, str]:
    """Return the hash of each file by its path, which is the same wherever the project lies."""
    return {os.path.relpath(file, config.root): _hash_now(file) for file in sorted(files)}


def input_files(snippet: Snippet, patterns: Iterable[str]) -> set[Path]:
    """Return the files that globs name, relative to the snippet's folder; ``..`` leads out of it."""
    return {file for pattern in patterns for file in files_of(snippet.file.parent, pattern)}


def files_of(folder: Path, pattern: str) -> set[Path]:
    """Return the files that one glob names; an empty or an absolute one names nothing."""
    with contextlib.suppress(ValueError, NotImplementedError):
        return {file for file in folder.glob(pattern) if file.is_file()}
    return set()


def installed(snippet: Snippet) -> Iterator[tuple[str, str]]:
    """Yield the name and installed version of each dependency that applies here; ``""`` for one that is missing."""
    if not snippet.metadata.dependencies:
        return
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for text in snippet.metadata.dependencies:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield canonicalize_name(requirement.name), version_of(requirement.name)


@cache
def version_of(name: str) -> str:
    """Return a distribution's installed version, or ``""``."""
    from importlib.metadata import PackageNotFoundError, version  # reads mail headers: slow to import

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def service_versions(pool: ServicePool, names: Iterable[ServiceName]) -> Mapping[ServiceName, str]:
    """Return, for each service, what of it can change an outcome."""
    versions = {}
    for name, found in pool.locate(sorted(set(names))).items():
        match found:
            case Program():
                versions[name] = f"{found.version} {found.origin}"
            case External():
                versions[name] = f"external {found.url}"
            case _:
                versions[name] = "missing"
    return versions


def local_modules(snippet: Snippet, folders: Sequence[Path]) -> set[Path]:
    """Return the files beside the snippet, or in ``folders``, that it imports, directly or through one another."""
    own = str(snippet.file)
    seen: set[str] = set()
    queue = [snippet.program]
    while queue:
        for name in imported(queue.pop()):
            path = name.replace(".", os.sep)
            for folder in (snippet.file.parent, *folders):
                for candidate in (f"{folder}{os.sep}{path}.py", f"{folder}{os.sep}{path}{os.sep}__init__.py"):
                    if candidate not in seen and candidate != own and os.path.isfile(candidate):
                        seen.add(candidate)
                        queue.append(Path(candidate).read_text(encoding="utf-8", errors="replace"))
    return {Path(candidate) for candidate in seen}


@cache
def imported(program: str) -> frozenset[str]:
    """Return the dotted names that a program imports, with every package on the way to them."""
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError):
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(
        ".".join(parts[:end])
        for parts in (name.split(".") for name in names)
        for end in range(1, len(parts) + 1)
    )


def _hash_now(file: Path) -> str:
    """Return a file's hash, read once for each time that it was written; none for one that was deleted meanwhile."""
    try:
        stat = file.stat()
        return _hash(file, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return ""


@cache
def _hash(file: Path, time: int, size: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _landlock() -> int:
    """Return the version of the kernel's guard of files and signals: what it forbids, a snippet sees."""
    from snippets_runner import landlock  # only where there is a key to make: it loads the C library

    return landlock.version()


@cache
def _own_code() -> str:
    hasher = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        hasher.update(file.read_bytes())
    return hasher.hexdigest()
