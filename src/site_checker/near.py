"""Say what a missing place is most likely to be: another case, another form of accents, another ending."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from urllib.parse import unquote

from site_checker.model import Code
from site_checker.site import Site, fold


def hint_for(site: Site, path: str, anchor: str = "") -> tuple[Code, str]:
    """Return the kind of fault and what may be meant, for a missing file, or for an anchor of one that is there."""
    if anchor:
        return Code.MISSING_ANCHOR, _anchor(site, path, anchor)
    for each in (path, f"{path.rstrip('/')}/index.html"):
        there = site.folded.get(fold(each))
        if there and there != each:
            same = unicodedata.normalize("NFC", there) == unicodedata.normalize("NFC", each)
            return Code.WRONG_NORMALISATION if same else Code.WRONG_CASE, f"it is called {there}"
    return Code.MISSING_FILE, _file(site, path)


def _file(site: Site, path: str) -> str:
    plain = path.rstrip("/")
    for each in (
        f"{plain}.html",
        f"{plain}.md",
        unquote(plain),
        plain.removesuffix(".md"),
        plain.removesuffix(".html"),
    ):
        if each != path and site.file(each):
            return f"did you mean {each}?"
    if path.startswith("www."):
        return f"a link to another site begins with its scheme: https://{path}"
    if "@" in path and "/" not in path:
        return f"a link to a mailbox begins with its scheme: mailto:{path}"
    if path in site.folders:
        return "the folder has no index.html"
    names = {each.removesuffix("index.html"): each for each in site.pages}
    near = get_close_matches(path, names, n=1, cutoff=0.8) if len(names) < 5000 else []
    return f"did you mean {near[0]}?" if near else ""


def _anchor(site: Site, file: str, anchor: str) -> str:
    page = site.pages.get(file)
    if page is None:
        return ""
    same = [each for each in page.ids if fold(each) == fold(anchor)]
    near = same or get_close_matches(anchor, [each for each in page.ids if each], n=1, cutoff=0.6)
    return f'did you mean "#{near[0]}"?' if near else ""
