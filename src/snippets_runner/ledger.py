"""The ledger: what ran, when, on what, and how it ended. A site build reads it and executes nothing."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snippets_runner.cache import installed
from snippets_runner.finding import SnippetId
from snippets_runner.languages.level import Level
from snippets_runner.model import Digest, Outcome, Status

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
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Ledger()


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "status": Status(row["status"]), "guards": tuple(row["guards"])})


def write_ledger(file: Path, ledger: Ledger) -> None:
    """Write the ledger whole or not at all: to a temporary file beside it, which then takes its name."""
    rows = {
        name: {**asdict(entry), "status": entry.status.value}
        for name, entry in sorted(ledger.entries.items())
    }
    table = {
        "version": VERSION,
        "time": ledger.time,
        "commit": ledger.commit,
        "figures": dict(ledger.figures),
        "snippets": rows,
    }
    write_whole(file, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def write_whole(file: Path, text: str) -> None:
    """Write a file so that a reader, or a crash, sees the old text or the new one and nothing between."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:80]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def updated(
    ledger: Ledger,
    outcomes: Iterable[Outcome],
    *,
    known: Iterable[SnippetId],
    levels: Mapping[Level, int],
    commit: str,
    now: datetime,
) -> Ledger:
    """Return the ledger with the outcomes of a run in it, and without snippets that are gone."""
    time = now.astimezone(UTC).isoformat(timespec="seconds")
    rows = {name: entry for name in known if (entry := ledger.entries.get(name)) is not None}
    for outcome in outcomes:
        if not outcome.cached:
            rows[outcome.job.snippet.id] = _row(outcome, time)
    figures = {f"blocks_{level.value}": number for level, number in levels.items()}
    figures |= {
        f"snippets_{status.value}": sum(row.status is status for row in rows.values()) for status in Status
    }
    return Ledger(entries=rows, figures=figures, commit=commit, time=time)


def _row(outcome: Outcome, time: str) -> Entry:
    result = outcome.result
    return Entry(
        status=outcome.status,
        digest=outcome.job.digest,
        key=outcome.job.key,
        milliseconds=round(result.seconds * 1000) if result else 0,
        versions=dict(result.versions) if result else {},
        dependencies=dict(installed(outcome.job.snippet)),
        time=time,
        reason=outcome.reason,
        guards=result.guards if result else (),
        problem="\n".join(
            f"{each.where}: {each.message}\n{each.details}".strip() for each in outcome.findings
        ),
    )


def current_commit(root: Path) -> str:
    """Return the commit that is checked out in ``root``; empty where there is none."""
    with contextlib.suppress(OSError):
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""
    return ""
