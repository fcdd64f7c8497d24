"""What running a snippet on the page costs a reader: bytes before the click, bytes after it, the first run, the next one.

Needs a built site with the Python for browsers in it (`make site`), and Chromium. It writes its table into the reference:

    python -m bench.run_here
"""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.browser import ARGUMENTS, find_chromium
from tools.serving import served

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/project/reference/run-here.md"
PLACE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)
ADDRESS, SNIPPET = "curriculum/m14-search/", "snippets/m14_search/bool_query.py"
ROUNDS = 5
OURS = ("/assets/pyodide/", "run-here", "run_here", "/python.mjs")


def main() -> None:
    """Measure, print and write."""
    site = ROOT / os.environ.get("SITE_DIR", "site")
    with served(site) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        rounds = [measure(browser, url, site) for _ in range(ROUNDS)]
        browser.close()
    before, after = max(each[0] for each in rounds), max(each[1] for each in rounds)
    cold, again = min(each[2] for each in rounds), min(each[3] for each in rounds)
    table = (
        "\n| What | Measured | Goal |\n|---|---|---|\n"
        f"| Bytes before the click | {before} | 0 |\n"
        f"| Bytes after it, compressed, once | {after / 1e6:.1f} MB | |\n"
        f"| From the click to the output, the first time | {cold:.1f} s | 4 s |\n"
        f"| The next time | {again * 1000:.0f} ms | 100 ms |\n\n"
    )
    print(table)
    PAGE.write_text(PLACE.sub(lambda _: table, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def measure(browser: Browser, url: str, site: Path) -> tuple[int, int, float, float]:
    """Return the four figures of one reader who has never been here; the times are the page's own."""
    context = browser.new_context(base_url=url, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(120_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(ADDRESS)
    page.wait_for_load_state("networkidle")
    before = sum(size(site, each, url) for each in asked if any(part in each for part in OURS))
    asked.clear()
    row = page.locator(f".snippet-actions[data-run-here][data-snippet='{SNIPPET}']").first
    button = row.locator("[data-runs]")
    times = []
    for _ in range(4):
        button.click()
        page.wait_for_selector(".snippet-here[data-verdict=same]")
        times.append(int(page.locator(".snippet-here").get_attribute("data-took") or 0) / 1000)
        page.evaluate("delete document.querySelector('.snippet-here').dataset.verdict")
    after = sum(size(site, each, url) for each in set(asked))
    context.close()
    return before, after, times[0], min(times[1:])


def size(site: Path, address: str, url: str) -> int:
    """Return the bytes of a file of the site as a server sends them that compresses."""
    return len(gzip.compress((site / address.removeprefix(url).partition("?")[0]).read_bytes(), 6))


if __name__ == "__main__":
    main()
