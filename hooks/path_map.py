"""Lay out and draw the map of the learning path: boxes on a grid, arrows in the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise, permutations

COLUMNS = 5
BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 126, 58, 24, 44
WIDTH = COLUMNS * BOX_WIDTH + (COLUMNS + 1) * GAP_X
CORNER = 6
LANE = 4
"""How far two arrows keep apart where they run side by side."""
LINE = 18
"""How many letters of a title fit into a box."""
Point = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A module or an advanced concept on the path."""

    name: str
    """The name of its page."""
    number: str
    """As `M12` or `A03`."""
    title: str
    needs: tuple[str, ...]
    """The names of what should be read before."""
    address: str
    """Its address, relative to the path's page; empty while it is planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a stop stands on the map."""

    stop: Stop
    row: int
    column: int

    @property
    def x(self) -> int:
        """Return the left edge."""
        return GAP_X + self.column * (BOX_WIDTH + GAP_X)

    @property
    def y(self) -> int:
        """Return the upper edge."""
        return 2 + self.row * (BOX_HEIGHT + GAP_Y)

    @property
    def middle(self) -> int:
        """Return where an arrow arrives and leaves."""
        return self.x + BOX_WIDTH // 2


def find_levels(stops: Iterable[Stop]) -> dict[str, int]:
    """Return how many steps lie before each stop; what is planned, and needed by no module yet, comes last of all.

    Raises:
        CycleError: Some stops need each other.
    """
    stops = list(stops)
    needs = {stop.name: stop.needs for stop in stops}
    levels: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        levels[name] = max((levels[need] + 1 for need in needs.get(name, ())), default=0)
    needed = {need for stop in stops if stop.number.startswith("M") for need in stop.needs}
    last = max(levels.values(), default=0) + 1
    return levels | {stop.name: last for stop in stops if not stop.address and stop.name not in needed}


def find_arrows(stops: Sequence[Stop]) -> list[tuple[str, str]]:
    """Return each need that isn't implied by the needs of another one: the fewest arrows that say it all."""
    needs = {stop.name: stop.needs for stop in stops}

    def before(name: str) -> set[str]:
        return {each for need in needs.get(name, ()) for each in (need, *before(need))}

    return [
        (need, stop.name)
        for stop in stops
        for need in stop.needs
        if need in needs and not any(need in before(other) for other in stop.needs if other != need)
    ]


def place(stops: Sequence[Stop], levels: Mapping[str, int]) -> list[Box]:
    """Return where each stop stands: one level below the other, as near to below what it needs as the row allows."""
    columns: dict[str, int] = {}
    boxes: list[Box] = []
    row = 0
    for level in sorted({levels[stop.name] for stop in stops}):
        here = [stop for stop in stops if levels[stop.name] == level]
        for start in range(0, len(here), COLUMNS):
            some = here[start : start + COLUMNS]
            chosen = _choose(some, columns)
            boxes += [Box(stop=stop, row=row, column=at) for stop, at in zip(some, chosen, strict=True)]
            columns |= {stop.name: at for stop, at in zip(some, chosen, strict=True)}
            row += 1
    return boxes


def draw_map(stops: Sequence[Stop], levels: Mapping[str, int]) -> str:
    """Return the map as SVG: a box for each stop, a link where it is written, an arrow for each need."""
    boxes = {box.stop.name: box for box in place(stops, levels)}
    height = max((box.y for box in boxes.values()), default=0) + BOX_HEIGHT + 2
    arrows = "".join(
        f'<path d="{_path(route(boxes[before], boxes[after], number % 5 - 2))}" marker-end="url(#path-arrow)"/>'
        for number, (before, after) in enumerate(find_arrows(stops))
    )
    return (
        '<figure class="learning-path" role="region" aria-label="Map of the modules" tabindex="0">'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="group" aria-labelledby="path-title path-description">'
        '<title id="path-title">The modules and what each needs</title>'
        '<desc id="path-description">Each module is a box, and stands below those that should be read before it; an arrow leads '
        "from a module to one that needs it. The table below the map says the same in words.</desc>"
        '<defs><marker id="path-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z"/></marker></defs>'
        f'<g class="learning-path__arrows" aria-hidden="true">{arrows}</g>'
        f"{''.join(_draw_box(box) for box in boxes.values())}</svg></figure>"
    )


