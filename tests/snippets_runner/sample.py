"""A sample project in a folder of its own, and the real command run on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

SCRUBBED = ("CI", "DATABASE_URL", "REDIS_URL", "FORCE_COLOR", "SNIPPETS_RUNNER_ROOT")
"""Variables of this machine that would change what the command does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How one command ended."""

    status: int
    out: str
    err: str


class Sample:
    """A project under test: files are written into it, commands run in it."""

    def __init__(self, root: Path, *, temporary: Path, before: tuple[str, ...] = ()) -> None:
        """Begin with an empty project; ``temporary`` is where the commands put their temporary files.

        ``before`` are words that start each command, such as those of a program that makes it another user's.
        """
        self.root, self.temporary, self._before = root, temporary, before
        for folder in (root / "docs", root / "snippets", temporary):
            folder.mkdir(parents=True, exist_ok=True)

    def write(self, files: dict[str, str]) -> None:
        """Write files, dedented, by path below the root."""
        for name, text in files.items():
            file = self.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def settings(self, **values: object) -> None:
        """Write ``pyproject.toml`` with these settings; underscores stand for hyphens."""
        rows = "".join(f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in values.items())
        self.write({"pyproject.toml": f"[tool.snippets-runner]\n{rows}"})

    def refuse_cache(self, kind: str) -> Path:
        """Put something in the place of the folder of caches that nobody can write into; return the place."""
        cache = self.root / ".cache"
        if kind == "a file in its place":
            cache.write_text("not a folder", encoding="utf-8")
        elif kind == "a link to nowhere":
            cache.symlink_to("/proc/nowhere/cache")
        else:
            cache.mkdir(mode=0o500)
        return cache

    def snippet(self, name: str, code: str, *, out: str | None = None) -> None:
        """Write a snippet with its recording, if there is one, and a page that shows it."""
        self.write({f"snippets/{name}.py": code})
        self.write({f"docs/{name}.md": f'# {name}\n\n```python\n--8<-- "{name}.py"\n```\n'})
        if out is not None:
            (self.root / f"snippets/{name}.out").write_text(out, encoding="utf-8")

    def environment(self, **extra: str) -> dict[str, str]:
        """Return this process's environment without what would change the command, and with its own temporary folder."""
        kept = {key: value for key, value in os.environ.items() if key not in SCRUBBED}
        return {**kept, "TMPDIR": str(self.temporary), **extra}

    def start(self, *words: str, **extra: str) -> subprocess.Popen[str]:
        """Start the command in the project without waiting for it."""
        return subprocess.Popen(
            [*self._before, sys.executable, "-m", "snippets_runner", *words],
            cwd=self.root,
            env=self.environment(**extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, timeout: float = 60, **extra: str) -> Done:
        """Run the command in the project to its end."""
        process = self.start(*words, **extra)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(f"{words} did not end in {timeout} s:\n{out}{err}") from None
        return Done(status=process.returncode, out=out, err=err)

    def ledger(self) -> dict[str, Any]:
        """Return the ledger that the last check wrote."""
        table: dict[str, Any] = json.loads(
            (self.root / ".cache/snippets_runner/ledger.json").read_text("utf-8")
        )
        return table

    def files(self) -> dict[str, bytes]:
        """Return every file of the project with its content, the cache left out."""
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes()
            for file in sorted(self.root.rglob("*"))
            if file.is_file() and ".cache" not in file.parts
        }

    def processes(self) -> dict[int, str]:
        """Return the living processes that the project's commands started, by number, each with its command line."""
        mark, parents, commands, ours = str(self.temporary).encode(), {}, {}, set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, told = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
                state, parent = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state not in "ZX":
                number = int(folder.name)
                parents[number] = int(parent)
                commands[number] = command.replace(b"\0", b" ").decode(errors="replace").strip()
                ours |= {number} if mark in told + command else set()
        while more := {number for number, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return {number: commands[number] for number in ours}

    def left_behind(self, *, within: float = 0.0) -> list[str]:
        """Return processes and temporary files that are still there after ``within`` seconds at most."""
        deadline = time.monotonic() + within
        while True:
            left = [*self.processes().values(), *map(str, self.temporary.iterdir())]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.02)
