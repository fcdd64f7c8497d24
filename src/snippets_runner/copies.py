"""Write the includes of a page out in its Markdown copy: the code, and under it what it printed, as plain fences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.markdown import read_page
from snippets_runner.page import Fence
from snippets_runner.paste import IncludeProblem, Paster, fenced, recordings
from snippets_runner.source import Source
from snippets_runner.words import words_for


def written_out(text: str, *, path: Path, config: Config, language: str = "en") -> str:
    """Return a Markdown text in which no fence includes anything: each holds the code, and is followed by its output.

    A fence whose include can't be shown stays as it is: the page it was copied from says what is wrong.
    """
    if "8<" not in text and "after=" not in text:
        return text
    page, _ = read_page(Source(path=path, text=text))
    words, paster = words_for(language), Paster(config)
    pieces: list[str] = []
    at = 0
    for fence in page.fences:
        if fence.includes:
            start = fence.span.start - len(fence.prefix)
            pieces += [text[at:start], _fence(fence, paster, words) or text[start : fence.span.end]]
            at = fence.span.end
    return "".join([*pieces, text[at:]])


def _fence(fence: Fence, paster: Paster, words: Mapping[str, str]) -> str:
    """Return a fence with its includes pasted, followed by what they printed; nothing if it can't be."""
    try:
        body, files = paster.body(fence)
        parts = [fenced(fence, body)]
        for file, include in files.items():
            snippet = paster.snippet(file)
            for kind, output in recordings(snippet, include, paster.style(fence)) if snippet else ():
                parts.append(_output(fence.prefix, words[kind], output))
    except IncludeProblem:
        return ""
    return f"\n{fence.prefix.rstrip()}\n".join(parts)


def _output(prefix: str, label: str, text: str) -> str:
    """Return an output as a fence below a line that says so."""
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=0))
    lines = (f"{label}:", "", f"{marks}text", *text.rstrip("\n").split("\n"), marks)
    return "\n".join(f"{prefix}{line}".rstrip() for line in lines)
