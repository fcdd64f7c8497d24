"""The learning path as it is drawn: levels, arrows, places, and what the built page holds without a script."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from graphlib import CycleError
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

HOOKS = Path(__file__).parents[2] / "hooks"
PAGE = "curriculum/learning-path/index.html"


@pytest.fixture(scope="module")
def path() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HOOKS)
        yield importlib.import_module("path_map")


@pytest.fixture(scope="module")
def html(public_site: Path) -> str:
    return (public_site / PAGE).read_text(encoding="utf-8")


def stops(path: ModuleType, needs: dict[str, str]) -> list:
    return [
        path.Stop(
            name=name,
            number=f"M{place:02}",
            title=f"Title & {name}",
            needs=tuple(each.split()),
            address=f"../{name}/" if name.islower() else "",
        )
        for place, (name, each) in enumerate(needs.items(), 1)
    ]


def test_a_stop_stands_below_all_that_it_needs(path: ModuleType) -> None:
    levels = path.find_levels(stops(path, {"d": "b c", "c": "b", "b": "a", "a": ""}))

    assert levels == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_what_is_planned_comes_last_unless_something_written_needs_it(path: ModuleType) -> None:
    levels = path.find_levels(stops(path, {"Later": "", "Needed": "", "a": "Needed", "b": "a"}))

    assert levels == {"Needed": 0, "a": 1, "b": 2, "Later": 3}


def test_stops_that_need_each_other_are_refused(path: ModuleType) -> None:
    with pytest.raises(CycleError):
        path.find_levels(stops(path, {"a": "b", "b": "a"}))


def test_an_arrow_that_others_imply_is_not_drawn(path: ModuleType) -> None:
    arrows = path.find_arrows(stops(path, {"a": "", "b": "a", "c": "a b", "d": "a"}))

    assert arrows == [("a", "b"), ("b", "c"), ("a", "d")]


def test_no_two_boxes_overlap_and_none_leaves_the_map(path: ModuleType) -> None:
    some = stops(path, {f"m{place}": "m1" if place > 1 else "" for place in range(1, 24)})

    boxes = path.place(some, path.find_levels(some))

    assert len({(box.row, box.column) for box in boxes}) == 23
    assert all(0 <= box.x <= path.WIDTH - path.BOX_WIDTH for box in boxes)


def test_a_stop_stands_below_what_it_needs_if_there_is_room(path: ModuleType) -> None:
    some = stops(path, {"a": "", "b": "", "c": "", "d": "a", "e": "b", "f": "b"})

    columns = {box.stop.name: box.column for box in path.place(some, path.find_levels(some))}

    assert columns["d"] == columns["a"]
    assert columns["b"] in (columns["e"], columns["f"])


def test_no_arrow_crosses_a_box(path: ModuleType) -> None:
    chain = {f"m{place}": f"m{place - 1}" if place > 1 else "" for place in range(1, 9)}
    some = stops(path, chain | {f"n{place}": f"m{place % 4 + 1}" for place in range(1, 14)} | {"z": "n1 m7"})
    boxes = {box.stop.name: box for box in path.place(some, path.find_levels(some))}

    crossed = [
        (before, after, box.stop.name)
        for number, (before, after) in enumerate(path.find_arrows(some))
        for (x1, y1), (x2, y2) in pairwise(path.route(boxes[before], boxes[after], number % 5 - 2))
        for box in boxes.values()
        if max(x1, x2) > box.x
        and min(x1, x2) < box.x + path.BOX_WIDTH
        and max(y1, y2) > box.y
        and min(y1, y2) < box.y + path.BOX_HEIGHT
    ]

    assert len(path.find_arrows(some)) > 20
    assert crossed == []


def test_the_map_is_well_formed_and_has_a_name_a_description_and_a_link_for_what_is_written(
    path: ModuleType,
) -> None:
    some = stops(path, {"a": "", "Planned": "a"})

    figure = ElementTree.fromstring(path.draw_map(some, path.find_levels(some)))

    svg = figure[0]
    ids = {each.get("id") for each in svg.iter()}
    assert set(str(svg.get("aria-labelledby")).split()) <= ids
    assert [link.get("href") for link in svg.iter("a")] == ["../a/"]
    assert [link.get("aria-label") for link in svg.iter("a")] == ["M01 Title & a"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Caching", ["Caching"]),
        ("Request Flow End-to-End", ["Request Flow", "End-to-End"]),
        ("Validation, Transformation, Normalization", ["Validation,", "Transformation …"]),
    ],
)
def test_a_title_takes_at_most_two_lines(path: ModuleType, title: str, lines: list[str]) -> None:
    assert path.break_title(title) == lines


def test_the_page_holds_every_module_on_the_map_and_in_the_table(html: str) -> None:
    on_the_map = re.findall(r'<(?:a|g) class="learning-path__stop"', html)
    in_the_table = re.findall(r'<tr data-stop="(m\d\d-[\w-]+)"', html)

    assert len(on_the_map) == len(in_the_table) == len(set(in_the_table)) == 22
    assert "data-path=" not in html


def test_without_a_script_there_is_no_tick_to_press(html: str) -> None:
    article = re.findall(r"<article.*?</article>", html, re.S)[0]

    assert "<input" not in article and "<button" not in re.sub(
        r"<button[^>]*md-clipboard.*?</button>", "", article, flags=re.S
    )
