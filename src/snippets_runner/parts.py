"""The parts of a recording that ``output=section`` shows, each under the section that printed it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from snippets_runner.compare import read_recording
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding, SnippetId
from snippets_runner.model import Snippet
from snippets_runner.page import Include, OutputStyle, Page

_HEAD = re.compile(r"(?m)^\[([A-Za-z][\w-]*)\]\n")


def part_of(text: str, include: Include) -> str | Finding:
    """Return the part of an output that begins with a line ``[name]``, the section's name, without that line.

    A finding, if the include names no section or the output has no such line.
    """
    parts = _HEAD.split(text)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    if include.section in named:
        return named[include.section].strip("\n") + "\n"
    name = include.section or "section"
    nearest = did_you_mean(name, named) if include.section and named else ""
    return Finding(
        code=Code.MISSING_SECTION,
        where=include.span,
        message=f"the output of {include.target} has no part that begins with a line [{name}]",
        hint=nearest or f"print `[{name}]` on a line before that part, or show all of it: output=open",
    )


def missing_parts(
    pages: Iterable[Page], snippets: Iterable[Snippet], failed: Collection[SnippetId]
) -> Iterator[Finding]:
    """Yield a finding for every fence that shows a part of a recording that is not in it.

    Of the snippets that ``failed`` it is told already why there is no recording.
    """
    shown = {include.span: snippet for snippet in snippets for include in snippet.shown}
    for fence in (fence for page in pages for fence in page.fences):
        if fence.options.get("output") != OutputStyle.SECTION.value:
            continue
        for include in fence.includes:
            if snippet := shown.get(include.span):
                yield from _missing(snippet, include, failed)


def _missing(snippet: Snippet, include: Include, failed: Collection[SnippetId]) -> Iterator[Finding]:
    files = [each for each in (snippet.output_file, snippet.error_file) if each is not None]
    recorded = [each for each in files if each.is_file()]
    texts = [read_recording(each) for each in recorded]
    if files and not recorded and snippet.id not in failed:
        texts = [""]  # it printed nothing, so nothing of it can be shown
    for found in (part_of(text, include) for text in texts):
        if isinstance(found, Finding):
            yield replace(found, snippet=snippet.id)
            return
