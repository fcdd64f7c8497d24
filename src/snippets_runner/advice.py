"""Say what to do about an exception: a hint that knows how code in pages runs, and the command that runs it again."""

from __future__ import annotations

import re

from snippets_runner.inline import is_inline
from snippets_runner.markdown import read_page
from snippets_runner.model import Snippet
from snippets_runner.names import defined, missing_name

UNREACHABLE = re.compile(
    r"Network is unreachable|Temporary failure in name resolution|Name or service not known"
)
"""What the operating system says to a program that asks for a network where there is only this machine."""
_TEMPLATE = re.compile(r"\{%.*%\}|\{\{.*\}\}|\{#.*#\}")
"""What Jinja, and those like it, replace."""
SKIP = "`<!-- skip: next -->` above it leaves it alone"


def rerun(snippet: Snippet) -> str:
    """Return the command that runs just this snippet."""
    return f"snippets-runner check {snippet.id}"


def advise(snippet: Snippet, kind: str, message: str, line: int) -> str:
    """Return what to do about an exception of this kind, raised at this line; nothing if there is no more to say."""
    again = rerun(snippet)
    if kind == "ModuleNotFoundError":
        place = "in the environment that the runner is in"
        return f"install it {place}{f', or: {SKIP}' if snippet.inline else ''}; {again}"
    if kind == "MemoryError" and not snippet.inline:
        return f"make it smaller, or declare `memory` in its script block; {again}"
    if UNREACHABLE.search(message):
        skip = f", or: {SKIP}" if snippet.inline else ""
        return f"no other machine can be reached: run what it talks to on loopback{skip}; {again}"
    if not snippet.inline:
        return ""
    if kind in ("SyntaxError", "NameError", "TypeError") and _is_template(snippet.program.split("\n"), line):
        return f"this line is filled in by a template engine, and readers see something else: {SKIP}; {again}"
    if kind == "NameError" and (name := missing_name(message)):
        return _missing(snippet, name, line)
    if kind == "FileNotFoundError":
        return f"it runs in an empty folder of its own: have it write the file first, or: {SKIP}; {again}"
    return ""


def _is_template(lines: list[str], number: int) -> bool:
    """Tell whether the line of that number has something in braces that is for a template engine, and no f-string."""
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return bool(_TEMPLATE.search(line)) and not re.search(r"\b[fF][rR]?[\"']|\b[rR][fF][\"']", line)


def _missing(snippet: Snippet, name: str, line: int) -> str:
    """Name the block above that defines a name, or the ways to define it, or to leave the block alone."""
    page, _ = read_page(snippet.source)
    blocks = [fence for fence in page.fences if is_inline(fence) and fence.body_span.line < line]
    above = [fence.span.line for fence in blocks if name in defined(fence.body)]
    if above and not snippet.doctest:
        ways = 'give both the same `session="…"`, or set `inline-session = "page"`'
        return f"`{name}` comes from the block at line {above[-1]}: {ways}; {rerun(snippet)}"
    return f"define it here, or for all blocks with `inline-setup`, or: {SKIP}; {rerun(snippet)}"
