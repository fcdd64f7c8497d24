"""Measure how long a saved note takes to be seen in a live preview, with the link that it now has on the other note's page.

Usage: ``.venv/bin/python bench/serve.py [--notes 200,1000,5000] [--saves 5] [--write]``. One server at a time, ours and MkDocs with
Material alone, on the same notes; a save is seen when the server sends a page that has it. Each save links to another note, so it changes the graph too. Takes about six minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import measure
from build import CONFIG, ROOT
from vaults import write_vault

PAGE = ROOT / "docs/project/reference/benchmark-build.md"
MOST = 1000
"""The largest vault that the previews without `incremental_build` are measured with: each save takes them as long as a build."""
PLUGINS = {
    "MkDocs + Material": "search",
    "the same with `slipbox`": "search, slipbox",
    "the same with `slipbox` and `incremental_build`": "incremental_build, search, slipbox",
}


def page_of(note: Path, docs: Path) -> str:
    """Return the address of a note's page."""
    return note.relative_to(docs).with_suffix("").as_posix() + "/"


def fetch(address: str) -> str:
    """Return a page; nothing while there is none."""
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def until(address: str, words: str) -> float:
    """Wait until a page has these words; return the seconds that it took."""
    began = time.monotonic()
    while words not in fetch(address):
        if time.monotonic() - began > 600:
            raise SystemExit(f"{address} never had {words}")
        time.sleep(0.02)
    return time.monotonic() - began


def measured(plugins: str, notes: int, saves: int) -> tuple[list[float], list[float]]:
    """Return the seconds from each save to the page, and to the backlink on another page where there are any."""
    with (
        tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name,
        socket.create_server(("127.0.0.1", 0)) as probe,
    ):
        folder, port = Path(name), probe.getsockname()[1]
        probe.close()
        files = write_vault(folder / "docs", notes)
        (folder / "mkdocs.yml").write_text(CONFIG.format(plugins=plugins), encoding="utf-8")
        site = f"http://127.0.0.1:{port}"
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "-q", "--livereload", "--dev-addr", f"127.0.0.1:{port}"], cwd=folder,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            note = files[0]
            until(f"{site}/{page_of(note, folder / 'docs')}", "</html>")
            time.sleep(3)  # what the server does after its first build
            own, elsewhere = [], []
            for number in range(saves):
                words, other = f"saved for the time {number}", files[-1 - number]
                text = note.read_text("utf-8") + f"\nA sentence {words}, of [[{other.stem}]].\n"
                began = time.monotonic()
                note.write_text(text, encoding="utf-8")
                until(f"{site}/{page_of(note, folder / 'docs')}", words)
                own.append(time.monotonic() - began)
                if "slipbox" in plugins:
                    until(f"{site}/{page_of(other, folder / 'docs')}", words)
                    elsewhere.append(time.monotonic() - began)
            return own, elsewhere
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def main() -> None:
    """Measure, print, and write the table if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--notes", default="200,1000,5000")
    parser.add_argument("--saves", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the table to docs/project/")
    given = parser.parse_args()
    machine = f"{measure.machine()}; {time.strftime('%Y-%m-%d')}"
    rows = ["| notes | preview | saved note, s | backlink on another page, s |", "|---|---|---|---|"]
    for notes in (int(size) for size in given.notes.split(",")):
        for title, plugins in PLUGINS.items():
            if notes <= MOST or "incremental_build" in plugins:
                times = [
                    f"{statistics.median(each):.2f} ({min(each):.2f} to {max(each):.2f})" if each else ""
                    for each in measured(plugins, notes, given.saves)
                ]
                rows.append(f"| {notes:,} | {title} | {' | '.join(times)} |")
                print(rows[-1], flush=True)
    if given.write:
        text = f"Made by `bench/serve.py --write`, not typed. Seconds from a save until the server sends it, median and range of {given.saves} saves.\n\n"
        measure.write_section(PAGE, "A live preview", f"{text}Machine: {machine}.\n\n" + "\n".join(rows))


if __name__ == "__main__":
    main()
