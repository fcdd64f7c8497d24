"""Nothing that stands in a note's metadata, links, tags or canvases runs on this site's own pages, nor in what its search shows of them.

The site is built of the notes of `test_scripts.py` with this repository's settings, theme and hooks. The browser is told to disregard the
pages' Content-Security-Policy, so that it is the escaping that holds; a last test shows that the policy holds too, by itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from test_scripts import quoted, vault

from slipbox.testing import write_vault
from tools.serving import served

ROOT = Path(__file__).parents[2]
NEEDED = (
    "hooks",
    "overrides",
    "browser",
    "src",
    "snippets",
    "diagrams",
    "planned-notes.txt",
    "pyproject.toml",
)
QUERIES = (
    "script",
    "window.pwned",
    "pwned",
    "<script>",
    "onerror",
    "img src",
    "textarea",
    "title",
    "H 1",
    "linked",
    "\"'><img",
    "tag",
)
RAW = "# Raw\n\n<svg onload='window.pwned=1'></svg>\n"
"""What an author may write into the body: it is HTML, and reaches the page. A `script` there would be allowed by its hash."""
WATCH = "Object.defineProperty(window, 'pwned', { set() { console.log('PWNED ' + location.href); } })"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Build the site; give its address and its pages but those that only lead on."""
    root = tmp_path_factory.mktemp("ours")
    for name in NEEDED:
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "docs/assets", root / "docs/assets")
    write_vault(root / "docs", vault() | {"raw.md": RAW})
    config = (ROOT / "mkdocs.yml").read_text("utf-8").replace("strict: true", "strict: false", 1)
    config = re.sub(r"\nnav:\n.*?\nhooks:", "\nnav: ['**/*.md']\nhooks:", config, flags=re.DOTALL)
    (root / "mkdocs.yml").write_text(config, "utf-8")
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("SITE_DIR", "REQUIRE_VERIFIED", "AUDIENCE")
    }
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, env=environment | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    site = root / "site"
    files = {file.relative_to(site).as_posix(): file.read_text("utf-8") for file in site.rglob("*.html")}
    pages = sorted(name for name, text in files.items() if 'http-equiv="refresh"' not in text)
    assert len(pages) > 40
    with served(site) as url:
        yield url, pages


def context(browser: Browser, ran: list[str], *, bypass: bool) -> BrowserContext:
    """Return a window that notes each script that runs."""
    made = browser.new_context(service_workers="block", bypass_csp=bypass)
    made.add_init_script(WATCH)
    made.on("console", lambda message: ran.append(message.text) if "PWNED" in message.text else None)
    return made


def visit(page: Page, url: str, pages: list[str]) -> None:
    for name in pages:
        page.goto(url + "/".join(map(quoted, name.split("/"))), wait_until="load")


def test_no_script_from_a_note_s_data_runs_on_our_pages(
    browser: Browser, ours: tuple[str, list[str]]
) -> None:
    url, pages = ours
    ran: list[str] = []
    window = context(browser, ran, bypass=True)
    page = window.new_page()
    visit(page, url, pages)
    page.goto(f"{url}graph/")
    page.locator(".slipbox-graph-page canvas[data-drawn]").wait_for(timeout=15_000)
    window.close()

    assert [each for each in ran if "/raw/" not in each and not each.endswith("/control.html")] == []
    assert any("/raw/" in each for each in ran), "a script that runs was not seen"


def test_no_script_runs_in_what_our_search_shows(browser: Browser, ours: tuple[str, list[str]]) -> None:
    url, _ = ours
    ran: list[str] = []
    window = context(browser, ran, bypass=True)
    page = window.new_page()
    page.goto(url)
    page.keyboard.press("/")
    field = page.locator(".site-search__input")
    shown = {}
    for words in QUERIES:
        field.fill(words)
        page.wait_for_function(
            "words => document.querySelector('.site-search').dataset.shown === words",
            arg=words,
            timeout=30_000,
        )
        results = page.locator(".site-search__results")
        shown[words] = results.inner_text()
        assert results.locator("script, img[onerror]").count() == 0
        assert results.locator("img[src='x']").count() == 0
    window.close()

    assert ran == []
    assert any("window.pwned" in text for text in shown.values()), "the search showed no hostile title"


def test_the_policy_alone_stops_a_handler_that_a_note_brings(
    browser: Browser, ours: tuple[str, list[str]]
) -> None:
    url, pages = ours
    ran: list[str] = []
    window = context(browser, ran, bypass=False)
    page = window.new_page()
    visit(page, url, [name for name in pages if name.startswith("raw/")])
    window.close()

    assert ran == []
