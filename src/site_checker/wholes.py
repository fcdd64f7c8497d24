"""What only shows when the site is seen whole: files that get in each other's way, and pages that no page leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from site_checker.model import Code, Fault
from site_checker.site import Site, fold


def collisions(site: Site) -> Iterator[Fault]:
    """Yield files that some servers or file systems take for one."""
    first: dict[str, str] = {}
    for path in sorted(site.files):
        other = first.setdefault(fold(path), path)
        if other != path:
            yield Fault(
                page=path,
                code=Code.COLLISION,
                message=f"{path} and {other} are one file where case or accents don't count",
            )
        if path.endswith(".html") and f"{path.removesuffix('.html')}/index.html" in site.files:
            told = f"{path} and {path.removesuffix('.html')}/index.html ask for one address"
            yield Fault(
                page=path,
                code=Code.COLLISION,
                message=told,
                hint="give one of them another name, or take the alias out",
            )


def orphans(site: Site, ways: Mapping[str, set[str]], unlinked: Sequence[str]) -> Iterator[Fault]:
    """Yield pages that can't be reached from the home page; those that are hidden from search engines are meant so."""
    if "index.html" not in site.pages:
        yield Fault(page="index.html", code=Code.MISSING_FILE, message="the site has no home page")
        return
    seen: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += ways.get(name, ())
    for name, page in site.pages.items():
        exempt = (
            name in seen
            or any(fnmatchcase(name, each) for each in unlinked)
            or page.hidden
            or not page.titled
            or page.redirect is not None
        )
        if not exempt and name.rsplit("/", 1)[-1] != "404.html":
            yield Fault(page=name, code=Code.ORPHAN_PAGE, message=f"no way leads from the home page to {name}",
                        hint="link to it, or tell search engines not to index it")  # fmt: skip
