"""The badge under a snippet: what ran, in one line, with the rest of what the ledger knows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from snippets_runner.ledger import Entry
from snippets_runner.model import Status


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
    told = [words["ran"].format(ms=entry.milliseconds), *_versions(entry.versions)]
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _details(entry, words)
    )
    title = escape(" · ".join([_time(entry), *_versions(entry.dependencies)]))
    return (
        f'<details class="snippet-badge snippet-badge--verified"><summary title="{title}">'
        f"✓ {escape(' · '.join(told))}</summary><dl>{rows}</dl></details>"
    )


def _details(entry: Entry, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the badge's details say: when, how long, on what, with what, and under which guards."""
    rows = [
        (words["when"], _time(entry)),
        (words["lasted"], words["took"].format(ms=entry.milliseconds)),
        (words["on"], ", ".join(_versions(entry.versions))),
        (words["with"], ", ".join(_versions(entry.dependencies))),
        (words["guards"], ", ".join(entry.guards) or words["no_guards"]),
    ]
    return [(name, value) for name, value in rows if value]


def _versions(table: Mapping[str, str]) -> list[str]:
    return [f"{name} {version}" for name, version in table.items()]


def _time(entry: Entry) -> str:
    return entry.time.replace("T", " ").replace("+00:00", " UTC")
