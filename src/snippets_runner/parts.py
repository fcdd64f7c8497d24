"""The parts of a recording that ``output=section`` shows, each under the section that printed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from snippets_runner.compare import read_recording
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding
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


def missing_parts(pages: Iterable[Page], snippets: Iterable[Snippet]) -> Iterator[Finding]:
    """Yield a finding for every fence that shows a part of a recording that is not in it."""
    shown = {include.span: snippet for snippet in snippets for include in snippet.shown}
    for fence in (fence for page in pages for fence in page.fences):
        if fence.options.get("output") != OutputStyle.SECTION.value:
            continue
        for include in fence.includes:
            if snippet := shown.get(include.span):
                yield from _missing(snippet, include)


def _missing(snippet: Snippet, include: Include) -> Iterator[Finding]:
    for recording in (snippet.output_file, snippet.error_file):
        if recording is not None and recording.is_file():
            found = part_of(read_recording(recording), include)
            if isinstance(found, Finding):
                yield replace(found, snippet=snippet.id)
                return
