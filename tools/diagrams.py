"""Record the drawings of the site's Mermaid diagrams, and its formulas as MathML: `make diagrams`.

It builds the site with the sources in the place of the drawings, draws each diagram that has no recording in headless Chromium, by
the script that draws previews too, and takes away the recordings that no page shows. Formulas are set by KaTeX, all of them each time.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from hooks.diagrams import LIVE, RECORDINGS, ROOT, key
from hooks.formulas import FORMULA, RECORDED
from tools.browser import ARGUMENTS, find_chromium
from tools.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_DIAGRAM = re.compile(r'<div class="mermaid">(.*?)</div>', re.DOTALL)
_METADATA = re.compile(r"<metadata>(.*?)</metadata>", re.DOTALL)
_SET = """source => {
  const html = katex.renderToString(source.slice(2, -2), { displayMode: source.startsWith("\\\\["), output: "mathml", throwOnError: true });
  return html.slice(html.indexOf("<math"), html.lastIndexOf("</math>") + 7);
}"""
_PAPER = """<!doctype html>
<meta charset="utf-8">
<link rel="stylesheet" href="stylesheets/fonts.css">
<link rel="stylesheet" href="stylesheets/page.css">
<body data-md-color-scheme="default">
<script src="vendor/mermaid/mermaid.min.js"></script>
<script src="javascripts/diagrams.js"></script>
"""


def main() -> int:
    """Draw what is missing, remove what is not used, and say what was done; 1 if a diagram can't be drawn."""
    with TemporaryDirectory() as folder:
        sources = build(Path(folder) / "site")
        formulas = read_formulas(Path(folder) / "site")
    wanted = {name: source for name, source in sources.items() if not _file(name).is_file()}
    faults = record(wanted) if wanted else []
    record_formulas(formulas)
    unused = [file for file in sorted(RECORDINGS.glob("*.svg")) if file.stem not in sources]
    for file in unused:
        file.unlink()
    for fault in faults:
        print(fault, file=sys.stderr)
    drawn = len(wanted) - len(faults)
    print(f"{len(sources)} diagrams: {drawn} drawn, {len(unused)} recordings removed, {len(faults)} faults")
    return 1 if faults else 0


def build(site: Path) -> dict[str, str]:
    """Build the site into a folder; return the source of each of its diagrams by the name of its recording."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--no-strict", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {LIVE: "1", "AUDIENCE": "serve", "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    found = (
        unescape(diagram).strip()
        for file in sorted(site.rglob("*.html"))
        for diagram in _DIAGRAM.findall(file.read_text(encoding="utf-8"))
    )
    return {key(source): source for source in found}


def read_formulas(site: Path) -> list[str]:
    """Return the source of each formula of a built site, sorted."""
    found = {
        unescape(formula[2]).strip()
        for file in site.rglob("*.html")
        for formula in FORMULA.findall(file.read_text(encoding="utf-8"))
    }
    return sorted(found)


def record_formulas(sources: list[str]) -> None:
    """Set formulas as MathML, and write them all if any differs from what is recorded."""
    known = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.is_file() else {}
    if sorted(known) == sources:
        return
    with paper() as page:
        page.add_script_tag(url="vendor/katex/katex.min.js")
        made = {source: str(page.evaluate(_SET, source)) for source in sources}
    text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
    RECORDED.write_text(f"{text}\n", encoding="utf-8")


def record(sources: Mapping[str, str]) -> list[str]:
    """Draw diagrams into their recordings; return what is wrong with those that can't be drawn."""
    RECORDINGS.mkdir(exist_ok=True)
    faults = []
    with paper() as page:
        for name, source in sources.items():
            try:
                picture = draw(page, name, source)
            except Error as error:
                faults.append(f"{source.splitlines()[0]} …: {str(error).splitlines()[0]}")
                continue
            start = picture.index(">") + 1
            kept = f"{picture[:start]}<metadata>{escape(source, quote=False)}</metadata>{picture[start:]}\n"
            _file(name).write_text(kept, encoding="utf-8")
    return faults


def read_source(recording: Path) -> str:
    """Return the source of the diagram that a recording draws."""
    found = _METADATA.search(recording.read_text(encoding="utf-8"))
    assert found is not None, f"{recording} does not hold its source"
    return unescape(found[1])


@contextmanager
def paper() -> Iterator[Page]:
    """Give a page of a browser on which diagrams can be drawn.

    Raises:
        SystemExit: there is no Chromium on this machine.
    """
    program = find_chromium()
    if program is None:
        raise SystemExit("diagrams: there is no Chromium: install it, or name it in the variable CHROMIUM")
    with served(ROOT / "docs/assets") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield open_paper(browser, url)
        browser.close()


def open_paper(browser: Browser, url: str) -> Page:
    """Open the page on which diagrams are drawn; `url` is where this site's assets are served."""
    page = browser.new_page(color_scheme="light")
    page.route("**/paper.html", lambda route: route.fulfill(content_type="text/html", body=_PAPER))
    page.goto(f"{url}paper.html")
    return page


def draw(page: Page, name: str, source: str) -> str:
    """Return the drawing of a diagram, as one line of SVG.

    Raises:
        Error: Mermaid can't draw it.
    """
    return str(page.evaluate("([id, source]) => drawDiagram(id, source)", [f"d{name}", source]))


def _file(name: str) -> Path:
    return RECORDINGS / f"{name}.svg"


if __name__ == "__main__":
    sys.exit(main())
