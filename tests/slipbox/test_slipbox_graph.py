"""The graph's data, its places, and the history that pages show."""

from __future__ import annotations

import os
import subprocess
import time
from itertools import combinations
from pathlib import Path

from slipbox.config import Options
from slipbox.history import Dates, parse_log, read_history, written_day
from slipbox.layout import layout
from slipbox.listing import recent_file
from slipbox.model import NotePath
from slipbox.pipeline import read_edition
from slipbox.testing import write_vault


def test_places_are_the_same_each_time_and_apart() -> None:
    folders = ["a"] * 30 + ["b"] * 20
    links = [[number, (number * 7) % 50] for number in range(50) if number != (number * 7) % 50]
    places = layout(folders, links)

    assert places == layout(folders, links)
    assert len(places) == 50
    assert min((ax - bx) ** 2 + (ay - by) ** 2 for (ax, ay), (bx, by) in combinations(places, 2)) > 50


def test_what_no_link_connects_lies_beside_the_largest_part() -> None:
    """Three notes of a far folder, and lone ones, are in the picture without making the rest small."""
    linked = [[number, (number * 7 + 1) % 200] for number in range(200)]
    places = layout(["a"] * 200 + ["b"] * 3 + ["c"] * 20, [*linked, [200, 201], [201, 202]])

    largest = max(max(abs(x), abs(y)) for x, y in places[:200])
    assert max(max(abs(x), abs(y)) for x, y in places) < 2 * largest


def test_placing_grows_in_line_with_the_notes() -> None:
    def seconds(count: int) -> float:
        folders = [f"f{number % 20}" for number in range(count)]
        links = [[number, (number * 31 + 7) % count] for number in range(count)]
        start = time.process_time()
        layout(folders, links, rounds=10)
        return time.process_time() - start

    assert seconds(2000) < 8 * seconds(500) + 0.5


class Repository:
    """A repository of git whose commits are made on given days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: str = "2024-01-01") -> None:
        who = {f"GIT_{role}_{part}": "a@b" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
        when = {f"GIT_{role}_DATE": f"{day}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
        environment = {**who, **when, "HOME": str(self.folder), "PATH": os.environ["PATH"]}
        subprocess.run(["git", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True)

    def commit(self, day: str) -> None:
        self.git("add", "-A", "docs")
        self.git("commit", "-q", "-m", day, day=day)


def test_history_is_read_from_git_with_odd_names(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    vault = write_vault(tmp_path, {"docs/🛠 Ærlig/Å.md": "one"}) / "docs"
    repository.commit("2024-02-29")
    (vault / "🛠 Ærlig/Å.md").write_text("two", "utf-8")
    repository.commit("2026-11-21")
    write_vault(vault, {"new.md": "not committed"})

    found = read_history(vault)
    assert set(found) == {"🛠 Ærlig/Å.md"}
    assert found[NotePath("🛠 Ærlig/Å.md")] == Dates(created="2024-02-29", changed="2026-11-21")


def test_a_note_keeps_its_first_day_when_it_is_renamed(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    vault = (
        write_vault(tmp_path, {"docs/Old.md": "A text that is long enough to be known again.\n" * 5}) / "docs"
    )
    repository.commit("2024-02-29")
    (vault / "Old.md").rename(vault / "New.md")
    repository.commit("2025-03-01")
    write_vault(vault, {"Old.md": "Another note of the old name.\n"})
    repository.commit("2026-04-02")

    found = read_history(vault)
    assert found[NotePath("New.md")] == Dates(created="2024-02-29", changed="2025-03-01")
    assert found[NotePath("Old.md")] == Dates(created="2026-04-02", changed="2026-04-02")


def test_a_clone_that_was_cut_off_does_not_pretend_to_know_the_first_day(tmp_path: Path) -> None:
    repository = Repository(write_vault(tmp_path / "whole", {"docs/Old.md": "1", "docs/Changed.md": "1"}))
    repository.commit("2024-02-29")
    write_vault(tmp_path / "whole", {"docs/Changed.md": "2"})
    repository.commit("2025-03-01")
    write_vault(tmp_path / "whole", {"docs/Changed.md": "3", "docs/New.md": "1"})
    repository.commit("2026-04-02")
    clone = ["git", "clone", "-q", "--depth", "2", f"file://{tmp_path / 'whole'}", str(tmp_path / "clone")]
    subprocess.run(clone, check=True, capture_output=True)

    found = read_history(tmp_path / "clone/docs")
    assert found == {
        "Changed.md": Dates(created="", changed="2026-04-02"),
        "New.md": Dates(created="2026-04-02", changed="2026-04-02"),
    }


def test_without_git_there_is_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path) == {}
    assert parse_log("") == {}


def test_a_day_is_written_in_the_pages_language() -> None:
    assert written_day("2026-11-01", "nb") == "1. november 2026"
    assert written_day("2026-11-01", "en") == "1 November 2026"


def test_what_changed_last_stands_below_its_day(tmp_path: Path) -> None:
    edition = read_edition(
        write_vault(tmp_path / "docs", {"A.md": "a", "B.md": "b", "C.md": "c"}), tmp_path, Options()
    )
    days = {"A.md": "2026-11-01", "B.md": "2026-11-30", "C.md": "2026-11-30"}

    [page] = recent_file(edition, {NotePath(path): day for path, day in days.items()}).values()

    assert page.partition("---\n\n")[2] == (
        "## 30 November 2026\n\n- [B](../B.md)\n- [C](../C.md)\n\n## 1 November 2026\n\n- [A](../A.md)\n\n"
    )
