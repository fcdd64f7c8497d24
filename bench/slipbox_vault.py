"""Measure what a vault costs: reading it, resolving its links, graphing it; and how that grows when the vault does.

Usage: ``.venv/bin/python bench/slipbox_vault.py [NOTES] [--write]``. A vault of NOTES notes (default 10,000) with eight times
as many links, its half and its quarter are generated; each is read three times in a process of its own, and the least time
counts. ``--write`` puts the table into docs/project/.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measure as machine
import vaults

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/project/reference/benchmark-slipbox.md"
WORDS = vaults.WORDS[:15]
LINKS = 8
HEADING = "Reading and resolving"


def write(folder: Path, count: int, links: int = LINKS) -> None:
    """Write a vault of `count` notes in fifty folders, with some links each, code, lists and properties."""
    chance = random.Random(7)
    names = [f"{chance.choice(WORDS).title()} {chance.choice(WORDS)} {number}" for number in range(count)]
    for number, name in enumerate(names):
        paragraphs = []
        for _ in range(links):
            other = chance.choice(names)
            link = chance.choice((f"[[{other}]]", f"[[{other}|{chance.choice(WORDS)}]]", f"[[{other}#Why]]"))
            text = " ".join(chance.choices(WORDS, k=40))
            paragraphs.append(
                f"{text} {link} {' '.join(chance.choices(WORDS, k=12))}. `{chance.choice(WORDS)}` too."
            )
        body = (
            "\n\n".join(paragraphs[: links // 2])
            + "\n\n## Why\n\n```python\nx = [[1]]\n```\n\n- "
            + "\n- ".join(paragraphs[links // 2 :])
        )
        front = f"---\ntitle: {name}\ntags: [{chance.choice(WORDS)}]\naliases: [alias {number}]\n---\n\n"
        file = folder / f"folder {number % 50}" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{front}# {name}\n\n{body}\n", encoding="utf-8")


def measure(folder: Path) -> None:
    """Read, resolve and graph a vault; print the seconds of each, the links, the largest memory in MB, and ms to scan a note.

    The scanner's pass over the raw texts is a part of reading, and is measured once more by itself.
    """
    from slipbox.config import Options
    from slipbox.pipeline import edition_of
    from slipbox.syntax import read as scan
    from slipbox.vault import read_vault

    start = time.process_time()
    vault = read_vault(folder, Options())
    read = time.process_time()
    edition = edition_of(vault, Options())
    done = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = time.process_time()
    for note in vault.notes:
        scan(note.path, note.text, note.body_start)
    each = (time.process_time() - again) / len(vault.notes) * 1000
    figures = f"{done - start:.2f} {read - start:.2f} {done - read:.2f} {len(edition.graph.edges)}"
    print(f"{figures} {memory:.0f} {each:.3f}")


def rows(count: int) -> list[list[float]]:
    """Return for a quarter, a half and the whole of `count` notes: notes, seconds in all, to read, to resolve, links, MB, ms to scan."""
    found = []
    for size in (count // 4, count // 2, count):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size)
            command = [sys.executable, __file__, "--measure", folder]
            runs = [
                subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(3)
            ]
        found.append([size, *min([float(word) for word in run.split()] for run in runs)])
        print(*found[-1])
    return found


def section(found: list[list[float]]) -> str:
    """Return the section with the table."""
    lines = [
        "Made by `bench/slipbox_vault.py --write`, not typed. Processor time of one process, the least of three runs; the "
        "largest memory of the process, Python included. The goal is 10,000 notes with 80,000 links in 5 s and 500 MB, "
        "and growth in line with the vault: a factor of 2 each time it doubles. To scan a note is a part of reading it: one pass over its "
        "raw text for links, headings, blocks and tags, without opening the file, its properties, and making a note of it all.\n",
        f"Machine: {machine.machine()}.\n",
        "| notes | links | read, s | resolve and graph, s | in all, s | × the row above | memory, MB | to scan a note, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    before = 0.0
    for size, total, read, rest, links, memory, each in found:
        ratio = f"{total / before:.2f}" if before else ""
        lines.append(
            f"| {size:,.0f} | {links:,.0f} | {read:.2f} | {rest:.2f} | {total:.2f} | {ratio} | {memory:.0f} | {each:.2f} |"
        )
        before = total
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("notes", nargs="?", type=int, default=10_000)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="write the table to docs/project/")
    given = parser.parse_args()
    if given.measure:
        measure(given.measure)
        return
    text = section(rows(given.notes))
    if given.write:
        machine.write_section(PAGE, HEADING, text)
    print(text)


if __name__ == "__main__":
    main()
