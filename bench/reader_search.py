"""Type the list of queries into the search of a site, and weigh and time what comes."""

from __future__ import annotations

import statistics
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
QUERIES = tomllib.loads((ROOT / "tests/browser/queries.toml").read_text("utf-8"))
Row = tuple[str, str, str, bool | None]
WHOLE = ("typing", "code", "stems")
ASK = """words => new Promise(done => {
  const dialog = document.querySelector(".site-search");
  const field = dialog.querySelector(".site-search__input");
  const began = performance.now();
  const watch = new MutationObserver(() => {
    if (dialog.dataset.shown !== words) return;
    watch.disconnect();
    done(performance.now() - began);
  });
  watch.observe(dialog, { attributes: true });
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def open_search(browser: Browser, url: str) -> Page:
    """Open the search on the home page in a fresh profile."""
    context = browser.new_context(
        base_url=url, viewport={"width": 1280, "height": 900}, service_workers="block"
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto("", wait_until="networkidle")
    page.keyboard.press("/")
    return page


def ask_all(browser: Browser, url: str, sent: Any, *, share: float = 0.93) -> list[Row]:
    """Return the bytes before the first key and for the first query, the times, and the share that was found."""
    firsts: list[float] = []
    weight = before = 0
    for words in ("cache stampede", "idempotency key", "graceful shutdown"):
        sent.answers.clear()
        page = open_search(browser, url)
        before = max(before, sum(size for path, size in sent.answers if "/search/" in path))
        sent.answers.clear()
        firsts.append(page.evaluate(ASK, words))
        page.wait_for_load_state("networkidle")
        weight = max(weight, sent.bytes)
        sent.answers.clear()
        page.context.close()
    page = open_search(browser, url)
    page.evaluate(ASK, "warm")
    times: list[float] = []
    missed: dict[str, list[str]] = {kind: [] for kind in QUERIES}
    for kind, queries in QUERIES.items():
        for words, wanted in queries.items():
            times.append(page.evaluate(ASK, words))
            offer = page.locator(".site-search__offer button")
            if kind == "typing" and offer.count():
                times.append(page.evaluate(ASK, offer.inner_text()))
            right = {wanted} if isinstance(wanted, str) else set(wanted)
            if not right & set(first_five(page, url)):
                missed[kind].append(words)
    page.context.close()
    count = sum(map(len, QUERIES.values()))
    found = count - sum(map(len, missed.values()))
    for kind, lost in missed.items():
        print("  missed:", kind, lost)
    late = statistics.quantiles(times, n=20)[-1]
    first = statistics.median(firsts)
    rows: list[Row] = [
        ("bytes before the first key", "0", f"{before:,}", before == 0),
        (
            "bytes of the first query, the most of three",
            "≤ 400 KB",
            f"{weight / 1000:.0f} KB",
            weight <= 400_000,
        ),
        (
            "first query, from the key to the results, median of three",
            "≤ 300 ms",
            f"{first:.0f} ms",
            first <= 300,
        ),
        ("later queries, 95 of 100 within", "≤ 100 ms", f"{late:.0f} ms", late <= 100),
        (
            "queries with the right page in the first five",
            f"≥ {share:.0%}",
            f"{found} of {count} ({found / count:.0%})",
            found / count >= share,
        ),
    ]
    for kind in WHOLE:
        total = len(QUERIES[kind])
        rows.append((f"of these: {kind}", "all", f"{total - len(missed[kind])} of {total}", not missed[kind]))
    return rows


def first_five(page: Page, url: str) -> list[str]:
    """Return the addresses of the first five pages."""
    links = page.locator(".site-search__results > li > a")
    addresses = links.evaluate_all("links => links.map(link => link.href)")
    return list(dict.fromkeys(unquote(each).removeprefix(url).partition("#")[0] for each in addresses))[:5]
