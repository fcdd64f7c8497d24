"""Run the commands and the tests that the figures come from."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What came of tests."""

    passed: tuple[str, ...]
    """Names of those that passed."""
    failed: tuple[str, ...]
    """Names of those that failed."""
    skipped: tuple[tuple[str, str], ...]
    """Names of those that were skipped, each with the reason."""

    @property
    def ran(self) -> int:
        """Return how many were run."""
        return len(self.passed) + len(self.failed)

    def words(self, what: str) -> str:
        """Return how many of so many held, which did not, and why some were left out."""
        told = [f"{len(self.passed)} of {self.ran} {what}"]
        told += [f"failed: {', '.join(self.failed)}"] if self.failed else []
        reasons = sorted({reason for _, reason in self.skipped})
        told += [f"{len(self.skipped)} not run here ({'; '.join(reasons)})"] if self.skipped else []
        return "; ".join(told)


def run(*words: str | Path, **variables: str) -> str:
    """Run a Python program of this project in its folder; return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode and not done.stdout.strip():
        raise SystemExit(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


@cache
def tested(*paths: str) -> Tested:
    """Run tests as the night does, once, and return what came of each; with an empty variable `NIGHTLY`, as the day does."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        run(
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            *paths,
            NIGHTLY=os.environ.get("NIGHTLY", "1"),
        )
        return read(ElementTree.parse(report).getroot())


def read(report: ElementTree.Element) -> Tested:
    """Read a report in JUnit's form."""
    passed, failed, skipped = [], [], []
    for case in report.iter("testcase"):
        name, why = case.get("name", ""), case.find("skipped")
        if why is not None:
            skipped.append((name, why.get("message", "")))
        elif case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        else:
            passed.append(name)
    return Tested(passed=tuple(passed), failed=tuple(failed), skipped=tuple(skipped))
