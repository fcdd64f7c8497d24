"""The ledger: what ran, when, on what, and how it ended. A site build reads it and executes nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snippets_runner.finding import SnippetId
from snippets_runner.model import Digest, Status

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the last run of one snippet gave."""

    status: Status
    digest: Digest
    """Of the text and the recording that this is about; see ``cache.digest_of``."""
    key: Digest
    """Of everything that could change it."""
    milliseconds: int
    versions: Mapping[str, str]
    """Python's and the services', by title."""
    dependencies: Mapping[str, str]
    time: str
    """UTC, ISO 8601, to the second."""
    reason: str = ""
    """Why it was skipped."""
    guards: tuple[str, ...] = ()
    problem: str = ""
    """The findings of a failed run, as the terminal shows them."""


_NAMES = tuple(each.name for each in fields(Entry))
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_SEAM = ',\n"snippets": '
"""What stands between the head of the file and its entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries, and the figures of the last whole run."""

    entries: Mapping[SnippetId, Entry] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    """Blocks by level, and snippets by status."""
    commit: str = ""
    """The version of the project that was checked; empty outside a repository."""
    time: str = ""

    def passed(self, snippet: SnippetId, digest: Digest) -> Entry | None:
        """Return the entry if exactly this text and recording passed."""
        entry = self.entries.get(snippet)
        return entry if entry and entry.digest == digest and entry.status is Status.PASSED else None


def read_ledger(file: Path) -> Ledger:
    """Read the ledger; a missing, broken or older one is an empty one, so that everything runs again."""
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
        if table["version"] != VERSION:
            return Ledger()
        entries = {SnippetId(name): _entry(row) for name, row in table["snippets"].items()}
        return Ledger(entries=entries, figures=table["figures"], commit=table["commit"], time=table["time"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Ledger()


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "status": Status(row["status"]), "guards": tuple(row["guards"])})


def write_ledger(file: Path, ledger: Ledger) -> None:
    """Write the ledger whole or not at all: to a temporary file beside it, which then takes its name."""
    rows = (
        f"{_ENCODER.encode(name)}: {_ENCODER.encode(_columns(entry))}"
        for name, entry in sorted(ledger.entries.items())
    )
    head = _head(ledger.figures, time=ledger.time, commit=ledger.commit)
    write_whole(file, f"{head}{_SEAM}{{\n" + ",\n".join(rows) + "\n}}\n")


def _columns(entry: Entry) -> dict[str, Any]:
    return {**{name: getattr(entry, name) for name in _NAMES}, "status": entry.status.value}


def _head(figures: Mapping[str, int], *, time: str, commit: str) -> str:
    """Return the figures of the last run as the beginning of an object, which the entries follow."""
    table = {"version": VERSION, "time": time, "commit": commit, "figures": dict(figures)}
    return json.dumps(table, ensure_ascii=False)[:-1]


def entries_digest(file: Path) -> str:
    """Return the digest of everything in a ledger but its head; of nothing if there is none."""
    with contextlib.suppress(OSError):
        return hashlib.sha256(file.read_bytes().partition(_SEAM.encode())[2]).hexdigest()
    return ""


def redate(file: Path, *, figures: Mapping[str, int], time: datetime, commit: str) -> None:
    """Write into a ledger that what it says was checked again, and still holds; its entries stay as they are."""
    entries = file.read_text(encoding="utf-8").partition(_SEAM)[2]
    write_whole(file, _head(figures, time=in_utc(time), commit=commit) + _SEAM + entries)


def in_utc(time: datetime) -> str:
    """Return a time as ledgers have it."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def write_whole(file: Path, text: str, *, durable: bool = True) -> None:
    """Write a file so that a reader, or a crash, sees the old text or the new one and nothing between.

    One that is not ``durable`` may be empty after the machine itself has crashed, and takes less time.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:80]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def current_commit(root: Path) -> str:
    """Return the commit that is checked out in ``root``; empty where there is none."""
    import subprocess

    with contextlib.suppress(OSError):
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""
    return ""
