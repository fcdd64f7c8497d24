"""Measure the search of a site of 1,000 and of 5,000 pages: how long indexing takes, what a query costs, what is found.

Usage: ``.venv/bin/python bench/reader_scale.py [SITE] [PAGES]… [--write]``. The built site (default ``site/``) is copied, and pages are put
beside its own until there are as many as asked: each made of paragraphs and blocks of code of the real pages of one language, mixed anew, under
a title and headings that say nothing. So each paragraph with the words that readers look for stands on thirty pages more, and only the right
page is about them. ``--write`` puts the table into docs/project/.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

import measure as machine
import reader_search
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "hooks")]

import search as index_of_site  # noqa: E402

from tools.browser import ARGUMENTS, find_chromium  # noqa: E402
from tools.serving import Sent, served  # noqa: E402

PAGE = ROOT / "docs/project/reference/search.md"
BEGIN, END = "<!-- scale: made by bench/reader_scale.py -->", "<!-- end of scale -->"
SHARES = {1000: 0.93, 5000: 0.90}
SECONDS = 60
_ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
_PART = re.compile(r"<p>.*?</p>|<div class=\"[^\"]*highlight[^\"]*\">.*?</pre></div>", re.DOTALL)


def real_pages(site: Path) -> list[index_of_site.Entry]:
    """Return what the built site's index knows of its pages."""
    found = []
    for file in sorted((site / "search/fragment").glob("*.pf_fragment")):
        if file.name.startswith(index_of_site.CODE):
            continue
        told = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        meta, url = told["meta"], unquote(told["url"]).lstrip("/")
        found.append(
            index_of_site.Entry(
                file=site / url / "index.html",
                url=url,
                area=meta.get("area", ""),
                tags=tuple(each for each in meta.get("tags", "").split(" · ") if each),
                names=tuple(each for each in meta.get("names", "").split(" · ") if each),
            )
        )
    return found


def more_pages(site: Path, real: list[index_of_site.Entry], count: int) -> list[index_of_site.Entry]:
    """Write pages made of the parts of the real ones; return what the index should know of them."""
    chance = random.Random(11)
    parts: dict[str, list[str]] = {"en": [], "nb": []}
    for entry in real:
        html = entry.file.read_text("utf-8")
        article = _ARTICLE.search(html)
        lang = "nb" if 'lang="nb"' in html[: html.find("<head")] else "en"
        parts[lang] += _PART.findall(article[0] if article else "")
    share = len(parts["nb"]) / sum(map(len, parts.values()))
    made = []
    for number in range(count):
        lang = "nb" if chance.random() < share else "en"
        url = f"more/{number}/"
        pieces = chance.choices(parts[lang], k=chance.randint(8, 40))
        title = "Sheet " + "".join(chr(97 + int(digit)) for digit in str(number))
        for at in range(len(pieces) // 5):
            pieces.insert(at * 6, f'<h2 id="part-{at}">Part {at + 1}</h2>')
        file = site / url / "index.html"
        file.parent.mkdir(parents=True)
        file.write_text(
            f'<!doctype html>\n<html lang="{lang}"><head><title>{title}</title></head><body><article><h1>{title}</h1>{"".join(pieces)}</article></body></html>',
            "utf-8",
        )
        made.append(
            index_of_site.Entry(
                file=file, url=url, area=chance.choice(real).area, tags=chance.choice(real).tags, names=()
            )
        )
    return made


def measure(site: Path, pages: int) -> list[reader_search.Row]:
    """Return the rows of one size."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "site"
        shutil.copytree(site, copy)
        real = real_pages(copy)
        entries = real + more_pages(copy, real, pages - len(real))
        began, spent = time.monotonic(), _spent()
        index_of_site.index(entries, copy / "search")
        seconds, busy = time.monotonic() - began, _spent() - spent
        sent = Sent()
        with served(copy, packed=sent) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
            rows = reader_search.ask_all(browser, url, sent, share=SHARES.get(pages, 0.9))
            browser.close()
    seen = f"{busy:.0f} s, {seconds:.0f} s by the clock"
    return [("indexing, seconds of a processor", f"≤ {SECONDS} s", seen, busy <= SECONDS), *rows]


def _spent() -> float:
    """Return the seconds of a processor that this program and those it ran have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def table(sizes: dict[int, list[reader_search.Row]]) -> str:
    """Return the table as it stands on the page."""
    lines = [
        BEGIN,
        f"Made by `bench/reader_scale.py --write` on {datetime.date.today().isoformat()}: {machine.machine()}. A goal that is missed is bold.\n",
        f"| What | Goal | {' | '.join(f'{size:,} pages' for size in sizes)} |",
        "|---|---|" + "---|" * len(sizes),
    ]
    for rows in zip(*sizes.values(), strict=True):
        goals = ", ".join(dict.fromkeys(row[1] for row in rows))
        seen = " | ".join(row[2] if row[3] else f"**{row[2]}**" for row in rows)
        lines.append(f"| {rows[0][0]} | {goals} | {seen} |")
    return "\n".join([*lines, END])


def main() -> int:
    """Measure, print, and write the table if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("pages", nargs="*", type=int, default=[1000, 5000])
    parser.add_argument("--write", action="store_true", help="write the table to docs/project/")
    given = parser.parse_args()
    text = table({pages: measure(given.site.resolve(), pages) for pages in given.pages})
    print(text)
    if given.write:
        page = PAGE.read_text("utf-8")
        start, end = page.index(BEGIN), page.index(END) + len(END)
        PAGE.write_text(page[:start] + text + page[end:], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
