"""What was read reads without a network, and everything if the reader asks; a newer version is told, and comes whole or not at all."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tools.serving import served

ROOT = Path(__file__).parents[2]
MODULE = "curriculum/m12-caching/"
NOTICE = ".site-notice"
WHILE_IT_GATHERS = 60_000
"""Milliseconds that a newer version may take until it is whole."""
READY = "navigator.serviceWorker.ready.then(registration => registration.active !== null)"
KEPT = """caches.keys().then(async names => {
  const caches_ = await Promise.all(names.map(name => caches.open(name)));
  return (await Promise.all(caches_.map(each => each.keys()))).flat().map(request => decodeURI(request.url));
})"""


class Site:
    """A copy of the site below a path of a server, which can be switched off and published anew."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.files = folder / "docs"
        shutil.copytree(built, self.files)
        self._server = ExitStack()
        self.url = self._server.enter_context(served(folder)) + "docs/"

    def switch_off(self) -> None:
        """Take the server away, and the files from the connections that are still open."""
        self._server.close()
        if self.files.exists():
            self.files.rename(self.files.with_name("gone"))

    def publish(self, address: str, old: str, new: str) -> None:
        """Change a page, and list the files as a build does."""
        self.change(address, old, new)
        sys.path.insert(0, str(ROOT / "hooks"))
        importlib.import_module("offline").write_worker(self.files)
        sys.path.remove(str(ROOT / "hooks"))

    def change(self, address: str, old: str, new: str) -> None:
        file = self.files / address / "index.html"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def site(public_site: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(public_site, tmp_path)
    yield site
    site.switch_off()


@pytest.fixture
def reader(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def visited(reader: BrowserContext) -> Page:
    """Open the home page, and wait until the browser has kept it."""
    page = reader.new_page()
    page.goto("")
    assert page.evaluate(READY)
    return page


@pytest.fixture
def page(visited: Page) -> Page:
    """Ask the browser on the home page to keep the whole site, and wait until it has."""
    visited.get_by_role("button", name=re.compile("Keep the whole site")).click()
    expect(visited.locator(".site-offline")).to_have_text(
        "The whole site can be read offline.", timeout=WHILE_IT_GATHERS
    )
    return visited


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_visit_keeps_what_is_read_and_nothing_else(visited: Page, site: Site) -> None:
    visited.goto(MODULE)
    kept = visited.evaluate(KEPT)
    pages = {
        url.partition("?")[0].removeprefix(site.url) for url in kept if url.partition("?")[0].endswith("/")
    }
    assert pages == {"", MODULE}
    site.switch_off()

    for address, title in ((MODULE, "Caching"), ("", "Backend")):
        visited.goto(address)
        expect(visited.locator("h1")).to_contain_text(title)
    assert not visited.evaluate("fetch('curriculum/m03-routing/').then(answer => answer.ok, () => false)")


def test_what_was_read_is_brought_up_to_date_and_no_more(visited: Page, site: Site) -> None:
    visited.goto(MODULE)
    asked: list[str] = []
    visited.context.on(
        "request", lambda request: asked.append(request.url) if request.service_worker else None
    )
    site.publish(MODULE, "</h1>", " anew</h1>")
    visited.goto(MODULE)
    expect(visited.locator(NOTICE)).to_contain_text("newer version", timeout=WHILE_IT_GATHERS)

    assert [url for url in asked if url.endswith("/")] == [f"{site.url}{MODULE}"]
    visited.get_by_role("button", name="Read it").click()
    expect(visited.locator("h1")).to_contain_text("anew")


def test_the_whole_site_reads_without_a_network_if_the_reader_asks(page: Page, site: Site) -> None:
    addresses = sorted(
        "" if file.parent == site.files else f"{file.parent.relative_to(site.files).as_posix()}/"
        for file in site.files.rglob("index.html")
    )
    site.switch_off()

    page.goto(MODULE)
    expect(page.locator("h1")).to_have_text("Caching")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Site Code\"'))")
    assert page.locator(".diagram svg").count() > 0
    page.locator(".md-footer__link--next").click()
    expect(page).to_have_url(re.compile("/m13-"))
    statuses = page.evaluate(
        """addresses => Promise.all(addresses.map(address =>
          fetch(new URL(address, location.href.replace(/curriculum.*/, "")))
            .then(answer => answer.text()).then(text => text.includes("<title>") || text.includes("http-equiv")).catch(() => false)
        ))""",
        addresses,
    )
    assert [address for address, good in zip(addresses, statuses, strict=True) if not good] == []


def test_an_address_without_its_slash_is_found_offline(page: Page, site: Site) -> None:
    site.switch_off()

    page.goto(MODULE.rstrip("/"))

    expect(page.locator("h1")).to_have_text("Caching")


def test_what_is_large_is_fetched_when_used_and_kept_then(page: Page) -> None:
    large = "assets/vendor/mermaid/mermaid.min.js"
    assert not [url for url in page.evaluate(KEPT) if large in url]

    page.goto(MODULE)
    page.evaluate("path => fetch(path).then(answer => answer.text())", f"../../{large}")

    page.wait_for_function(f"{KEPT}.then(urls => urls.some(url => url.includes('{large}')))")


def test_a_newer_version_is_told_and_read_when_the_reader_asks(page: Page, site: Site) -> None:
    site.publish(MODULE, "</h1>", " anew</h1>")
    page.goto(MODULE)

    expect(page.locator(NOTICE)).to_contain_text(
        "A newer version of this site is ready.", timeout=WHILE_IT_GATHERS
    )
    assert "anew" not in heading(page)
    page.goto("")
    page.goto(MODULE)
    assert "anew" not in heading(page)
    page.get_by_role("button", name="Read it").click()

    expect(page.locator("h1")).to_contain_text("anew")
    expect(page.locator(NOTICE)).to_be_empty()


def test_the_notice_can_be_dismissed_and_stays_away(page: Page, site: Site) -> None:
    site.publish(MODULE, "</h1>", " anew</h1>")
    page.goto("ressurser/slipbox/sagas/")
    expect(page.locator(NOTICE)).to_contain_text(
        "En nyere utgave av nettstedet er klar.", timeout=WHILE_IT_GATHERS
    )

    page.get_by_role("button", name="Ikke nå").click()
    expect(page.locator(NOTICE)).to_be_empty()

    page.goto(MODULE)
    page.wait_for_load_state("networkidle")
    expect(page.locator(NOTICE)).to_be_empty()
    assert "anew" not in heading(page)


def test_another_tab_is_told_that_its_page_is_of_an_older_version(page: Page, site: Site) -> None:
    page.goto("")
    other = page.context.new_page()
    site.publish(MODULE, "</h1>", " anew</h1>")
    other.goto(MODULE)

    other.get_by_role("button", name="Read it").click()

    expect(page.locator(NOTICE)).to_contain_text(
        "This page is of an older version.", timeout=WHILE_IT_GATHERS
    )


def test_a_version_that_is_half_published_is_not_taken(page: Page, site: Site) -> None:
    """The list is of another version than a page: the reader keeps what was whole."""
    site.publish(MODULE, "</h1>", " anew</h1>")
    site.change(MODULE, " anew</h1>", " half</h1>")
    page.goto("")
    failed = """navigator.serviceWorker.getRegistration().then(async registration => {
      await registration.update().catch(() => {});
      const worker = registration.installing;
      if (worker) await new Promise(done => worker.addEventListener("statechange", done));
      return registration.waiting === null && registration.installing === null;
    })"""
    assert page.evaluate(failed)

    page.goto(MODULE)
    assert not re.search("anew|half", heading(page))
    expect(page.locator(NOTICE)).to_be_empty()


def test_only_what_changed_is_fetched_again(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url) if request.service_worker else None)
    site.publish(MODULE, "</h1>", " anew</h1>")
    page.goto("")
    expect(page.locator(NOTICE)).to_contain_text("newer version", timeout=WHILE_IT_GATHERS)

    # What is large is asked for when a page uses it, as here the home page does.
    files = [url for url in asked if re.search(r"/$|\.css$|\.woff2$|page\.js$", url)]
    assert files == [f"{site.url}{MODULE}"]


def test_a_worker_that_takes_itself_away_leaves_nothing(page: Page, site: Site) -> None:
    """As a preview writes it, and a site that is published without this."""
    (site.files / "service-worker.js").write_text(
        'importScripts("assets/javascripts/workers/offline-gone.js");\n', encoding="utf-8"
    )
    page.goto("")

    page.wait_for_function(
        """Promise.all([caches.keys(), navigator.serviceWorker.getRegistration()])
          .then(([names, registration]) => names.length === 0 && !registration)"""
    )
