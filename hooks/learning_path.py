"""Draw the learning path: which module needs which, from the `prerequisites` in the pages' front matter.

`curriculum/learning-path.md` says where: an empty `<div data-path="map">` becomes the map, `data-path="modules"` and
`data-path="concepts"` the tables that say the same in words. It runs when all pages are read and none is written. The ticks for what
is finished are the browser's business (`assets/javascripts/learning-path.js`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from html import escape
from typing import TYPE_CHECKING, Any

from mkdocs.utils import get_relative_url

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.learning_path")

PAGE = "curriculum/learning-path.md"
SCRIPT = "assets/javascripts/learning-path.js"
PLACE = '<div data-path="{}"></div>'
NUMBER = re.compile(r"([MA]\d\d)\b", re.I)
WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, IN_A_ROW = 724, 132, 58, 16, 40, 5
LINE = 18
"""How many letters of a title fit into a box."""


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
    x: int
    y: int


def on_env(env: Any, config: Any, files: Files) -> Any:
    """Fill the path's page once every page is read."""
    file = files.get_file_from_path(PAGE)
    if file is None or file.page is None or file.page.content is None:
        return env
    stops = read_stops(files, file, file.page.meta.get("modules") or {})
    try:
        levels = find_levels(stops)
    except CycleError as error:
        log.warning("%s: these pages need each other: %s", PAGE, " → ".join(error.args[1]))
        return env
    modules = [stop for stop in stops if stop.number.startswith("M")]
    concepts = [stop for stop in stops if stop.number.startswith("A")]
    script = get_relative_url(SCRIPT, file.url)
    parts = {
        "map": f'{draw_map(modules, levels)}<script src="{script}" defer></script>',
        "modules": write_table(modules, stops, levels),
        "concepts": write_table(concepts, stops, levels),
    }
    for name, html in parts.items():
        file.page.content = file.page.content.replace(PLACE.format(name), html)
    return env


def read_stops(files: Files, file: Any, planned: Mapping[str, str]) -> list[Stop]:
    """Return the modules and concepts that are written, then what is planned under its working title, by number."""
    stops = {}
    for each in files.documentation_pages():
        page = each.page
        if page is not None and NUMBER.fullmatch(str(page.meta.get("module", ""))):
            name = each.src_uri.rpartition("/")[2].removesuffix(".md")
            stops[name] = Stop(
                name=name,
                number=str(page.meta["module"]),
                title=str(page.title),
                needs=tuple(page.meta.get("prerequisites") or ()),
                address=each.url_relative_to(file),
            )
    for name, title in planned.items():
        number = NUMBER.match(name)
        if name not in stops and number:
            stops[name] = Stop(name=name, number=number[1].upper(), title=title, needs=(), address="")
    known = [
        replace(stop, needs=tuple(need for need in stop.needs if need in stops)) for stop in stops.values()
    ]
    return sorted(known, key=lambda stop: (stop.number[0] != "M", stop.number, stop.name))


def find_levels(stops: Iterable[Stop]) -> dict[str, int]:
    """Return how many steps lie before each stop; what is planned, and needed by nothing yet, comes last of all.

    Raises:
        CycleError: Some stops need each other.
    """
    stops = list(stops)
    needs = {stop.name: stop.needs for stop in stops}
    levels: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        levels[name] = max((levels[need] + 1 for need in needs.get(name, ())), default=0)
    needed = {need for each in needs.values() for need in each}
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
    """Return where each stop stands: one level below the other, at most five in a row, each row centred."""
    boxes = []
    row = 0
    for level in sorted({levels[stop.name] for stop in stops}):
        here = [stop for stop in stops if levels[stop.name] == level]
        for start in range(0, len(here), IN_A_ROW):
            some = here[start : start + IN_A_ROW]
            left = (WIDTH - len(some) * BOX_WIDTH - (len(some) - 1) * GAP_X) // 2
            boxes += [
                Box(stop=stop, x=left + index * (BOX_WIDTH + GAP_X), y=row * (BOX_HEIGHT + GAP_Y) + 2)
                for index, stop in enumerate(some)
            ]
            row += 1
    return boxes


def draw_map(stops: Sequence[Stop], levels: Mapping[str, int]) -> str:
    """Return the map as SVG: a box for each stop, a link where it is written, an arrow for each need."""
    boxes = {box.stop.name: box for box in place(stops, levels)}
    height = max((box.y for box in boxes.values()), default=0) + BOX_HEIGHT + 2
    arrows = "".join(_draw_arrow(boxes[before], boxes[after]) for before, after in find_arrows(stops))
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


def write_table(stops: Sequence[Stop], known: Sequence[Stop], levels: Mapping[str, int]) -> str:
    """Return a table of the stops, level by level: what each needs, and what it leads to."""
    by_name = {stop.name: stop for stop in known}
    rows = []
    for stop in sorted(stops, key=lambda stop: levels[stop.name]):
        needs = ", ".join(_link(by_name[need], short=True) for need in stop.needs) or "nothing"
        leads = ", ".join(_link(each, short=True) for each in known if stop.name in each.needs) or "–"
        needs = needs if stop.address else "planned"
        rows.append(
            f'<tr data-stop="{escape(stop.name)}" data-needs="{escape(" ".join(stop.needs))}"'
            f' data-number="{stop.number}"{"" if stop.address else " data-planned"}>'
            f"<td>{_link(stop)}</td><td>{needs}</td><td>{leads}</td></tr>"
        )
    head = "<thead><tr><th>Page</th><th>Needs</th><th>Leads to</th></tr></thead>"
    return f"<div data-path-table><table>{head}<tbody>{''.join(rows)}</tbody></table></div>"


def _link(stop: Stop, *, short: bool = False) -> str:
    text = stop.number if short else f"{stop.number} {escape(stop.title)}"
    if not stop.address:
        return f"<span>{text}</span>"
    title = f' title="{escape(stop.title)}"' if short else ""
    return f'<a href="{escape(stop.address)}"{title}>{text}</a>'


def _draw_box(box: Box) -> str:
    stop = box.stop
    middle = box.x + BOX_WIDTH // 2
    lines = "".join(
        f'<text x="{middle}" y="{box.y + 34 + index * 14}">{escape(line)}</text>'
        for index, line in enumerate(_break(stop.title))
    )
    inner = (
        f'<rect x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<text class="learning-path__number" x="{middle}" y="{box.y + 17}">{stop.number}</text>{lines}'
    )
    label = f"{stop.number} {escape(stop.title)}"
    if not stop.address:
        return f'<g class="learning-path__stop" data-planned><title>{label}, planned</title>{inner}</g>'
    return (
        f'<a class="learning-path__stop" href="{escape(stop.address)}" data-stop="{escape(stop.name)}"'
        f' aria-label="{label}"><title>{label}</title>{inner}</a>'
    )


def _draw_arrow(before: Box, after: Box) -> str:
    x1, y1 = before.x + BOX_WIDTH // 2, before.y + BOX_HEIGHT
    x2, y2 = after.x + BOX_WIDTH // 2, after.y - 1
    bend = max((y2 - y1) // 2, GAP_Y // 2)
    return f'<path d="M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}" marker-end="url(#path-arrow)"/>'


def _break(title: str) -> list[str]:
    """Return a title in at most two lines, the second cut short where it is too long."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1].rstrip(',')} …"]
    return lines
