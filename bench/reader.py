"""Measure what the built site costs its reader, and what a reader, a checker and a screen reader find in it.

Usage: ``.venv/bin/python bench/reader.py [SITE] [--part NAME]… [--write]``. The site (default ``site/``) is served from this machine,
compressed, and opened in headless Chromium with a fresh profile each time. Parts: ``weight``, ``rules``, ``search``, ``around``, ``run``,
``lighthouse`` and ``validity``; without ``--part`` all of them. The last two install Lighthouse and the Nu checker from npm, once, into the folder
that ``READER_TOOLS`` names (default: below the system's temporary folder). Each part's figures are kept in ``.cache/reader.json``;
``--write`` puts all that are kept into docs/project/.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

import measure as machine
import reader_checkers
import reader_features
import reader_pages
import reader_search
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.browser import ARGUMENTS, find_chromium  # noqa: E402
from tools.serving import Sent, served  # noqa: E402

PAGE = ROOT / "docs/project/reference/benchmark-reader.md"
KEPT = ROOT / ".cache/reader.json"
IN_BROWSER = {
    "weight": reader_pages.weigh,
    "rules": reader_pages.hold,
    "search": reader_search.ask_all,
}
CHECKERS = {
    "around": reader_features.around,
    "run": reader_features.run_on_page,
    "lighthouse": reader_checkers.lighthouse,
    "validity": reader_checkers.validate,
}
PARTS = (*IN_BROWSER, *CHECKERS)
TITLES = {
    "weight": "What a page costs",
    "rules": "What holds on every page",
    "search": "The search",
    "around": "What stands around a note",
    "run": "A snippet that runs on the page",
    "lighthouse": "Lighthouse",
    "validity": "Valid HTML",
}
REASONS = """\
Modules and the interfaces of the packages miss the goals for weight, and will: they are long. The text of *Caching* alone, without a tag, is
29 KB compressed, that of *Auth and security* 48 KB, that of the interface of `slipbox` 33 KB, and a reader without scripts reads all of it. Of
the 48 KB that the HTML of *Caching* is, 7 KB are its eight drawings, 4 KB navigation, header and contents, 1 KB the colours of its code, and
the rest links, footnotes, tables and badges. A drawing as a file of its own would weigh a page less and a reader more: it would bring the type along, or
stand in another one, its words could not be found, and it would not follow the palette. Style, script and fonts are 65 KB beside a module's HTML and
52 KB beside the home page's. `tests/browser/test_weight.py` holds a page to 68 KB beside its HTML, and a long page's HTML to 1.8 times its
text.

Times are those of a machine with the load that each table names, and so are Lighthouse's figures for performance: for a phone it slows the processor
down to a quarter of what it finds.
"""


def measure(site: Path, parts: list[str]) -> dict[str, dict[str, object]]:
    """Measure the parts; each gives rows of what, goal, what was seen, and whether the goal is met."""
    found: dict[str, dict[str, object]] = {}
    sent = Sent()
    with served(site, packed=sent) as url:
        for part in parts:
            stamp = {"date": datetime.date.today().isoformat(), "machine": machine.machine()}
            if part in IN_BROWSER:
                with sync_playwright() as playwright:
                    program = find_chromium()
                    browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
                    rows = IN_BROWSER[part](browser, url, sent)
                    browser.close()
            else:
                rows = CHECKERS[part](site, url)
            found[part] = {**stamp, "rows": rows}
            for row in rows:
                print(part, *row, sep=" | ")
    return found


def page(found: dict[str, dict[str, object]]) -> str:
    """Return the page with the tables."""
    lines = [
        "---\ntitle: Benchmark of the reader's site\npublish: true\n"
        "description: What a page of this site weighs, how fast it is there, and what checkers find in it.\n---\n",
        "Made by `bench/reader.py --write`, not typed. The built site is served from the same machine, text compressed with gzip at "
        "level 6, and opened in headless Chromium with a fresh profile for each figure. A weight is the sum of the bodies that the "
        "server sent. The goals are those that the site was planned with; a goal that is missed says so.\n",
        REASONS,
    ]
    for part in PARTS:
        if part not in found:
            continue
        told = found[part]
        lines += [
            f"## {TITLES[part]}\n",
            f"{told['date']}, {told['machine']}.\n",
            "| What | Goal | Seen | |",
            "|---|---|---|---|",
        ]
        for what, goal, seen, met in told["rows"]:  # type: ignore[attr-defined]
            verdict = "" if met is None else "met" if met else "**not met**"
            lines.append(f"| {what} | {goal} | {seen} | {verdict} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, keep, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument(
        "--part", action="append", choices=PARTS, help="measure this, and no other; repeatable"
    )
    parser.add_argument("--write", action="store_true", help="write the tables to docs/project/")
    given = parser.parse_args()
    if find_chromium() is None or not (given.site / "index.html").is_file():
        print("reader: there is no Chromium, or no site; hint: make site", file=sys.stderr)
        return 3
    parts = given.part or list(PARTS)
    if "run" in parts and not (given.site / "assets/pyodide").is_dir():
        print("reader: the site has no Python for browsers; hint: make pyodide site", file=sys.stderr)
        return 3
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    kept |= measure(given.site.resolve(), parts)
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    if given.write:
        PAGE.write_text(page(kept), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
