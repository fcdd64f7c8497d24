"""Write the page that shows the slipbox's cases: each vault, and what the command line and the pages make of it.

    python tests/show_cases.py

The page is docs/project/reference/slipbox-cases.md; a test says when it is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests/cases/slipbox"
PAGE = ROOT / "docs/project/reference/slipbox-cases.md"
HEAD = """---
title: Cases of the slipbox
description: Every rule as a small vault, with what lint says of it and what the pages show, to the letter.
publish: true
search:
  exclude: true
---

Made by `tests/show_cases.py` from the folders below `tests/cases/slipbox`, not typed. Each case is a vault; the tests hold what `slipbox lint`
says of it, and the HTML of its pages, to the letter. Here are the notes, and what lint says. [What the slipbox does](slipbox-features.md)
is said with links to these cases. Where a case is about addresses or exports, those follow. The blocks here are input and output of those tests, so the site's figures of blocks leave them out.
"""


def fence(text: str, title: str) -> str:
    """Return a text as a fenced block that no fence in it can close."""
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=0))
    return f'{marks}text title="{title}"\n{text.rstrip()}\n{marks}\n'


def case(folder: Path) -> str:
    """Return the section of one case."""
    notes = sorted(file for file in (folder / "vault").rglob("*.md") if file.is_file())
    words = [word.upper() if word in ("json", "yaml", "html") else word for word in folder.name.split("-")]
    sentence = " ".join(words)
    parts = [f"## {sentence[:1].upper()}{sentence[1:]} {{#{folder.name}}}\n"]
    for name in ("options.yml", "toc.yml"):
        if (folder / name).is_file():
            parts.append(fence((folder / name).read_text("utf-8"), name))
    for note in notes:
        text = note.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n").lstrip("\ufeff")
        if text.strip() not in ("", "Text."):
            parts.append(fence(text, note.relative_to(folder / "vault").as_posix().replace('"', "'")))
    told = (folder / "lint.txt").read_text("utf-8")
    parts.append(fence(told, "slipbox lint") if told.strip() else "`slipbox lint` finds nothing.\n")
    for name, title in (("addresses.txt", "addresses and files"), ("export.txt", "slipbox export")):
        if (folder / name).is_file():
            parts.append(fence((folder / name).read_text("utf-8"), title))
    return "\n".join(parts)


def page() -> str:
    """Return the whole page."""
    folders = sorted(folder for folder in CASES.iterdir() if (folder / "vault").is_dir())
    return "\n".join([HEAD, *map(case, folders)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
