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
    """The day of its first commit."""
    changed: str
    """The day of its last commit."""


def read_history(vault: Path) -> Mapping[NotePath, Dates]:
    """Return the dates of every file below a folder, from one call of git; empty where there is no history."""
    command = [
        "git",
        "-C",
        str(vault),
        "-c",
        "core.quotepath=false",
        "log",
        "--format=%x01%ct",
        "--name-only",
    ]
    try:
        done = subprocess.run(
            [*command, "--relative", "-z", "--", "."], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return parse_log(done.stdout.decode("utf-8", errors="replace")) if done.returncode == 0 else {}


def parse_log(text: str) -> dict[NotePath, Dates]:
    """Read the log: for each commit, newest first, its time and its files, parted by NUL."""
    found: dict[NotePath, Dates] = {}
    day = ""
    for entry in text.replace("\n", "").split("\0"):
        if entry.startswith("\x01"):
            digits = entry[1:].lstrip("\x01")
            day = datetime.fromtimestamp(int(digits), UTC).date().isoformat() if digits.isdigit() else day
        elif entry:
            path = NotePath(entry)
            found[path] = Dates(created=day, changed=found[path].changed if path in found else day)
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
