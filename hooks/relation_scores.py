"""Work out which pages are related to which, and how strongly: no reading, no writing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

COMMON = 20
"""A tag on more pages says nothing about two of them."""
HUB = 40
"""A page that links to more than these lists them, and says nothing about two of them."""
NAMED, LINK, CITED = 4.0, 2.0, 0.5
"""What counts how much: to be named as related, each link up to three, each page that links to both up to four."""
LEAST = 2.5
"""Below this, two pages have too little in common to be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a page says of itself."""

    path: str
    """Its path in the vault."""
    title: str
    """Plain text."""
    language: str
    """Of the interface: `en` or `nb`."""
    number: str
    """`M12` for a module, `A11` for a concept, else empty."""
    needs: tuple[str, ...]
    """The paths of its prerequisites."""
    named: tuple[str, ...]
    """The paths of the pages that it names as related."""
    tags: tuple[str, ...]
    """Its tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How another page is related to this one."""

    path: str
    """The other page."""
    links_in: int = 0
    """How often it links here."""
    links_out: int = 0
    """How often this page links there."""
    tags: tuple[str, ...] = ()
    """The tags that both bear, the rarest first."""
    cited: int = 0
    """How many pages link to both."""
    named: bool = False
    """Whether one names the other as related."""
    score: float = 0.0
    """How strongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Where to go from one page."""

    builds: tuple[Relation, ...]
    """The pages that need this one, those with most links first."""
    needs: tuple[Relation, ...]
    """The pages that this one needs, as its author ordered them."""
    related: tuple[Relation, ...]
    """Others, the most related first."""


def find_relations(items: Mapping[str, Item], links: Mapping[tuple[str, str], int]) -> dict[str, Relations]:
    """Return where to go from each page; `links` counts those from one page to another, pages that only list others included."""
    outgoing, incoming = _ends(links, items)
    bearers: dict[str, list[str]] = defaultdict(list)
    for item in items.values():
        for tag in item.tags:
            bearers[tag].append(item.path)
    weights = {tag: log(len(items) / len(found)) for tag, found in bearers.items() if len(found) <= COMMON}
    built: dict[str, list[str]] = defaultdict(list)
    naming: dict[str, set[str]] = defaultdict(set)
    for item in items.values():
        for need in item.needs:
            built[need].append(item.path)
        for other in item.named:
            naming[item.path].add(other)
            naming[other].add(item.path)

    def counted(source: str, target: str) -> int:
        return links.get((source, target), 0) if len(outgoing[source]) <= HUB else 0

    def relation(here: str, there: str) -> Relation:
        shared = {tag for tag in items[here].tags if tag in items[there].tags and tag in weights}
        tags = tuple(sorted(shared, key=lambda tag: (-weights[tag], tag)))
        came, went = counted(there, here), counted(here, there)
        cited = sum(len(outgoing[source]) <= HUB for source in incoming[here] & incoming[there])
        named = there in naming[here]
        score = NAMED * named + LINK * (min(came, 3) + min(went, 3)) + CITED * min(cited, 4)
        return Relation(
            path=there,
            links_in=came,
            links_out=went,
            tags=tags,
            cited=cited,
            named=named,
            score=score + sum(weights[tag] for tag in tags),
        )

    found = {}
    for path, item in items.items():
        builds = [relation(path, other) for other in built[path]]
        needs = tuple(relation(path, other) for other in item.needs)
        near = outgoing[path] | incoming[path] | naming[path]
        near |= {other for tag in item.tags if tag in weights for other in bearers[tag]}
        near |= {
            other for source in incoming[path] if len(outgoing[source]) <= HUB for other in outgoing[source]
        }
        near -= {path, *item.needs, *built[path]}
        others = [relation(path, other) for other in near if other in items]
        found[path] = Relations(
            builds=tuple(sorted(builds, key=lambda each: (-each.links_in, each.path))),
            needs=needs,
            related=_strongest(others),
        )
    return found


def _ends(
    links: Iterable[tuple[str, str]], items: Mapping[str, Item]
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return what each page links to, and which pages link to each."""
    outgoing: dict[str, set[str]] = defaultdict(set)
    incoming: dict[str, set[str]] = defaultdict(set)
    for source, target in links:
        if source in items and target in items:
            outgoing[source].add(target)
            incoming[target].add(source)
    return outgoing, incoming


def _strongest(found: Iterable[Relation]) -> tuple[Relation, ...]:
    """Return the relations that are worth naming, the strongest first."""
    strong = (each for each in found if each.score >= LEAST)
    return tuple(sorted(strong, key=lambda each: (-each.score, each.path)))
