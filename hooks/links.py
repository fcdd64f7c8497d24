"""Follow every link of the built site, and put the count where a page asks for it.

MkDocs validates the links that stand in Markdown. This looks at what readers get: every `href` and `src` of every page,
also those that a theme, a plugin or a wikilink made. A dead one is a warning, which a strict build refuses.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.hooks.links")

HOST = "this-site.invalid"
"""Stands for the site itself while addresses are joined."""
PLACEHOLDER = '<span data-figure="links"></span>'
"""What a page writes where it wants the count."""


def on_post_build(config: MkDocsConfig) -> None:
    """Check the site that was just written, and write the count into the page that shows it."""
    site = Path(config.site_dir)
    pages = read_pages(site)
    for fault in faults(site, pages):
        log.warning("%s", fault)
    count = sum(1 for _ in own_links(pages))
    for name in pages:
        file = site / name
        text = file.read_text(encoding="utf-8")
        if PLACEHOLDER in text:
            file.write_text(text.replace(PLACEHOLDER, f"<span>{count:,}</span>"), encoding="utf-8")


class Page(HTMLParser):
    """The ids of one page, and what it links to."""

    def __init__(self, text: str) -> None:
        """Read a page's HTML."""
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an id, or what an element leads to or loads."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] += 1
            elif name in ("href", "src", "poster", "data") and value is not None:
                self.targets.append(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a link to this site leads."""

    source: str
    """The page that holds it, relative to the site's root."""
    written: str
    """The link as it is written."""
    file: str
    """The file that it names, relative to the site's root."""
    anchor: str
    """The id that it names, empty if none."""


def read_pages(site: Path) -> dict[str, Page]:
    """Return every page of a built site by its path relative to the root."""
    return {
        file.relative_to(site).as_posix(): Page(file.read_text(encoding="utf-8"))
        for file in sorted(site.rglob("*.html"))
    }


def resolve(source: str, written: str) -> Target | None:
    """Return where a link on a page leads; None if it leaves the site."""
    parts = urlsplit(urljoin(f"http://{HOST}/{source}", written))
    if parts.netloc != HOST or parts.scheme != "http":
        return None
    file = unquote(parts.path).lstrip("/")
    file += "index.html" if not file or file.endswith("/") else ""
    return Target(source=source, written=written, file=file, anchor=unquote(parts.fragment))


def own_links(pages: Mapping[str, Page]) -> Iterator[Target]:
    """Yield every link to this site, but for the error page's: that is served at any address."""
    for source, page in pages.items():
        if source != "404.html":
            yield from (target for written in page.targets if (target := resolve(source, written)))


def fault(site: Path, pages: Mapping[str, Page], target: Target) -> str:
    """Return what is wrong with a link, or nothing."""
    if not (site / target.file).is_file():
        return f'{target.source} links to "{target.written}", and there is no {target.file}'
    if target.anchor and target.file in pages and target.anchor not in pages[target.file].ids:
        return f'{target.source} links to "{target.written}", and {target.file} has no id "{target.anchor}"'
    return ""


def faults(site: Path, pages: Mapping[str, Page]) -> list[str]:
    """Return what is wrong with the links of a site, each fault once."""
    return list(dict.fromkeys(told for target in own_links(pages) if (told := fault(site, pages, target))))
