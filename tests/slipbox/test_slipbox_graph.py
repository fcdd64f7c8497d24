"""The graph's data, its places, and the history that pages show."""

from __future__ import annotations

import subprocess
import time
from itertools import combinations
from pathlib import Path

from slipbox.history import parse_log, read_history, written_day
from slipbox.layout import layout
from slipbox.testing import write_vault


def test_places_are_the_same_each_time_and_apart() -> None:
    folders = ["a"] * 30 + ["b"] * 20
    links = [[number, (number * 7) % 50] for number in range(50) if number != (number * 7) % 50]
    places = layout(folders, links)

    assert places == layout(folders, links)
    assert len(places) == 50
    assert min((ax - bx) ** 2 + (ay - by) ** 2 for (ax, ay), (bx, by) in combinations(places, 2)) > 50


def test_placing_grows_in_line_with_the_notes() -> None:
    def seconds(count: int) -> float:
        folders = [f"f{number % 20}" for number in range(count)]
        links = [[number, (number * 31 + 7) % count] for number in range(count)]
        start = time.process_time()
        layout(folders, links, rounds=10)
        return time.process_time() - start

    assert seconds(2000) < 8 * seconds(500) + 0.5


def test_history_is_read_from_git_with_odd_names(tmp_path: Path) -> None:
    vault = write_vault(tmp_path, {"docs/🛠 Ærlig/Å.md": "one", "docs/new.md": "x"}) / "docs"
    environment = {
        "GIT_AUTHOR_DATE": "2024-02-29T12:00:00Z", "GIT_COMMITTER_DATE": "2024-02-29T12:00:00Z", "HOME": str(tmp_path),
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    }  # fmt: skip

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True)

    git("init", "-q")
    git("add", "docs/🛠 Ærlig")
    git("commit", "-q", "-m", "one")
    (vault / "🛠 Ærlig/Å.md").write_text("two", "utf-8")
    environment.update(
        {"GIT_AUTHOR_DATE": "2026-11-21T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-21T12:00:00Z"}
    )
    git("commit", "-q", "-a", "-m", "two")

    found = read_history(vault)
    assert set(found) == {"🛠 Ærlig/Å.md"}
    assert (found["🛠 Ærlig/Å.md"].created, found["🛠 Ærlig/Å.md"].changed) == ("2024-02-29", "2026-11-21")


def test_without_git_there_is_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path) == {}
    assert parse_log("") == {}


def test_a_day_is_written_in_the_pages_language() -> None:
    assert written_day("2026-11-01", "nb") == "1. november 2026"
    assert written_day("2026-11-01", "en") == "1 November 2026"
