"""The HTML that a page shows under an included snippet: its recorded output, and the badge that says what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from snippets_runner.ledger import Entry, Ledger
from snippets_runner.model import Status
from snippets_runner.page import OutputStyle

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "output": "Output",
        "error": "Traceback",
        "lines": "{n} lines",
        "lines_one": "1 line",
        "ran": "ran in {ms} ms",
        "failed": "failed when it was last run",
        "unverified": "not verified here",
        "skipped": "not verified here",
        "footer_one": "1 snippet on this page",
        "footer": "{n} snippets on this page",
        "last": "last verified",
        "not_all": "{n} of them not verified here",
        "figure": "Figure",
        "count": "Count",
        "snippets_passed": "snippets that ran to their recorded output",
        "snippets_failed": "snippets that failed",
        "snippets_skipped": "snippets that could not run on this machine",
        "blocks_run": "code blocks on pages that come from a run snippet",
        "blocks_validated": "code blocks that a parser validated",
        "blocks_shown": "blocks that are only shown (plain text, terminal transcripts, …)",
        "checked": "Counted {time}",
        "never": "Nothing was checked on this machine yet: run `make site`.",
    },
    "nb": {
        "output": "Utskrift",
        "error": "Feilmelding",
        "lines": "{n} linjer",
        "lines_one": "1 linje",
        "ran": "kjørt på {ms} ms",
        "failed": "feilet ved siste kjøring",
        "unverified": "ikke kontrollert her",
        "skipped": "ikke kontrollert her",
        "footer_one": "1 kodebit på denne siden",
        "footer": "{n} kodebiter på denne siden",
        "last": "sist kontrollert",
        "not_all": "{n} av dem er ikke kontrollert her",
        "figure": "Tall",
        "count": "Antall",
        "snippets_passed": "kodebiter som kjørte og ga den utskriften som er tatt opp",
        "snippets_failed": "kodebiter som feilet",
        "snippets_skipped": "kodebiter som ikke kunne kjøres på denne maskinen",
        "blocks_run": "kodeblokker på sidene som kommer fra en kjørt kodebit",
        "blocks_validated": "kodeblokker som en parser har kontrollert",
        "blocks_shown": "blokker som bare vises (ren tekst, terminalutskrifter, …)",
        "checked": "Talt {time}",
        "never": "Ingenting er kontrollert på denne maskinen ennå: kjør `make site`.",
    },
}
"""What the interface says, by language; a language that is not here gets English."""


def words_for(language: str) -> Mapping[str, str]:
    """Return the interface's words for a page's ``lang``; ``no`` and ``nn`` get bokmål."""
    base = language.lower().split("-")[0]
    return WORDS.get("nb" if base in ("no", "nn") else base, WORDS["en"])


def output_html(text: str, *, kind: str, style: OutputStyle, fold: int, words: Mapping[str, str]) -> str:
    """Return a recorded output as a block; folded if ``style`` says so, or leaves it open and it is long.

    ``kind`` is ``output`` or ``error``.
    """
    lines = text.count("\n")
    css = "snippet-output" + (" snippet-output--stderr" if kind == "error" else "")
    code = f'<pre tabindex="0"><code>{escape(text, quote=False)}</code></pre>'
    label = escape(words[kind])
    if style is OutputStyle.FOLDED or (style is not OutputStyle.OPEN and lines > fold):
        counted = words["lines_one"] if lines == 1 else words["lines"].format(n=lines)
        return f'<details class="{css}"><summary>{label} <small>({counted})</small></summary>{code}</details>'
    return f'<div class="{css}"><span class="snippet-output__label">{label}</span>{code}</div>'


def badge_html(entry: Entry | None, *, fresh: bool, words: Mapping[str, str]) -> str:
    """Return the badge; ``fresh`` tells whether the entry is about exactly the text and recording of today."""
    if entry is None or not fresh:
        return f'<p class="snippet-badge snippet-badge--unverified">{escape(words["unverified"])}</p>'
    if entry.status is Status.FAILED:
        return (
            f'<details class="snippet-badge snippet-badge--failed" open><summary>✗ {escape(words["failed"])}</summary>'
            f"<pre><code>{escape(entry.problem, quote=False)}</code></pre></details>"
        )
    if entry.status is Status.SKIPPED:
        return f'<p class="snippet-badge snippet-badge--unverified">{escape(words["skipped"])}: {escape(entry.reason)}</p>'
    told = [
        words["ran"].format(ms=entry.milliseconds),
        *(f"{name} {version}" for name, version in entry.versions.items()),
    ]
    details = [
        entry.time.replace("T", " ").replace("+00:00", " UTC"),
        *(f"{name} {version}" for name, version in entry.dependencies.items()),
    ]
    title = escape(" · ".join(details))
    return (
        f'<p class="snippet-badge snippet-badge--verified" title="{title}">✓ {escape(" · ".join(told))}</p>'
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
