"""A real browser on the served site. Each page that a test opens is watched: no other host, no error in the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.browser import ARGUMENTS, find_chromium

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="the browser tests need playwright: run make setup"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    """Start one headless Chromium for the session; skip where there is none."""
    program = find_chromium()
    if program is None:
        pytest.skip("there is no Chromium on this machine: install it, or name it in the variable CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def palette(request: pytest.FixtureRequest) -> str:
    """Return the palette that the reader's system asks for."""
    return str(request.param)


@pytest.fixture
def page(browser: sync_api.Browser, site_url: str) -> Iterator[sync_api.Page]:
    """Open an empty tab, without a service worker; when the test ends, no other host was asked and the console holds no error."""
    context = browser.new_context(
        base_url=site_url, viewport={"width": 1280, "height": 900}, service_workers="block"
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    foreign: list[str] = []
    errors: list[str] = []
    own = (site_url, "data:", "blob:", "about:")
    page.on("request", lambda request: None if request.url.startswith(own) else foreign.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert foreign == [], "another host was asked"
    assert errors == [], "the console holds errors"