def route(before: Box, after: Box, lane: int) -> list[Point]:
    """Return the corners of an arrow: through the gaps between rows and columns, so that it crosses no box.

    Args:
        before: Where it begins, at the lower edge.
        after: Where it ends, at the upper edge.
        lane: How far from the middle of a gap it runs, in lanes, so that arrows side by side stay apart.
    """
    aside = lane * LANE
    leaves = before.y + BOX_HEIGHT + GAP_Y // 2 + aside
    arrives = after.y - GAP_Y // 2 + aside
    start, end = (before.middle, before.y + BOX_HEIGHT), (after.middle + aside, after.y - 1)
    if after.row == before.row + 1 and after.column == before.column:
        return [start, (before.middle, after.y - 1)]
    if after.row == before.row + 1:
        return [start, (before.middle, leaves), (end[0], leaves), end]
    left = before.column < after.column or (before.column == after.column and after.column > 0)
    gap = (after.x - GAP_X // 2 if left else after.x + BOX_WIDTH + GAP_X // 2) + aside
    return [start, (before.middle, leaves), (gap, leaves), (gap, arrives), (end[0], arrives), end]


def break_title(title: str) -> list[str]:
    """Return a title in at most two lines, the second cut short where it is too long."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) < 3 else [lines[0], f"{lines[1].rstrip(',')} …"]


def _choose(some: Sequence[Stop], columns: Mapping[str, int]) -> tuple[int, ...]:
    """Return the columns of a row's stops, nearest to those of what they need, else to the middle; left to right if alike."""
    wishes = []
    for stop in some:
        known = [columns[need] for need in stop.needs if need in columns]
        wishes.append(sum(known) / len(known) if known else (COLUMNS - 1) / 2)

    def distance(chosen: tuple[int, ...]) -> tuple[float, int]:
        backwards = sum(1 for left, right in pairwise(chosen) if left > right)
        return sum(abs(at - wish) for at, wish in zip(chosen, wishes, strict=True)), backwards

    return min(permutations(range(COLUMNS), len(some)), key=distance)


def _path(corners: Sequence[Point]) -> str:
    """Return a path through the corners, each rounded as far as its two sides allow."""
    corners = [here for place, here in enumerate(corners) if place == 0 or here != corners[place - 1]]
    parts = [f"M{corners[0][0]} {corners[0][1]}"]
    for before, here, after in zip(corners, corners[1:], corners[2:], strict=False):
        one, two = _toward(here, before), _toward(here, after)
        parts.append(f"L{one[0]} {one[1]}Q{here[0]} {here[1]} {two[0]} {two[1]}")
    return "".join([*parts, f"L{corners[-1][0]} {corners[-1][1]}"])


def _toward(corner: Point, other: Point) -> Point:
    """Return the point a corner's radius away, toward another one on the same line; at most half-way."""
    (x, y), (to_x, to_y) = corner, other
    step_x = max(-CORNER, min(CORNER, (to_x - x) // 2))
    step_y = max(-CORNER, min(CORNER, (to_y - y) // 2))
    return x + step_x, y + step_y


def _draw_box(box: Box) -> str:
    stop = box.stop
    lines = "".join(
        f'<text x="{box.middle}" y="{box.y + 34 + index * 14}">{escape(line)}</text>'
        for index, line in enumerate(break_title(stop.title))
    )
    inner = (
        f'<rect x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<text class="learning-path__number" x="{box.middle}" y="{box.y + 17}">{stop.number}</text>{lines}'
    )
    label = f"{stop.number} {escape(stop.title)}"
    if not stop.address:
        return f'<g class="learning-path__stop" data-planned=""><title>{label}, planned</title>{inner}</g>'
    return (
        f'<a class="learning-path__stop" href="{escape(stop.address)}" data-stop="{escape(stop.name)}"'
        f' aria-label="{label}"><title>{label}</title>{inner}</a>'
    )
