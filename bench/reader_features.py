"""What the site's own features cost a reader: what stands around a note, and running a snippet on the page."""

from __future__ import annotations

import gzip
import re
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

Row = tuple[str, str, str, bool | None]
MOST = 1500
"""Bytes that backlinks, mentions and the local graph may cost a page, compressed."""
ROUNDS = 3
COLD, AGAIN = 4.0, 0.1
"""Seconds from the click to the output, the first time and the next."""
_AROUND = re.compile(r'<section class="slipbox-(?:backlinks|graph)\b[^>]*>.*?</section>', re.DOTALL)


def around(site: Path, _: str) -> list[Row]:
    """Return what backlinks, mentions and the local graph cost the pages that have some, by taking them out."""
    costs = []
    for file in sorted(site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        bare = _AROUND.sub("", html)
        if bare != html:
            costs.append(_packed(html) - _packed(bare))
    middle = statistics.median(costs)
    within = sum(cost <= MOST for cost in costs)
    return [
        (
            f"backlinks, mentions and local graph, in the HTML of {len(costs)} pages: median",
            f"≤ {MOST / 1000:.1f} KB",
            f"{middle / 1000:.2f} KB; within it {within} of {len(costs)} pages, the most {max(costs) / 1000:.1f} KB",
            middle <= MOST,
        )
    ]


def run_on_page(site: Path, url: str) -> list[Row]:
    """Return what running a snippet on the page costs: bytes before the click, the first run, the next one."""
    import run_here

    from tools.browser import ARGUMENTS, find_chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        rounds = [run_here.measure(browser, url, site) for _ in range(ROUNDS)]
        browser.close()
    before, after = max(each[0] for each in rounds), max(each[1] for each in rounds)
    cold = statistics.median(each[2] for each in rounds)
    again = statistics.median(each[3] for each in rounds)
    return [
        ("running a snippet on the page: bytes before the click", "0", str(before), before == 0),
        ("bytes after the click, once", "", f"{after / 1e6:.1f} MB", None),
        ("from the click to the output, the first time", f"≤ {COLD:.0f} s", f"{cold:.1f} s", cold <= COLD),
        ("the next time", f"≤ {AGAIN * 1000:.0f} ms", f"{again * 1000:.0f} ms", again <= AGAIN),
    ]


def _packed(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))
