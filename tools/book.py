"""Make a book of the curriculum, as EPUB and as PDF, from the built site: `make book`.

Pandoc makes the EPUB, Chromium prints the PDF from what pandoc makes of the same text. Both come from the extra group `book` of
`pyproject.toml` and from the machine; a site needs neither.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hooks.social_card import draw_cover
from tools.browser import ARGUMENTS, find_chromium
from tools.chapters import Book, dead_links, write_book
from tools.pages import ROOT

TITLE = "Backend, from first principles"
SUBTITLE = "Code that was run, and what it printed"
TARGET = ROOT / "book"
STYLES = Path(__file__).parent / "book"
_READER = "html+tex_math_single_backslash"
_PARTS = (("Curriculum", "curriculum", "m*"), ("Advanced concepts", "advanced", "a*"))


def pages_of(site: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the parts of the book with the addresses of their pages, in reading order, and the glossary at the end."""
    parts = [
        (
            title,
            tuple(
                f"{folder}/{page.parent.name}/"
                for page in sorted((site / folder).glob(f"{names}/index.html"))
            ),
        )
        for title, folder, names in _PARTS
    ]
    return (*parts, ("Appendix", ("about/glossary/", "about/corrections/")))


def make_book(book: Book, folder: Path, *, date: str) -> Path:
    """Write the EPUB of a book into a folder and return its file.

    Raises ValueError if a link within the book leads nowhere, or a page is no page of this site.
    """
    import pypandoc  # of the group `book`

    folder.mkdir(parents=True, exist_ok=True)
    html = write_book(book)
    if dead := list(dead_links(html)):
        raise ValueError(f"links that lead nowhere in the book: {', '.join(dead)}")
    source, cover = folder / "book.html", folder / "cover.png"
    source.write_text(f"<html><body>{html}</body></html>", encoding="utf-8")
    draw_cover(TITLE, SUBTITLE, date, cover)
    target = folder / "backend-from-first-principles.epub"
    pypandoc.convert_file(
        str(source),
        "epub3",
        format=_READER,
        outputfile=str(target),
        extra_args=[
            *_metadata(date),
            f"--epub-cover-image={cover}",
            f"--css={STYLES / 'epub.css'}",
            f"--resource-path={folder}",
            "--split-level=2",
            "--toc-depth=3",
            "--mathml",
            "--standalone",
        ],
    )
    return target


def print_book(folder: Path, *, date: str) -> Path:
    """Print the PDF of a book that was made in a folder, with Chromium; return its file."""
    import pypandoc
    from playwright.sync_api import sync_playwright

    printed, target = folder / "print.html", folder / "backend-from-first-principles.pdf"
    pypandoc.convert_file(
        str(folder / "book.html"),
        "html5",
        format=_READER,
        outputfile=str(printed),
        extra_args=[
            *_metadata(date),
            "--css=print.css",
            "--toc",
            "--toc-depth=2",
            "--mathml",
            "--standalone",
        ],
    )
    (folder / "print.css").write_text(
        (STYLES / "print.css").read_text("utf-8").replace("FONTS", _fonts()), "utf-8"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(printed.as_uri())
        page.pdf(
            path=str(target),
            format="A4",
            print_background=True,
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template='<span style="font: 8px sans-serif; margin: auto" class="pageNumber"></span>',
            margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
        )
        browser.close()
    return target


def main(arguments: Sequence[str]) -> int:
    """Make both from the site in `site/`, or in the folder that is named, into `book/`."""
    site = Path(arguments[0]) if arguments else ROOT / "site"
    if not (site / "index.html").is_file():
        print(f"there is no site in {site}; hint: make site", file=sys.stderr)
        return 1
    date = date_of_text()
    book = Book(
        site=site, address=os.environ.get("SITE_URL", ""), parts=pages_of(site), pictures=TARGET / "pictures"
    )
    print(make_book(book, TARGET, date=date))
    if find_chromium() is None:
        print("no PDF: there is no Chromium on this machine", file=sys.stderr)
    else:
        print(print_book(TARGET, date=date))
    return 0


def date_of_text() -> str:
    """Return the day of the last commit, else today."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%cs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or datetime.now(tz=UTC).date().isoformat()


def _metadata(date: str) -> list[str]:
    said = {
        "title": TITLE,
        "subtitle": SUBTITLE,
        "author": "The knowledge base's authors",
        "lang": "en",
        "date": date,
    }
    return [f"--metadata={key}={value}" for key, value in said.items()]


def _fonts() -> str:
    return (ROOT / "docs/assets/vendor/fonts").as_uri()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
