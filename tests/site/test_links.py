"""Every link of the built site leads somewhere, and every anchor is there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

ATTRIBUTES = {"href", "src", "poster", "data"}


@dataclass
class Page(HTMLParser):
    """The ids of one page, and what it links to."""

    ids: Counter[str] = field(default_factory=Counter)
    targets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] += 1
            elif name in ATTRIBUTES and value is not None:
                self.targets.append(value)


@pytest.fixture(scope="module")
def pages(public_site: Path) -> dict[str, Page]:
    """Return every page by its address below the site's root."""
    found = {}
    for file in sorted(public_site.rglob("*.html")):
        page = Page()
        page.feed(file.read_text(encoding="utf-8"))
        found["/" + file.relative_to(public_site).as_posix()] = page
    assert len(found) > 10
    return found


def fault(target: str, *, source: str, site: Path, pages: dict[str, Page]) -> str:
    """Return what is wrong with a link from `source`, or nothing."""
    parts = urlsplit(urljoin("http://site" + source, target))
    if parts.netloc != "site" or parts.scheme != "http":
        return ""
    path = unquote(parts.path)
    path += "index.html" if path.endswith("/") else ""
    if not (site / path.lstrip("/")).is_file():
        return f"{source}: {target}: there is no such page or file"
    anchor = unquote(parts.fragment)
    if anchor and path in pages and anchor not in pages[path].ids:
        return f"{source}: {target}: the page has no such anchor"
    return ""


def test_every_link_has_a_target_and_every_anchor_is_there(public_site: Path, pages: dict[str, Page]) -> None:
    faults = [
        problem
        for source, page in pages.items()
        for target in page.targets
        # The pages of errors are served at any address, so only their absolute links mean anything.
        if source != "/404.html" and (problem := fault(target, source=source, site=public_site, pages=pages))
    ]

    assert faults == []


def test_no_page_uses_an_id_twice(pages: dict[str, Page]) -> None:
    doubled = {source: [name for name, count in page.ids.items() if count > 1] for source, page in pages.items()}

    assert {source: names for source, names in doubled.items() if names} == {}


def test_every_place_in_the_search_index_is_there(public_site: Path, pages: dict[str, Page]) -> None:
    index = json.loads((public_site / "search/search_index.json").read_text(encoding="utf-8"))
    places = [document["location"] for document in index["docs"]]

    assert len(places) > 10
    assert [problem for place in places if (problem := fault(place, source="/", site=public_site, pages=pages))] == []


def test_every_page_can_be_reached_from_the_home_page(pages: dict[str, Page]) -> None:
    seen, next_up = set(), ["/index.html"]
    while next_up:
        source = next_up.pop()
        if source in seen or source not in pages:
            continue
        seen.add(source)
        for target in pages[source].targets:
            parts = urlsplit(urljoin("http://site" + source, target))
            if parts.netloc == "site":
                path = unquote(parts.path)
                next_up.append(path + "index.html" if path.endswith("/") else path)

    assert {page for page in pages if page != "/404.html"} - seen == set()


def test_linkchecker_finds_nothing(site_url: str, tmp_path: Path) -> None:
    """Its own check of anchors reads a page again for each anchor, minutes for one long page; the tests above do that part."""
    settings = tmp_path / "linkcheckerrc"
    settings.write_text(
        "[checking]\nmaxrequestspersecond=1000\nthreads=4\n[filtering]\ncheckextern=0\n"
        "[output]\nstatus=0\nwarnings=1\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("linkchecker"), "--config", settings, "--no-status", site_url],
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors found" in done.stdout
