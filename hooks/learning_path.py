"""Draw the learning path: which module needs which, from the `prerequisites` in the pages' front matter.

`curriculum/learning-path.md` says where: an empty `<div data-path="map">` becomes the map, `data-path="modules"` and
`data-path="concepts"` the tables that say the same in words. It runs when all pages are read and none is written. The ticks for what
is finished are the browser's business (`assets/javascripts/learning-path.js`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from mkdocs.utils import get_relative_url
from path_map import Stop, draw_map, find_levels

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.learning_path")

PAGE = "curriculum/learning-path.md"
SCRIPT = "assets/javascripts/learning-path.js"
PLACE = '<div data-path="{}"></div>'
NUMBER = re.compile(r"([MA]\d\d)\b", re.I)


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
                title=unescape(str(page.title)),  # escaped by slipbox, and once more where it is drawn
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
