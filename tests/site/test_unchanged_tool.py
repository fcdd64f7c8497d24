"""What has passed on the very same files is not run again, and whatever differs runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = "import pathlib; print('ran'); raise SystemExit(pathlib.Path('fails').exists())"


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "FRESH")}
    return subprocess.run(
        [sys.executable, "-m", "tools.unchanged", "--also", "built", "--", sys.executable, "-B", "-c", COMMAND],
        cwd=folder, env={**inherited, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "built").mkdir()
    for name in ("a.txt", "built/page.html", "left.txt"):
        (tmp_path / name).write_text("one", "utf-8")
    (tmp_path / ".gitignore").write_text(".cache\nbuilt\nleft.txt\n", "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **who}, check=True)


def write(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text("two", "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file that is tracked": write("a.txt"),
    "a file that is not tracked yet": write("b.txt"),
    "a file that is gone": lambda folder: (folder / "a.txt").unlink(),
    "a file in a folder that was named": write("built/page.html"),
    "a mode": lambda folder: (folder / "a.txt").chmod(0o755),
    "a commit": lambda folder: git(folder, "commit", "-q", "--allow-empty", "-m", "second"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_it_runs_again(project: Path, change: str) -> None:
    assert "ran" in run(project).stdout.split()
    assert "ran" not in run(project).stdout.split()
    CHANGES[change](project)
    assert "ran" in run(project).stdout.split()


def test_another_environment_and_a_wish_run_it_again(project: Path) -> None:
    run(project)
    assert "ran" in run(project, WORD="x").stdout.split()
    assert "ran" in run(project, WORD="x", FRESH="1").stdout.split()
    assert "ran" in run(project, CI="true").stdout.split()


def test_what_git_ignores_and_nobody_named_does_not_count(project: Path) -> None:
    run(project)
    write("left.txt")(project)
    assert "ran" not in run(project).stdout.split()


def test_what_failed_runs_until_it_passes(project: Path) -> None:
    (project / "fails").touch()
    assert [run(project).returncode for _ in range(2)] == [1, 1]
    (project / "fails").unlink()
    assert "ran" in run(project).stdout.split()
    assert "passed before" in run(project).stdout
