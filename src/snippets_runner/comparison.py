"""A fence that shows how one text became another: ``before`` and ``after`` name two, and the difference is made of them.

Nobody types the difference, so it can't show what neither file says.
"""

from __future__ import annotations

from collections.abc import Iterator

from snippets_runner.difference import unified
from snippets_runner.finding import Code, Finding
from snippets_runner.page import Fence, Include, SectionName
from snippets_runner.source import Source, Span

LANGUAGE = "diff"
SIDES = ("before", "after")
CONTEXT = "context"
OPTIONS = frozenset({*SIDES, CONTEXT})
WHOLE = 1_000_000
"""Lines around a difference, where all are shown."""


def read_sides(source: Source, start: int, line: str, options: dict[str, str]) -> tuple[Include, ...]:
    """Return the includes that a fence's two options are; ``line`` is its opening line, which begins at ``start``."""
    found = []
    for name in SIDES:
        if name in options:
            target, colon, section = options[name].partition(":")
            at = start + line.index(f"{name}=") + len(name) + 1
            at += source.text[at] in "\"'"
            span = Span(source=source, start=at, end=at + len(options[name]))
            found.append(Include(span=span, target=target, section=SectionName(section) if colon else None))
    return tuple(found)


def is_comparison(fence: Fence) -> bool:
    """Tell whether a fence shows a difference that is made of two texts."""
    return fence.language == LANGUAGE and any(side in fence.options for side in SIDES)


def wrong(fence: Fence) -> Iterator[Finding]:
    """Yield what is wrong with a fence that compares, before anything is read."""
    for side, other in (SIDES, SIDES[::-1]):
        if side not in fence.options:
            yield _finding(
                fence, f"there is `{other}`, and nothing to compare it with", f'add {side}="file.py:section"'
            )
    if fence.body.strip():
        yield _finding(
            fence, "a difference is made of two files, and this fence has text of its own", "remove the text"
        )
    if not fence.options.get(CONTEXT, "0").isdigit():
        message = f"`{CONTEXT}` is a number of lines, not `{fence.options[CONTEXT]}`"
        yield _finding(fence, message, f'for example {CONTEXT}="3"; without it all lines are shown')


def same(fence: Fence) -> Finding:
    """Return the finding of a fence whose two texts do not differ."""
    return _finding(
        fence, "the two texts are the same, so there is no difference to show", "name another section"
    )


def compared(fence: Fence, before: str, after: str) -> str:
    """Return the lines that a fence shows of two texts; nothing if they are the same."""
    context = int(fence.options.get(CONTEXT, WHOLE))
    rows = unified(before, after, names=SIDES, context=context)[2:]
    return "".join(f"{row}\n" for row in rows if CONTEXT in fence.options or not row.startswith("@@"))


def title_of(fence: Fence) -> str:
    """Return what a fence that compares is called, if it doesn't say."""
    before, after = fence.includes
    if before.target == after.target and after.section:
        return f"{_name(before)} → {after.section}"
    return f"{_name(before)} → {_name(after)}"


def _name(include: Include) -> str:
    file = include.target.rpartition("/")[2]
    return f"{file}: {include.section}" if include.section else file


def _finding(fence: Fence, message: str, hint: str) -> Finding:
    return Finding(code=Code.INVALID_BLOCK, where=fence.span, message=message, hint=hint)
