"""Place the notes of the whole graph on a plane, the same way each time, so that no reader's browser has to."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from math import cos, pi, sin, sqrt

ROUNDS = 40
"""How often forces are applied."""
_GOLDEN = pi * (3 - sqrt(5))


def layout(
    folders: Sequence[str], links: Sequence[Sequence[int]], *, rounds: int = ROUNDS
) -> list[tuple[int, int]]:
    """Return whole coordinates for notes, given each one's folder and the pairs of linked numbers.

    Notes begin in a spiral by folder, the most linked in the middle; then links pull and neighbours push, and what no link
    connects is laid around the largest part. Time grows in line with notes and links.
    """
    places = _spirals(folders, links)
    for number in range(rounds):
        _pull(places, links, 0.08)
        _push(places, 30.0, 0.5 * (1 - number / rounds) + 0.1)
    _gather(places, links)
    for _ in range(rounds // 4):
        _push(places, 30.0, 0.6)
    return [(round(x), round(y)) for x, y in places]


def _parts(count: int, links: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the numbers of the notes that links connect, each such part in order, the largest first."""
    above = list(range(count))

    def root(number: int) -> int:
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for source, target in links:
        above[root(target)] = root(source)
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(count):
        members[root(number)].append(number)
    return sorted(members.values(), key=lambda part: (-len(part), part[0]))


def _gather(places: list[list[float]], links: Sequence[Sequence[int]]) -> None:
    """Move each part that no link connects to another next to those before it, on a spiral; the largest is in the middle."""
    area = 0.0
    for rank, part in enumerate(_parts(len(places), links)):
        x, y = (sum(places[number][axis] for number in part) / len(part) for axis in (0, 1))
        radius = 15 + max(
            sqrt((places[number][0] - x) ** 2 + (places[number][1] - y) ** 2) for number in part
        )
        away = sqrt(area) + radius if rank else 0.0
        dx, dy = away * cos(rank * _GOLDEN) - x, away * sin(rank * _GOLDEN) - y
        for number in part:
            places[number] = [places[number][0] + dx, places[number][1] + dy]
        area += radius * radius


def _spirals(folders: Sequence[str], links: Sequence[Sequence[int]]) -> list[list[float]]:
    """Return first places: each folder a spiral, the folders' middles on a larger one."""
    weight: dict[int, int] = defaultdict(int)
    for source, target in links:
        weight[source] += 1
        weight[target] += 1
    members: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(folders)), key=lambda each: (-weight[each], each)):
        members[folders[number]].append(number)
    places = [[0.0, 0.0] for _ in folders]
    spread = 30.0 * sqrt(max(1, len(folders)))
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))
    for index, (_, numbers) in enumerate(ordered):
        middle = spread * sqrt(index / len(ordered))
        x, y = middle * cos(index * _GOLDEN), middle * sin(index * _GOLDEN)
        for rank, number in enumerate(numbers):
            radius = 28.0 * sqrt(rank)
            places[number] = [x + radius * cos(rank * _GOLDEN), y + radius * sin(rank * _GOLDEN)]
    return places


def _pull(places: list[list[float]], links: Sequence[Sequence[int]], strength: float) -> None:
    """Move the two ends of each link towards one another, each by a share that falls with its links."""
    degree: dict[int, int] = defaultdict(int)
    for source, target in links:
        degree[source] += 1
        degree[target] += 1
    for source, target in links:
        a, b = places[source], places[target]
        dx, dy = (b[0] - a[0]) * strength, (b[1] - a[1]) * strength
        a[0], a[1] = a[0] + dx / degree[source], a[1] + dy / degree[source]
        b[0], b[1] = b[0] - dx / degree[target], b[1] - dy / degree[target]


def _push(places: list[list[float]], distance: float, strength: float) -> None:
    """Move notes that are nearer than `distance` apart; only neighbours in a grid of that width are compared."""
    grid: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (x, y) in enumerate(places):
        grid[int(x // distance), int(y // distance)].append(number)
    for (column, row), numbers in grid.items():
        near = [
            n
            for dc in (0, 1)
            for dr in (-1, 0, 1)
            if dc or dr >= 0
            for n in grid.get((column + dc, row + dr), ())
        ]
        for number in numbers[:40]:
            for other in near[:80]:
                if number != other:
                    _apart(places[number], places[other], distance, strength, number - other)


def _apart(a: list[float], b: list[float], distance: float, strength: float, order: int) -> None:
    """Move two notes away from one another if they are too near."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    gap = sqrt(dx * dx + dy * dy)
    if gap >= distance:
        return
    if gap < 0.01:
        dx, dy, gap = cos(order), sin(order), 1.0
    share = (distance - gap) / gap * strength / 2
    a[0], a[1] = a[0] - dx * share, a[1] - dy * share
    b[0], b[1] = b[0] + dx * share, b[1] + dy * share


if __name__ == "__main__":  # a live preview lays out a changed graph in a process of its own
    print(json.dumps(layout(*json.load(sys.stdin))))
