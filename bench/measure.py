"""Run commands and take from the operating system what each one cost, its children included."""

from __future__ import annotations

import compileall
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a command cost."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processor time, user and system, of the process and every child it waited for."""
    memory: float
    """MiB, of the largest single process."""
    status: int
    output: str


def run(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command once."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall=time.monotonic() - began,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        status=process.returncode,
        output=output,
    )


def median(costs: Sequence[Cost]) -> Cost:
    """Return the run with the median processor time."""
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]


def as_installed() -> None:
    """Compile the runner as pip does what it installs, so that it stands beside its peers as a user has both."""
    compileall.compile_dir(Path(__file__).resolve().parent.parent / "src" / "snippets_runner", quiet=1)


def machine() -> str:
    """Name the machine as far as a comparison needs: processor, cores, Python, load."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.is_file():
        model = next(
            (
                line.partition(":")[2].strip()
                for line in info.read_text().splitlines()
                if line.startswith("model name")
            ),
            model,
        )
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return f"{model}, {cores} cores, Linux {platform.release()}, Python {platform.python_version()}, load {load:.1f} at the start"


def spread(values: Sequence[float]) -> str:
    """Word several figures as their median and range."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def write_section(page: Path, heading: str, text: str) -> None:
    """Put a text below a heading of the second level of a page, in place of what is there; a new heading comes last."""
    before, found, after = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    following = after.find("\n## ")
    rest = after[following:] if found and following >= 0 else ""
    page.write_text(f"{before.rstrip()}\n\n## {heading}\n\n{text.strip()}\n{rest}", encoding="utf-8")
