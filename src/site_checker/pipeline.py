"""The check as a sentence: read the site, find its faults, ask elsewhere if wished, and put each at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from site_checker.address import Base
from site_checker.check import Checker
from site_checker.external import Patience, dead, read_allowed
from site_checker.model import Code, Fault, Finding
from site_checker.origin import Sources, findings
from site_checker.site import Site, read_site
from site_checker.wholes import orphans


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a user asks for."""

    base: Base | None = None
    """Where the site is published; None to take the home page's word."""
    ignored: frozenset[Code] = frozenset()
    """Kinds that are not told."""
    unlinked: tuple[str, ...] = ()
    """Patterns of pages that no other needs to lead to."""
    patience: Patience | None = None
    """How other sites are asked; None not to ask."""
    allow: Path | None = None
    """A list of addresses that may be dead."""
    memory: Path | None = None
    """Where it is remembered which were there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a check."""

    findings: list[Finding]
    """Everything that is wrong."""
    pages: int
    """How many pages were read."""
    links: int
    """How many addresses led into the site."""


def check_site(root: Path, wishes: Wishes, sources: Callable[[frozenset[str]], Sources]) -> Told:
    """Check the site in a folder; `sources` says what its files were made from."""
    site = read_site(root)
    checker = Checker(site, wishes.base or own_base(site))
    faults = [*checker.run(), *orphans(site, checker.ways, wishes.unlinked)]
    if wishes.patience:
        faults += _dead(checker, wishes, wishes.patience)
    kept = [fault for fault in faults if fault.code not in wishes.ignored]
    placed = findings(dict.fromkeys(kept), sources(site.files), Path.cwd(), root)
    return Told(findings=placed, pages=len(site.pages), links=checker.count)


def own_base(site: Site) -> Base:
    """Return where a site says that it is: in the home page's canonical address."""
    home = site.pages.get("index.html")
    canonical = home.canonical[0] if home and home.canonical else ""
    return Base.of(canonical) if "://" in canonical else Base()


def _dead(checker: Checker, wishes: Wishes, patience: Patience) -> list[Fault]:
    """Return the addresses of other sites that aren't there."""
    allowed = read_allowed(wishes.allow) if wishes.allow else {}
    answers = dead(checker.externals, patience, allowed=allowed, memory=wishes.memory)
    return [
        Fault(page=checker.externals[url], code=Code.DEAD_EXTERNAL, message=f"{url}: {why}", needle=url)
        for url, why in sorted(answers.items())
    ]
