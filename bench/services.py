"""Measure how long each service takes to start, alone and with all the others, and write the table where it is read.

Usage: ``.venv/bin/python bench/services.py [--rounds N] [--write]``. With ``--write`` the table replaces the one in
``docs/project/how-to/add-a-service.md``. Programs that snippets start themselves are left out.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import machine, spread

from snippets_runner.model import ServiceName
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.programs import PROGRAMS
from snippets_runner.services.service import Missing

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "snippets_runner"
PAGE = ROOT / "docs/project/how-to/add-a-service.md"
SLOW = ("rabbitmq",)
"""Takes longer than all the others together."""
BEGIN, END = "<!-- begin: bench/services.py -->", "<!-- end: bench/services.py -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What one service took, alone, in milliseconds."""

    start: float
    """From the decision to start it until the first snippet has its corner."""
    corner: float
    """To make a further corner."""
    release: float
    """To give one back."""
    memory: float
    """MiB of the idle processes, shared pages counted in proportion."""


def milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)


def memory_below(folder: Path) -> float:
    """Return the MiB of every process that works below a folder (``Pss``, ``proc(5)``)."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                total += int(re.findall(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.M)[0])
        except (OSError, IndexError):
            continue
    return total / 1024


def alone(name: ServiceName) -> Times:
    """Start one service in a pool of its own, make five further corners, and stop it."""
    with ServicePool(cache=CACHE) as pool:
        pool.locate([name])
        start = milliseconds(lambda: pool.corner(name, isolation=None))
        assert pool.folder
        memory = memory_below(pool.folder)
        made, corners, releases = [], [], []
        for _ in range(5):
            corners.append(milliseconds(lambda: made.append(pool.corner(name, isolation=None)[0])))
        for each in made:
            releases.append(milliseconds(each.release))
    return Times(
        start=start, corner=statistics.median(corners), release=statistics.median(releases), memory=memory
    )


def together(names: list[ServiceName]) -> float:
    """Return the milliseconds until every service has given a corner, all started side by side."""
    with ServicePool(cache=CACHE) as pool:
        pool.locate(names)

        def start() -> None:
            pool.prestart(names)
            for name in names:
                pool.corner(name, isolation=None)

        return milliseconds(start)


def table(rounds: int) -> str:
    """Measure, and return the paragraph and the table."""
    where = machine()
    with ServicePool(cache=CACHE) as pool:
        programs = {each.name for each in PROGRAMS}
        located = pool.locate([name for name in SERVICES if name not in programs])
    names = [name for name, found in located.items() if not isinstance(found, Missing)]
    lines = [
        "| Service | Version | Start | A further corner | Giving it back | Memory |",
        "|---|---|--:|--:|--:|--:|",
    ]
    quick = [name for name in names if name not in SLOW]
    several: dict[str, list[Times]] = {name: [] for name in names}
    together_ = []
    for _ in range(rounds):
        for name in names:
            several[name].append(alone(name))
        together_.append(together(quick) / 1000)
    apart = [sum(several[name][each].start for name in quick) / 1000 for each in range(rounds)]
    for name in names:
        middle = {
            field: statistics.median(getattr(each, field) for each in several[name])
            for field in Times.__slots__
        }
        version = getattr(located[name], "version", "external")
        lines.append(
            f"| `{name}` | {SERVICES[name].title} {version} | {middle['start']:.0f} ms | {middle['corner']:.1f} ms "
            f"| {middle['release']:.1f} ms | {middle['memory']:.0f} MiB |"
        )
    told = (
        f"Median of {rounds} rounds on {where}. Without RabbitMQ, the services take {spread(apart)} s one after the other, and "
        f"{spread(together_)} s side by side, as in a check."
    )
    return f"{told}\n\n" + "\n".join(lines)


def main() -> None:
    """Measure, print, and with ``--write`` put the table on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    made = table(options.rounds)
    print(made)
    if options.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        tail = rest.partition(END)[2]
        PAGE.write_text(f"{head}{BEGIN}\n{made}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
