"""Ask git when notes were written and changed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from slipbox.model import NotePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When a note was first and last committed, as days such as `2026-11-21` in UTC."""

    created: str
    """The day of its first commit, under any name; empty where the history doesn't reach back to it."""
    changed: str
    """The day of its last commit."""


def read_history(vault: Path) -> Mapping[NotePath, Dates]:
    """Return the dates of every file below a folder, from one call of git; empty where there is no history.

    A clone that was cut off has no history before the cut: what the oldest commit seems to add may be older.
    """
    log = ("log", "--format=%x01%H %ct", "--name-status", "--find-renames", "--relative", "-z", "--", ".")
    text = _git(vault, *log)
    return parse_log(text, cut=_cut(vault)) if text else {}


def history_of(vault: Path) -> str:
    """Return what stands for the history that `read_history` would read, much faster; empty where there is none."""
    head = _git(vault, "rev-parse", "HEAD")
    return f"{head}{sorted(_cut(vault))}" if head else ""


def _git(folder: Path, *arguments: str) -> str:
    """Return what a command of git prints; nothing if it fails or there is no git."""
    command = ["git", "-C", str(folder), "-c", "core.quotepath=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""


def _cut(vault: Path) -> frozenset[str]:
    """Return the commits at which a shallow clone was cut off."""
    named = _git(vault, "rev-parse", "--git-path", "shallow").strip()
    file = vault / named if named else None
    return frozenset(file.read_text("ascii").split()) if file and file.is_file() else frozenset()


def parse_log(text: str, *, cut: frozenset[str] = frozenset()) -> dict[NotePath, Dates]:
    """Read the log: for each commit, newest first, its id and time, then each file with what became of it.

    A file is followed to its earlier names. Commits in `cut` tell nothing: they hold files as they were found.
    """
    found: dict[NotePath, Dates] = {}
    later: dict[str, NotePath] = {}
    commit, day = "", ""
    entries = iter(text.replace("\n", "").split("\0"))
    for entry in entries:
        if "\x01" in entry:
            commit, _, seconds = entry.rpartition("\x01")[2].partition(" ")
            day = datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
        elif entry:
            earlier = next(entries, "")
            name = next(entries, "") if entry[0] in "RC" else earlier
            path = later.get(name, NotePath(name))
            if entry[0] == "R":
                later[earlier] = path
            elif entry[0] == "A":
                later.pop(name, None)
            known = found.get(path)
            if commit not in cut:
                found[path] = Dates(created=day, changed=known.changed if known else day)
            elif known:
                found[path] = Dates(created="", changed=known.changed)
    return found


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
}
"""The months' names in each language of the interface."""


def written_day(day: str, language: str) -> str:
    """Return a day in words: `21 November 2026`, `21. november 2026`."""
    year, month, number = (int(part) for part in day.split("-"))
    dot = "." if language == "nb" else ""
    return f"{number}{dot} {MONTHS[language].split()[month - 1]} {year}"
