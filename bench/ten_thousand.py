"""Measure what a vault of 10,000 notes costs beside one of 2,000: processor time, memory and the size of a page.

Usage: ``.venv/bin/python bench/ten_thousand.py [SMALL LARGE]``. The notes lie in folders of fifty, of which the navigation names forty. Each is built from nothing and again with nothing changed, by MkDocs with Material,
``slipbox`` and ``incremental_build``. Prints one JSON object. Processor time is that of all processes of a build; memory is what they hold at the
most, what they share counted once.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import build


def processor() -> float:
    """Return the seconds of the processor that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(notes: int) -> dict[str, float]:
    """Build a vault of so many notes from nothing, and again."""
    way = build.Way(
        title="ours",
        command=(sys.executable, "-m", "mkdocs", "build", "-q"),
        plugins="incremental_build, search, {slipbox: {nav_most: 40}}",
    )
    folder = Path(tempfile.mkdtemp(prefix="ten-thousand-"))
    try:
        build.prepare(folder, way, notes)
        told: dict[str, float] = {"notes": notes}
        for name in ("cold", "warm"):
            before = processor()
            _, told[f"{name}_megabytes"] = build.once(way, folder)
            told[name] = processor() - before
        sizes = [file.stat().st_size for file in (folder / "site").rglob("index.html")]
        told["page"] = statistics.median(sizes)
        return {name: round(value, 1) for name, value in told.items()}
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure both sizes, and print."""
    sizes = [int(each) for each in sys.argv[1:]] or [2_000, 10_000]
    print(json.dumps([measured(each) for each in sizes]))


if __name__ == "__main__":
    main()
