"""Take pictures of the built site and put them on one sheet: `make screenshots`.

Ten kinds of pages, two widths, two palettes: `.cache/screenshots/*.png`, with `index.html` that shows them side by side and
`sheet.png`, which is that page as one picture. `--readme` takes the picture that the README shows, and no other.
"""

from __future__ import annotations

import argparse
import html
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tools.browser import ARGUMENTS, find_chromium
from tools.serving import served

ROOT = Path(__file__).parents[1]
PAGES = {
    "home": "",
    "module": "curriculum/m12-caching/",
    "concept": "advanced/a01-microservices-architecture/",
    "course": "be03/tema/be03-circuit-breaker/",
    "note": "ressurser/slipbox/microservices/",
    "all-notes": "graph/",
    "tags": "tags/",
    "path": "curriculum/learning-path/",
    "promise": "about/how-this-site-keeps-its-word/",
    "reference": "project/reference/configuration/",
    "interface": "project/reference/api-slipbox/",
}
WIDTHS = {1280: 1600, 390: 1400}
PALETTES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
README = ROOT / "docs/assets/screenshot.png"
STYLE = "body{display:flex;flex-wrap:wrap;gap:1rem;font:14px sans-serif}figure{margin:0}img{border:1px solid #ccc}"


def main() -> int:
    """Take them all; returns the exit code: 3 if there is no Chromium, or no site."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".cache/screenshots")
    parser.add_argument("--readme", action="store_true", help="take the picture that the README shows")
    given = parser.parse_args()
    program = find_chromium()
    if program is None or not (given.site / "index.html").is_file():
        missing = "Chromium: install it, or name it in the variable CHROMIUM"
        print(
            f"screenshots: there is no {missing if program is None else 'site: run make site'}",
            file=sys.stderr,
        )
        return 3
    given.folder.mkdir(parents=True, exist_ok=True)
    with served(given.site.resolve()) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        if given.readme:
            to = ".snippet-output + .snippet-badge--verified"
            take(browser, url + PAGES["module"], README, width=1280, height=860, palette="light", to=to)
            print(f"the README's picture is in {README}")
        else:
            names = list(take_all(browser, url, given.folder))
            lay_out(browser, names, given.folder)
            print(f"{len(names)} pictures; the sheet is {given.folder / 'sheet.png'}")
        browser.close()
    return 0


def take_all(browser: Browser, url: str, folder: Path) -> Iterator[str]:
    """Take a picture of each kind of page at each width in each palette; yield the files' names."""
    for kind, address in PAGES.items():
        for width, height in WIDTHS.items():
            for palette in PALETTES:
                name = f"{kind}-{width}-{palette}.png"
                take(browser, url + address, folder / name, width=width, height=height, palette=palette)
                yield name


def take(
    browser: Browser,
    address: str,
    file: Path,
    *,
    width: int,
    height: int,
    palette: Literal["light", "dark"],
    to: str = "",
) -> None:
    """Take one picture of what fits the window, scrolled to the first element that `to` selects."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=palette)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    if to:
        page.locator(to).first.evaluate(
            "element => scrollTo({ top: element.getBoundingClientRect().top - 700, behavior: 'instant' })"
        )
        page.wait_for_timeout(300)
    page.screenshot(path=file)
    context.close()


def lay_out(browser: Browser, names: list[str], folder: Path) -> None:
    """Write `index.html` with all pictures, and take a picture of it."""
    figures = "".join(
        f'<figure><img src="{name}" width="{440 if "-1280-" in name else 180}">'
        f"<figcaption>{html.escape(name.removesuffix('.png'))}</figcaption></figure>"
        for name in names
    )
    index = folder / "index.html"
    index.write_text(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{figures}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(index.resolve().as_uri())
    page.screenshot(path=folder / "sheet.png", full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
