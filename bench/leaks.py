"""Measure the look through a site of 60 MB for what is hidden: the processor's time, beside that of reading the files once.

Usage: ``.venv/bin/python bench/leaks.py``. The site's pages are put together of three words at a time from this project's notes, and so are the thousand
public notes and the 200 hidden ones of its vault. One page has a sentence of one of them, which must be found. Prints one JSON object.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path

from slipbox.config import Options
from slipbox.leaks import look_through
from slipbox.pipeline import read_edition
from slipbox.signs import watch_for
from slipbox.testing import write_vault

ROOT = Path(__file__).resolve().parent.parent
SIZE, PAGE, HIDDEN = 60 * 2**20, 60 * 2**10, 200


def prose(chance: random.Random, words: list[str], size: int) -> str:
    """Return sentences of words, so many bytes long."""
    found, length = list[str](), 0
    while length < size:
        starts = (chance.randrange(len(words) - 3) for _ in range(4))
        found.append(" ".join(" ".join(words[start : start + 3]) for start in starts) + ".\n")
        length += len(found[-1].encode())
    return "".join(found)


def main() -> None:
    """Measure, and print."""
    chance = random.Random(7)
    texts = [file.read_text("utf-8") for file in sorted((ROOT / "docs").rglob("*.md"))]
    words = [word for text in texts for word in text.split() if word.isalpha()]
    with tempfile.TemporaryDirectory() as name:
        hidden = {
            f"Plan {number}.md": f"---\ndraft: true\n---\n\n# Plan {number} of the house\n\n{prose(chance, words, 4_000)}"
            for number in range(HIDDEN)
        }
        public = {
            f"{number}.md": f"# Note {number}\n\n{prose(chance, words, PAGE // 10)}"
            for number in range(SIZE // PAGE)
        }
        vault = write_vault(Path(name, "vault"), {**public, **hidden})
        site = Path(name, "site")
        for number in range(SIZE // PAGE):
            write_vault(
                site,
                {f"{number}/index.html": f"<!doctype html><main><p>{prose(chance, words, PAGE)}</p></main>"},
            )
        leak = hidden["Plan 3.md"].split("\n\n")[2].split(".")[0]
        write_vault(site, {"17/index.html": f"<p>{leak}</p>"})
        start = time.process_time()
        size = sum(len(file.read_bytes()) for file in site.rglob("*") if file.is_file())
        reading = time.process_time() - start
        edition = read_edition(vault, vault, Options())
        start = time.process_time()
        watch = watch_for(edition)
        made = time.process_time() - start
        start = time.process_time()
        told = look_through(site, watch)
        looking = time.process_time() - start
        assert [each.path for each in told.findings] == ["17/index.html"], told.findings
        told_of = {
            "megabytes": round(size / 2**20),
            "files": told.files,
            "hidden": watch.hidden,
            "strings": len(watch.sieve.strings),
        }
        print(
            json.dumps(
                {
                    **told_of,
                    "reading": round(reading, 2),
                    "made": round(made, 2),
                    "looking": round(looking, 2),
                }
            )
        )


if __name__ == "__main__":
    main()
