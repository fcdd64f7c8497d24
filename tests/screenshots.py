"""Take pictures of the built site: kinds of pages, two widths, two palettes, and the one that the README shows.

    python tests/screenshots.py [SITE] [FOLDER]

SITE is the built site (default: site), FOLDER takes the pictures and an `index.html` that shows them side by side
(default: .cache/screenshots). With `--readme` the README's picture is taken, and no other.
"""

from __future__ import annotations

import argparse
import html
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.browser import ARGUMENTS, find_chromium
from tools.serving import served

ROOT = Path(__file__).parents[1]
PAGES = {
    "home": "",
    "module": "curriculum/m12-caching/",
    "concept": "advanced/a01-microservices-architecture/",
    "note": "ressurser/slipbox/microservices/",
    "all-notes": "graph/",
    "promise": "about/how-this-site-keeps-its-word/",
    "reference": "project/reference/configuration/",
    "interface": "project/reference/api-slipbox/",
}
WIDTHS = {1280: 1600, 390: 1400}
README = ROOT / "docs/assets/screenshot.png"


def take(
    browser: Browser, address: str, file: Path, *, width: int, height: int, palette: str, to: str = ""
) -> None:
    """Take one picture of what fits the window, scrolled to the first element that `to` selects."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=palette)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    if to:
        page.locator(to).first.evaluate(
            "element => scrollTo({ top: element.getBoundingClientRect().top - 700, behavior: 'instant' })"
        )
        page.wait_for_timeout(300)
    page.screenshot(path=file)
    context.close()


def main() -> int:
    """Take them all; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".cache/screenshots")
    parser.add_argument(
        "--readme", action="store_true", help="take the picture that the README shows, and no other"
    )
    given = parser.parse_args()
    program = find_chromium()
    if program is None or not (given.site / "index.html").is_file():
        missing = (
            "a Chromium: install it, or name it in the variable CHROMIUM"
            if program is None
            else "a site: run make site"
        )
        print(f"screenshots: there is no {missing.removeprefix('a ')}", file=sys.stderr)
        return 3
    given.folder.mkdir(parents=True, exist_ok=True)
    names = []
    with served(given.site.resolve()) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        if given.readme:
            to = ".snippet-output + .snippet-badge--verified"
            take(browser, url + PAGES["module"], README, width=1280, height=860, palette="light", to=to)
        for kind, address in ({} if given.readme else PAGES).items():
            for width, height in WIDTHS.items():
                for palette in ("light", "dark"):
                    names.append(f"{kind}-{width}-{palette}.png")
                    take(
                        browser,
                        url + address,
                        given.folder / names[-1],
                        width=width,
                        height=height,
                        palette=palette,
                    )
        browser.close()
    if given.readme:
        print(f"the README's picture is in {README}")
        return 0
    sheet = "".join(
        f'<figure><img src="{name}" width="{300 if "-1280-" in name else 150}"><figcaption>{html.escape(name)}</figcaption></figure>'
        for name in names
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;font:14px sans-serif}figure{margin:0}img{border:1px solid #ccc}"
    (given.folder / "index.html").write_text(
        f"<!doctype html><meta charset=utf-8><style>{style}</style>{sheet}", encoding="utf-8"
    )
    print(f"{len(names)} pictures in {given.folder}: open {given.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
