"""CPU time and memory for a vault of 10,000 notes with 80,000 links: read, resolve, graph; and how they grow.

Run with `python bench/slipbox_vault.py [NOTES]`. Each size runs in a process of its own; the peer of a size is half of
it: the printed ratio says how the time grows when the vault doubles (2.0 is in line with it).
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    "saga",
    "event",
    "queue",
    "cache",
    "schema",
    "index",
    "token",
    "broker",
    "replica",
    "leader",
    "quorum",
    "deploy",
    "metric",
    "trace",
    "retry",
]
LINKS = 8


def write(folder: Path, count: int) -> None:
    """Write a vault of `count` notes in fifty folders, with eight links each, code, lists and properties."""
    chance = random.Random(7)
    names = [f"{chance.choice(WORDS).title()} {chance.choice(WORDS)} {number}" for number in range(count)]
    for number, name in enumerate(names):
        paragraphs = []
        for _ in range(LINKS):
            other = chance.choice(names)
            link = chance.choice((f"[[{other}]]", f"[[{other}|{chance.choice(WORDS)}]]", f"[[{other}#Why]]"))
            text = " ".join(chance.choices(WORDS, k=40))
            paragraphs.append(
                f"{text} {link} {' '.join(chance.choices(WORDS, k=12))}. `{chance.choice(WORDS)}` too."
            )
        body = (
            "\n\n".join(paragraphs[:4])
            + "\n\n## Why\n\n```python\nx = [[1]]\n```\n\n- "
            + "\n- ".join(paragraphs[4:])
        )
        front = f"---\ntitle: {name}\ntags: [{chance.choice(WORDS)}]\naliases: [alias {number}]\n---\n\n"
        file = folder / f"folder {number % 50}" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{front}# {name}\n\n{body}\n", encoding="utf-8")


def measure(folder: Path) -> None:
    """Read, resolve and graph a vault; print the seconds of each, the links, and the largest memory in MB."""
    from slipbox.config import Options
    from slipbox.pipeline import edition_of
    from slipbox.vault import read_vault

    start = time.process_time()
    vault = read_vault(folder, Options())
    read = time.process_time()
    edition = edition_of(vault, Options())
    done = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{done - start:.2f} {read - start:.2f} {done - read:.2f} {len(edition.graph.edges)} {memory:.0f}")


def main(count: int) -> None:
    """Print the figures for half the size and the whole size, and their ratio."""
    totals = []
    for size in (count // 2, count):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size)
            command = [sys.executable, __file__, "--measure", folder]
            best = min(
                (
                    subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                    for _ in range(3)
                ),
                key=lambda row: float(row[0]),
            )
        total, read, rest, links, memory = best
        totals.append(float(total))
        print(f"{size} notes, {links} links: {total} s (read {read}, resolve and graph {rest}), {memory} MB")
    print(
        f"ratio for twice the notes: {totals[1] / totals[0]:.2f} (goal: at most 2.2; 10,000 notes in 5 s and 500 MB)"
    )


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
