"""Measure the page with the whole graph in a real browser: what it weighs, when it is drawn, and whether it moves smoothly.

Usage: ``.venv/bin/python bench/graph_page.py [NOTES] [--write]``. A vault of NOTES notes (default 5,000) with four times as many
links is generated; MkDocs builds its graph's page, and no other, with the theme; headless Chromium opens it, drags it, zooms it
and types into its filter for three seconds each, by mouse and keyboard. ``--write`` puts the table into docs/project/.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measure as machine
from slipbox_vault import PAGE, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.browser import ARGUMENTS, find_chromium
from tools.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Page

LINKS = 4
SECONDS = 3.0
HEADING = "The page with the whole graph"
CONFIG = "site_name: x\ntheme: {name: material, font: false}\nplugins: [{slipbox: {feeds: false, listings: false, unlinked_mentions: false}}]\nhooks: [only.py]\n"
ONLY = """\
from mkdocs.plugins import event_priority

@event_priority(-100)
def on_files(files, config):
    for file in list(files.documentation_pages()):
        if not file.src_uri.startswith("graph/"):
            files.remove(file)
"""
WATCH = """\
window.frames_ = []; window.long_ = [];
const tick = (now) => { window.frames_.push(now); requestAnimationFrame(tick); };
requestAnimationFrame(tick);
new PerformanceObserver((list) => { for (const task of list.getEntries()) window.long_.push(task.duration); }).observe({ type: "longtask", buffered: true });
new MutationObserver(() => {
  if (!window.drawn_ && document.querySelector("canvas[data-drawn]")) window.drawn_ = performance.now();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
"""
"""Keeps the time of each frame, the length of each task over 50 ms, and when the picture was first there."""


def build(folder: Path, count: int) -> Path:
    """Write a vault and build the page with its graph; return the site."""
    write(folder / "docs", count, LINKS)
    (folder / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "only.py").write_text(ONLY, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"],
        cwd=folder, check=True, capture_output=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    return folder / "site"


def weight(site: Path) -> str:
    """Return what the page and what it loads for the graph weigh, packed, in KB."""
    names = ("graph/index.html", "graph.json", "assets/slipbox/graph.js")
    sizes = [len(gzip.compress((site / name).read_bytes(), 6)) / 1000 for name in names]
    return f"page with the table {sizes[0]:.0f} KB, data {sizes[1]:.0f} KB, script {sizes[2]:.1f} KB"


def drag(page: Page, until: float) -> None:
    """Drag the picture to and fro."""
    box = page.locator("canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    step = 0
    while time.monotonic() < until:
        step += 1
        page.mouse.move(x + 150 * (step % 40 - 20) / 20, y + 80 * (step % 24 - 12) / 12)
    page.mouse.up()


def zoom(page: Page, until: float) -> None:
    """Roll the wheel in and out, about the middle of the picture."""
    page.locator("canvas").hover()
    step = 0
    while time.monotonic() < until:
        step += 1
        page.mouse.wheel(0, -60 if step % 30 < 15 else 60)


def narrow(page: Page, until: float) -> None:
    """Type words into the filter and take them out again."""
    field = page.locator("[data-search]")
    field.focus()
    while time.monotonic() < until:
        for letter in "cache 12":
            page.keyboard.press(letter if letter != " " else "Space")
            page.wait_for_timeout(60)
        field.fill("")


def hover(page: Page, until: float) -> None:
    """Move the mouse over the notes."""
    box = page.locator("canvas").bounding_box()
    assert box
    step = 0
    while time.monotonic() < until:
        step += 1
        page.mouse.move(box["x"] + 100 + step * 7 % (box["width"] - 200), box["y"] + 100 + step * 3 % 200)


ACTS: dict[str, Callable[[Page, float], None]] = {
    "drag": drag, "zoom": zoom, "hover over notes": hover, "type into the filter": narrow,
}  # fmt: skip


def act(page: Page, session: CDPSession, deed: Callable[[Page, float], None]) -> list[float]:
    """Do something for a while; return frames a second, the mean and the 95th percentile of their times, and what the main thread did.

    That is the share of the time in which it was busy, the number of its tasks over 50 ms, and the longest, in ms.
    """
    page.evaluate("() => { window.frames_.length = 0; window.long_.length = 0; }")
    busy = _metric(session)
    began = time.monotonic()
    deed(page, began + SECONDS)
    took = time.monotonic() - began
    busy = _metric(session) - busy
    page.wait_for_timeout(300)
    frames, tasks = page.evaluate("() => [window.frames_, window.long_]")
    gaps = sorted(later - earlier for earlier, later in pairwise(frames))
    mean = sum(gaps) / len(gaps)
    return [
        1000 / mean,
        mean,
        gaps[int(len(gaps) * 0.95)],
        busy / took * 100,
        len(tasks),
        max(tasks, default=0),
    ]


def _metric(session: CDPSession) -> float:
    """Return how many seconds the main thread has been busy."""
    told: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in told if each["name"] == "TaskDuration"))


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """Open a page in headless Chromium, which draws in software here, and wait until the graph is drawn."""
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    if program is None:
        raise SystemExit(
            "there is no Chromium on this machine: install it, or name it in the variable CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(WATCH)
        page.goto(url)
        page.wait_for_function("() => window.drawn_", timeout=60_000)
        yield page
        browser.close()


def section(count: int) -> str:
    """Measure, and return the section of the page that tells of it."""
    with tempfile.TemporaryDirectory() as folder:
        site = build(Path(folder), count)
        sizes = weight(site)
        with served(site) as url, opened(f"{url}graph/") as page:
            first = page.evaluate("() => window.drawn_")
            first_tasks = page.evaluate("() => window.long_")
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.wait_for_timeout(1000)
            rows = {name: act(page, session, deed) for name, deed in ACTS.items()}
    return "\n".join(
        (
            f"Made by `bench/graph_page.py --write`, not typed: a vault of {count:,} notes with {count * LINKS:,} links, its page built with the theme,",
            "and headless Chromium, which draws without a graphics card. The goal is 30 frames a second or more in whatever a reader does.",
            "",
            f"Machine: {machine.machine()}.",
            "",
            f"- Packed: {sizes}.",
            f"- First drawn {first / 1000:.1f} s after the page was asked for; until then {len(first_tasks)} tasks held the main thread for over 50 ms, "
            f"the longest for {max(first_tasks, default=0):.0f} ms.",
            "",
            f"| for {SECONDS:.0f} s | frames a second | mean frame, ms | 95th percentile, ms | main thread busy, % | tasks over 50 ms | longest, ms |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {name} | {row[0]:.0f} | {row[1]:.1f} | {row[2]:.1f} | {row[3]:.0f} | {row[4]:.0f} | {row[5]:.0f} |"
                for name, row in rows.items()
            ),
        )
    )


def main() -> None:
    """Measure, print, and write the section if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("notes", nargs="?", type=int, default=5_000)
    parser.add_argument("--write", action="store_true", help="write the table to docs/project/")
    given = parser.parse_args()
    text = section(given.notes)
    if given.write:
        machine.write_section(PAGE, HEADING, text)
    print(text)


if __name__ == "__main__":
    main()
