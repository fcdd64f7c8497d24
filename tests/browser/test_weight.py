"""What a first visit to each kind of page costs: a budget in bytes, as a server with gzip sends them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tools.serving import Sent, served

BUDGET = 86_000
FIXED = 68_000
"""What a page may cost besides its HTML: style, scripts, fonts, icons."""
HTML = 20_000
TIMES = 1.8
"""How much heavier a page's HTML may be than its text alone: tags, colours of code, drawings, navigation."""
SHORT = [
    "",
    "advanced/a06-distributed-systems-cap/",
    "ressurser/slipbox/microservices/",
    "be03/tema/be03-circuit-breaker/",
    "graph/",
    "curriculum/learning-path/",
    "project/reference/configuration/",
    "about/how-this-site-keeps-its-word/",
]
LONG = ["curriculum/m12-caching/", "curriculum/m05-auth-security/", "project/reference/api-slipbox/"]
"""Pages whose text alone, with its code and drawings, is more than a page should weigh."""


@pytest.fixture(scope="module")
def packed(public_site: Path) -> Iterator[tuple[str, Sent]]:
    sent = Sent()
    with served(public_site, packed=sent) as url:
        yield url, sent


def weigh(browser: Browser, packed: tuple[str, Sent], address: str) -> dict[str, int]:
    """Return the bytes of each answer that a first visit gets."""
    url, sent = packed
    sent.answers.clear()
    context = browser.new_context(service_workers="block", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(url + address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    context.close()
    return dict(sent.answers)


@pytest.mark.parametrize("address", SHORT)
def test_a_first_page_keeps_to_its_budget(browser: Browser, packed: tuple[str, Sent], address: str) -> None:
    weights = weigh(browser, packed, address)

    assert 10_000 < sum(weights.values()) <= BUDGET, weights
    assert weights[f"/{address}"] <= HTML, weights


@pytest.mark.parametrize("address", LONG)
def test_a_long_page_costs_its_text_and_no_more(
    browser: Browser, packed: tuple[str, Sent], public_site: Path, address: str
) -> None:
    weights = weigh(browser, packed, address)
    page = (public_site / address / "index.html").read_text(encoding="utf-8")
    text = len(gzip.compress(re.sub(r"<[^>]+>", "", page).encode(), 6))

    assert HTML < weights[f"/{address}"] <= TIMES * text, (weights, text)
    assert sum(weights.values()) - weights[f"/{address}"] <= FIXED, weights
