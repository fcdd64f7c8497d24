"""Make of a page's HTML what its reader gets: valid, small, and with tables that a phone can show before any script has run.

The theme, Mermaid and Pygments write more than a page needs, and some of it is not HTML: empty numbers, attributes of other elements.
It runs on every page after the plugins, in a preview too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from code_marks import tidy
from drawing_paths import lighten
from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

LABELLED = 3
"""Columns from which a table's rows become blocks on a phone."""
LONG = 16
"""Characters from which a name in a cell may break after its marks."""
_WHOLE = re.compile(r'<(pre|textarea|script|style)\b.*?</\1>|<div class="mermaid">.*?</div>', re.DOTALL)
_DRAWING = re.compile(r'<figure class="diagram.*?</figure>', re.DOTALL)
_TABLE = re.compile(r'<table(?: class="(slipbox-graph-table)")?>.*?</table>', re.DOTALL)
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<td\b([^>]*)>(.*?)</td>", re.DOTALL)
_CODE = re.compile(rf"<code>([^<]{{{LONG},}})</code>")
_BREAKS = re.compile(r"(?<=[/_.,:=-])(?=[^;\s])")
_TAG = re.compile(r"<[^>]+>")
_FAULTS = (
    (re.compile(r'(<input\b(?=[^>]*type="checkbox")[^>]*?) autocomplete="off"'), r"\1"),
    (re.compile(r' tabindex=""'), ""),
    # A name that says other words than what is seen (WCAG 2.2, success criterion 2.5.3).
    (
        re.compile(r'(<a\b[^>]*class="(?:md-footer__link|learning-path__stop)[^>]*?) aria-label="[^"]*"'),
        r"\1",
    ),
    (re.compile(r"<th([^>]*)>\s*</th>"), r"<td\1></td>"),
    # The search is our own, and the menu's checkbox stands in the header (overrides/main.html).
    (re.compile(r'<input\b[^>]*data-md-toggle="(?:search|drawer)"[^>]*>'), ""),
    # The way to the text, not past its beginning.
    (re.compile(r'<a href="[^"]*" class="md-skip">'), '<a href="#text" class="md-skip">'),
    (
        re.compile(r'<article class="md-content__inner'),
        '<article id="text" tabindex="-1" class="md-content__inner',
    ),
    # Mermaid puts attributes of other elements on its shapes.
    (re.compile(r'(<(?:rect|line)\b[^>]*?) name="[^"]*"'), r"\1"),
    (re.compile(r'(<tspan\b[^>]*?) font-weight=""'), r"\1"),
    (re.compile(r'(<circle\b[^>]*?)(?: (?:width|height)="[^"]*")+'), r"\1"),
)


@event_priority(-90)
def on_post_page(output: str, *, page: Page, config: Any) -> str:
    """Return the page as its reader gets it."""
    del page, config
    return finish(output)


def on_post_template(output: str, *, template_name: str, config: Any) -> str:
    """Return the page for addresses that lead nowhere, which no page's event sees."""
    del config
    return finish(output) if template_name == "404.html" else output


def finish(html: str) -> str:
    """Return a page with its faults mended, its tables labelled, its drawings light, and without what nobody sees."""
    for fault, cure in _FAULTS:
        html = fault.sub(cure, html)
    html = _DRAWING.sub(lambda found: lighten(found[0]), html)
    html = _TABLE.sub(lambda found: label(found[0]), html)
    return _apart(html, tidy, squeeze)


def label(table: str) -> str:
    """Return a table in the box in which it scrolls; with enough columns each cell says which column it is from."""
    head = _HEAD.search(table)
    names = [_text(each) for each in _HEADING.findall(head[0])] if head else []
    labelled = len(names) >= LABELLED

    def row(found: re.Match[str]) -> str:
        at = iter([*names, *[""] * 50])
        return _CELL.sub(lambda cell: _cell(cell, next(at) if labelled else None), found[0])

    table = _ROW.sub(row, table)
    if labelled:
        table = table.replace("<table", "<table data-labelled", 1)
    if "slipbox-graph-table" in table[:80]:
        return table
    return f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{table}</div></div>'


def _cell(found: re.Match[str], name: str | None) -> str:
    content = _CODE.sub(lambda code: f"<code>{_BREAKS.sub('<wbr>', code[1])}</code>", found[2])
    if name is None:
        return f"<td{found[1]}>{content}</td>"
    told = f' data-label="{escape(name)}"' if name else ""
    return f"<td{found[1]}{told}><div>{content}</div></td>"


def squeeze(html: str) -> str:
    """Return HTML without empty lines and indentation, which the theme's templates leave."""
    return re.sub(r"[ \t]*\n\s*", "\n", html)


def _apart(html: str, within: Callable[[str], str], between: Callable[[str], str]) -> str:
    """Apply one function to what keeps its white space, another to the rest."""
    parts, at = [], 0
    for found in _WHOLE.finditer(html):
        parts += [between(html[at : found.start()]), within(found[0])]
        at = found.end()
    return "".join([*parts, between(html[at:])])


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
