"""The same configuration builds the same site with ProperDocs, the fork of MkDocs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

ARTICLE = re.compile(r"<article.*?</article>", re.S)


def articles(site: Path) -> dict[str, str]:
    """Return what stands in the middle of each page, by the page's path."""
    found = {}
    for file in sorted(site.rglob("*.html")):
        match = ARTICLE.search(file.read_text(encoding="utf-8"))
        found[file.relative_to(site).as_posix()] = match[0] if match else ""
    return found


def test_properdocs_builds_the_same_pages(build_site: Callable[..., Path]) -> None:
    ours = articles(build_site())
    theirs = articles(build_site(engine="properdocs"))

    assert len(ours) > 10
    assert list(theirs) == list(ours)
    assert [page for page in ours if theirs[page] != ours[page]] == []
