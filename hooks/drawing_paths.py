"""Write a drawing for the page it stands in: the page has its colours, and a sketched outline is drawn once.

Mermaid draws some shapes (those with round ends, stacks, documents) as by hand: each short piece of an outline twice, as a curve of its
own. Without the hand's unsteadiness, which this site turns off, that is one line of hundreds of pieces, and most of a drawing's bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import hypot

Point = tuple[float, float]

PIECES = 8
"""Pieces from which an outline counts as sketched."""
NEAR = 0.25
"""How far, in pixels of the drawing, a sketched outline may be from its pieces."""
_FALLBACK = re.compile(r"var\((--site-[a-z-]+), ?#[0-9a-fA-F]{3,8}\)")
_PATH = re.compile(r'(?<= d=")M[-\d. ,MC]+(?=")')
_NUMBER = r"-?\d+(?:\.\d+)?"
_RUN = re.compile(rf"M({_NUMBER}) ({_NUMBER}) ((?:C(?:{_NUMBER},? ?){{6}})+)")
_EMPTY = re.compile(r' style=";?"')


def lighten(picture: str) -> str:
    """Return a drawing as it stands in a page of this site."""
    picture = _FALLBACK.sub(r"var(\1)", picture)
    return _EMPTY.sub("", _PATH.sub(lambda found: outline(found[0]), picture))


def outline(path: str) -> str:
    """Return a sketched outline as lines; any other path as it is."""
    if path.count("C") < PIECES or _RUN.sub("", path):
        return path
    lines: list[list[Point]] = []
    for curve in _curves(path):
        if lines and _apart(lines[-1][-1], curve[-1]) <= NEAR and _drawn(lines[-1], curve):
            continue
        if lines and _apart(lines[-1][-1], curve[0]) <= NEAR:
            lines[-1] += _points(curve)[1:]
        else:
            lines.append(_points(curve))
    return "".join(f"M{_written(_fewer(line))}" for line in lines)


def _curves(path: str) -> Iterator[list[Point]]:
    """Yield the pieces of an outline: where each begins, its two handles, and where it ends."""
    for x, y, rest in _RUN.findall(path):
        last = (float(x), float(y))
        for piece in rest.split("C")[1:]:
            numbers = [float(each) for each in re.findall(_NUMBER, piece)]
            curve = [last, *zip(numbers[::2], numbers[1::2], strict=True)]
            last = curve[-1]
            yield curve


def _drawn(line: list[Point], curve: list[Point]) -> bool:
    """Return whether a piece begins where a line has been shortly before: it is the same piece once more."""
    return any(_apart(point, curve[0]) <= NEAR for point in line[-8:-1]) or _apart(curve[0], curve[-1]) == 0


def _points(curve: list[Point]) -> list[Point]:
    """Return the points of a curve: its ends, and what is between them if it is long and not straight."""
    start, one, two, end = curve
    if max(_off(one, start, end), _off(two, start, end)) <= NEAR:
        return [start, end]
    steps = max(3, min(16, round(_apart(start, end) / 3)))
    return [_at(curve, step / steps) for step in range(steps + 1)]


def _at(curve: list[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    return x, sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))


def _fewer(line: list[Point]) -> list[Point]:
    """Return the points that a line needs to stay near all of them (Douglas and Peucker's way)."""
    if len(line) < 3:
        return line
    start, end = line[0], line[-1]
    far, at = max((_off(point, start, end), at) for at, point in enumerate(line[1:-1], 1))
    if far <= NEAR / 2:
        return [start, end]
    return _fewer(line[: at + 1])[:-1] + _fewer(line[at:])


def _off(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from a stretch."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if length == 0:
        return _apart(point, start)
    t = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return _apart(point, (start[0] + t * dx, start[1] + t * dy))


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _written(line: list[Point]) -> str:
    kept = [line[0], *(point for last, point in pairwise(line) if point != last)]
    return "L".join(f"{x:.1f}".removesuffix(".0") + "," + f"{y:.1f}".removesuffix(".0") for x, y in kept)
