"""The HTML that a page shows under an included snippet: its recorded output; and the closing lines of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from snippets_runner.ledger import Entry, Ledger
from snippets_runner.model import Status
from snippets_runner.page import OutputStyle

LONG = 88
"""Columns that fit beside a page's navigation; a longer line of an output is wrapped."""


def output_html(text: str, *, kind: str, style: OutputStyle, fold: int, words: Mapping[str, str]) -> str:
    """Return a recorded output as a block; folded if ``style`` says so, or leaves it open and it is long.

    ``kind`` is ``output`` or ``error``.
    """
    lines = text.count("\n")
    css = "snippet-output" + (" snippet-output--stderr" if kind == "error" else "")
    code = f'<pre tabindex="0"><code>{_wrapped(text)}</code></pre>'
    label = escape(words[kind])
    if style is OutputStyle.FOLDED or (style is not OutputStyle.OPEN and lines > fold):
        counted = words["lines_one"] if lines == 1 else words["lines"].format(n=lines)
        return f'<details class="{css}"><summary>{label} <small>({counted})</small></summary>{code}</details>'
    return f'<div class="{css}"><span class="snippet-output__label">{label}</span>{code}</div>'


def _wrapped(text: str) -> str:
    """Return an output's text as HTML in which each long line, with its line break, is an element that can wrap."""
    return "".join(
        f'<span class="snippet-output__long">{escape(line, quote=False)}</span>'
        if len(line.rstrip("\n")) > LONG
        else escape(line, quote=False)
        for line in re.findall(r"[^\n]*\n|[^\n]+$", text)
    )


def footer_html(entries: Iterable[Entry | None], *, words: Mapping[str, str]) -> str:
    """Return the page's closing line: how many snippets it shows, and when they were last verified."""
    rows = list(entries)
    passed = [row for row in rows if row is not None and row.status is Status.PASSED]
    told = words["footer_one"] if len(rows) == 1 else words["footer"].format(n=len(rows))
    if passed:
        time = min(row.time for row in passed)
        told += f', {words["last"]} <time datetime="{escape(time)}">{escape(time[:10])}</time>'
    if len(passed) < len(rows):
        told += f" ({words['not_all'].format(n=len(rows) - len(passed))})"
    return f'<p class="snippets-footer">{told}</p>'


def figures_html(ledger: Ledger, *, words: Mapping[str, str]) -> str:
    """Return the table of what the last run counted."""
    if not ledger.figures:
        return f"<p>{escape(words['never'])}</p>"
    order = (
        "snippets_passed",
        "snippets_failed",
        "snippets_skipped",
        "blocks_run",
        "blocks_validated",
        "blocks_shown",
    )
    rows = "".join(
        f"<tr><td>{escape(words[name])}</td><td>{ledger.figures[name]}</td></tr>"
        for name in order
        if name in ledger.figures
    )
    head = f"<thead><tr><th>{escape(words['figure'])}</th><th>{escape(words['count'])}</th></tr></thead>"
    caption = escape(words["checked"].format(time=ledger.time.replace("T", " ").replace("+00:00", " UTC")))
    return f'<table class="snippets-figures"><caption>{caption}</caption>{head}<tbody>{rows}</tbody></table>'
