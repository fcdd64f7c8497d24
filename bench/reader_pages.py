"""Weigh pages, and look at what holds on all kinds of them: axe, reflow, language, Escape, focus, what is announced."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page

Row = tuple[str, str, str, bool | None]
ROOT = Path(__file__).resolve().parent.parent
AXE = (ROOT / "tests/browser/axe/axe.min.js").read_text("utf-8")
WEIGHED = {
    "home": "",
    "module": "curriculum/m12-caching/",
    "longest module": "curriculum/m05-auth-security/",
    "advanced page": "advanced/a06-distributed-systems-cap/",
    "note": "ressurser/slipbox/microservices/",
    "Norwegian theme": "be03/tema/be03-circuit-breaker/",
    "all notes": "graph/",
    "learning path": "curriculum/learning-path/",
    "reference": "project/reference/configuration/",
    "interface": "project/reference/api-slipbox/",
}
KINDS = (
    *WEIGHED.values(),
    "404.html",
    "ressurser/slipbox/",
    "tags/",
    "recent/",
    "be03/",
    "about/how-this-site-keeps-its-word/",
    "project/reference/slipbox-cases/",
)
NORWEGIAN = ("ressurser/", "be03/", "graph/", "tags/", "recent/", "innboks/")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KB = 1000
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  const down = () => {
    scrollBy({ top: 600, behavior: "instant" });
    if (scrollY + innerHeight < document.documentElement.scrollHeight - 2 && scrollY < 20000) setTimeout(down, 40);
    else setTimeout(() => done(sum), 300);
  };
  setTimeout(down, 300);
})"""
NODES = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 150)}`));
}"""
PER_LINE = """paragraphs => paragraphs.filter(each => each.textContent.length > 200).map(paragraph => {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(paragraph);
  pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  const text = paragraph.textContent.replace(/\\s+/g, " ");
  return paragraph.clientWidth / (pen.measureText(text).width / text.length);
})"""
COLUMNS = """code => {
  const ruler = document.createElement("span");
  ruler.textContent = "m".repeat(100);
  code.prepend(ruler);
  const one = ruler.getBoundingClientRect().width / 100;
  ruler.remove();
  const style = getComputedStyle(code);
  return (code.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)) / one;
}"""


def fresh(browser: Browser, url: str, **options: Any) -> Page:
    """Open a tab in a profile of its own, without the worker that keeps the site, unless that is asked for."""
    asked: dict[str, Any] = {
        "viewport": {"width": 1280, "height": 900},
        "service_workers": "block",
        **options,
    }
    context = browser.new_context(base_url=url, **asked)
    context.set_default_timeout(120_000)
    return context.new_page()


def weigh(browser: Browser, url: str, sent: Any) -> list[Row]:
    """Return what a first visit to each kind of page costs, and how much it shifts."""
    rows: list[Row] = []
    for kind, address in WEIGHED.items():
        page = fresh(browser, url)
        foreign: list[str] = []
        page.on(
            "request",
            lambda one, own=(url, "data:", "blob:"), all_=foreign: (
                None if one.url.startswith(own) else all_.append(one.url)
            ),
        )
        sent.answers.clear()
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(1500)  # a busy page asks late
        weight, count = sent.bytes, len(sent.answers)
        html = next(size for path, size in sent.answers if unquote(urlsplit(path).path) == f"/{address}")
        shift = page.evaluate(SHIFT)
        page.context.close()
        page = fresh(browser, url, viewport={"width": 390, "height": 844})
        page.goto(address, wait_until="networkidle")
        narrow = page.evaluate(SHIFT)
        page.context.close()
        rows += [
            (
                f"{kind}: first page, cold",
                "≤ 100 KB",
                f"{weight / KB:.1f} KB in {count} requests",
                weight <= 100 * KB,
            ),
            (f"{kind}: its HTML", "≤ 20 KB", f"{html / KB:.1f} KB", html <= 20 * KB),
            (f"{kind}: requests to another host", "0", str(len(foreign)), not foreign),
            (
                f"{kind}: layout shift, 1280 and 390 pixels",
                "≤ 0.01",
                f"{shift:.3f}, {narrow:.3f}",
                max(shift, narrow) <= 0.01,
            ),
        ]
    page = fresh(browser, url, service_workers="allow")
    sent.answers.clear()
    page.goto("", wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(3000)
    rows.append(
        (
            "home: first visit, what is kept for offline included",
            "≤ 200 KB",
            f"{sent.bytes / KB:,.0f} KB in {len(sent.answers)} requests",
            sent.bytes <= 200 * KB,
        )
    )
    page.context.close()
    page = fresh(browser, url)
    page.goto(WEIGHED["module"])
    page.evaluate("document.fonts.ready.then(() => true)")
    lines = page.locator("article > p:not([class])").evaluate_all(PER_LINE)
    rows.append(
        (
            "characters a line at 1280 pixels",
            "65 to 80",
            f"{min(lines):.0f} to {max(lines):.0f}",
            min(lines) >= 65 and max(lines) <= 80,
        )
    )
    columns = page.locator("article .highlight pre > code").first.evaluate(COLUMNS)
    rows.append(("columns of code at 1280 pixels", "≥ 88", f"{columns:.0f}", columns >= 88))
    page.context.close()
    return rows


def hold(browser: Browser, url: str, _: Any) -> list[Row]:
    """Return what axe finds, and whether the five rules hold that it can't see."""
    found: list[str] = []
    for address in KINDS:
        for width in (1280, 390):
            for palette in ("light", "dark"):
                page = fresh(browser, url, viewport={"width": width, "height": 900}, color_scheme=palette)
                page.goto(address, wait_until="networkidle")
                page.evaluate(AXE)
                found += [f"{address} {width} {palette} {each}" for each in page.evaluate(NODES, TAGS)]
                page.context.close()
    for each in found:
        print("  axe:", each)
    looks = len(KINDS) * 4
    wide, spoken = [], []
    page = fresh(browser, url, viewport={"width": 320, "height": 800})
    for address in KINDS:
        page.goto(address, wait_until="load")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(address)
        lang = page.evaluate("document.documentElement.lang")
        if lang != ("nb" if address.startswith(NORWEGIAN) else "en"):
            spoken.append(address)
    page.context.close()
    return [
        (
            f"nodes that axe finds at fault: {len(KINDS)} kinds of pages, light and dark, 1280 and 390 pixels",
            "0",
            f"{len(found)} in {looks} looks",
            not found,
        ),
        ("pages that scroll sideways at 320 pixels", "0", _told(wide), not wide),
        ("pages that don't say their own language", "0", _told(spoken), not spoken),
        *_by_hand(browser, url),
    ]


def _by_hand(browser: Browser, url: str) -> list[Row]:
    page = fresh(browser, url)
    page.goto(WEIGHED["note"])
    page.keyboard.press("/")
    opened = page.locator(".site-search").is_visible()
    page.locator(".site-search__input").fill("saga")
    page.wait_for_function("() => document.querySelector('.site-search').dataset.shown === 'saga'")
    told = page.get_by_role("status").filter(has_text="treff").count() == 1
    page.keyboard.press("Escape")
    closed = opened and not page.locator(".site-search").is_visible()
    page.locator("article ul a.slipbox-link").first.hover()
    page.locator(".slipbox-preview").wait_for()
    page.keyboard.press("Escape")
    closed = closed and page.locator(".slipbox-preview").count() == 0
    page.goto(WEIGHED["module"])
    link = page.locator(".md-sidebar--secondary a.md-nav__link").nth(3)
    link.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    after = page.evaluate(
        "const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));"
        "place.contains(document.activeElement) || !!(place.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    page.goto("")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    skipped = page.evaluate("document.querySelector('article').contains(document.activeElement)")
    page.context.close()
    return [
        ("Escape closes the search and a preview", "yes", _yes(closed), closed),
        ("focus follows the contents and the skip link", "yes", _yes(after and skipped), after and skipped),
        ("a live region tells the number of results", "yes", _yes(told), told),
    ]


def packed(file: Path) -> int:
    """Return a file's size as the server sends it."""
    return len(gzip.compress(file.read_bytes(), 6))


def _told(pages: list[str]) -> str:
    return f"{len(pages)}{': ' if pages else ''}{', '.join(pages)}"


def _yes(held: bool) -> str:
    return "yes" if held else "no"
