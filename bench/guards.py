"""Measure what the guards around a snippet's process cost, against a plain ``subprocess.run`` in the same rounds.

Usage: ``.venv/bin/python bench/guards.py [--rounds N] [--write]``. Every way runs the same one-line program, in turn.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import measure

from snippets_runner.conditions import Conditions
from snippets_runner.local import Worker

PAGE = Path(__file__).resolve().parent.parent / "docs/project/reference/benchmark-guards.md"


def order(file: Path, *, bubblewrap: bool = False) -> dict[str, object]:
    """Return what a worker is told about the program."""
    conditions = Conditions()
    return {
        "python": str(conditions.interpreter), "bubblewrap": bubblewrap, "file": str(file), "program": None, "doctest": False,
        "command": None, "environment": conditions.environment(), "writable": [], "timeout": 10, "memory": 4096,
        "processes": 256, "output": 1_000_000, "network": True,
    }  # fmt: skip


def ways(file: Path, base: Path) -> dict[str, Callable[[], object]]:
    """Return each way to run the program once."""
    forking = Worker(lambda: base, preload=[], conditions=Conditions())
    spawning = Worker(lambda: base, preload=None, conditions=Conditions())
    found = {
        "`subprocess.run`, nothing guarded": lambda: subprocess.run(
            [sys.executable, str(file)], check=True, capture_output=True
        ),
        "fresh interpreter with every guard": lambda: spawning.run(order(file)),
        "forked with every guard": lambda: forking.run(order(file)),
    }
    if shutil.which("bwrap"):
        found["fresh interpreter inside bubblewrap"] = lambda: spawning.run(order(file, bubblewrap=True))
    return found


def main() -> None:
    """Measure, print, and with ``--write`` put the page where the site shows it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    machine = measure.machine()
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "program.py")
        file.write_text("print('one')\n", encoding="utf-8")
        kept = ways(file, Path(folder))
        for round_ in range(options.rounds + 2):  # the first two warm up
            for name, run in kept.items():
                began = time.perf_counter()
                run()
                if round_ > 1:
                    times.setdefault(name, []).append(1000 * (time.perf_counter() - began))
    base = times["`subprocess.run`, nothing guarded"]
    rows = ["| way | ms a snippet, median (range) | over the plain process, ms |", "|---|---|---|"]
    for name, taken in times.items():
        over = statistics.median(each - plain for each, plain in zip(taken, base, strict=True))
        rows.append(
            f"| {name} | {statistics.median(taken):.1f} ({min(taken):.1f} to {max(taken):.1f}) | {over:+.1f} |"
        )
    text = "\n".join(rows) + "\n"
    print(text)
    if options.write:
        PAGE.write_text(
            "---\ntitle: Benchmark of the guards\npublish: true\ndescription: What the guards around a snippet's process cost.\n---\n\n"
            f"Made by `bench/guards.py --write`, not typed: {options.rounds} rounds, the ways in turn.\n\nMachine: {machine}.\n\n{text}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
