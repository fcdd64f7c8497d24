"""Measure how the time to read and render a text grows with its length, for each repeated pattern: from 16 KB to 64 KB.

    PYTHONPATH=. python tests/trust/growth.py

prints one JSON object: how many patterns, the worst ratios, and which were ended by the limit and named.
"""

from __future__ import annotations

import json
import logging
import tempfile
import time
from pathlib import Path

from patterns import PATTERNS

from slipbox.config import Options
from slipbox.pipeline import read_edition
from slipbox.testing import render_note, write_vault

SMALL, LARGE = 16 * 1024, 64 * 1024
FLOOR = 0.02
"""Seconds below which a time says nothing."""


class _Named(logging.Handler):
    """Counts the notes that were ended and named."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "too-slow" in record.getMessage() or "too-deep" in record.getMessage()


def seconds(pattern: str, size: int, named: _Named) -> tuple[float, bool]:
    """Return the processor's time for a note of this size, and whether it was ended."""
    before = named.count
    with tempfile.TemporaryDirectory() as folder:
        vault = write_vault(Path(folder), {"A.md": (pattern * (size // len(pattern.encode()))).encode()})
        start = time.process_time()
        edition = read_edition(vault, vault, Options())
        for note in edition.notes.values():
            render_note(edition, note)
        return time.process_time() - start, named.count > before


def main() -> None:
    """Print what was seen."""
    named = _Named()
    logging.getLogger("mkdocs.plugins.slipbox").addHandler(named)
    logging.getLogger("mkdocs.plugins.slipbox").propagate = False
    seconds("x", SMALL, named)
    ratios, ended, longest = {}, [], 0.0
    for pattern in PATTERNS:
        small, _ = seconds(pattern, SMALL, named)
        large, stopped = seconds(pattern, LARGE, named)
        longest = max(longest, large)
        if stopped:
            ended.append(pattern)
        else:
            ratios[pattern] = round(large / max(small, FLOOR), 1)
    above = {pattern: ratio for pattern, ratio in ratios.items() if ratio > 5}
    print(
        json.dumps({"patterns": len(PATTERNS), "above": above, "ended": ended, "longest": round(longest, 1)})
    )


if __name__ == "__main__":
    main()
