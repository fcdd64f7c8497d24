"""What lies within what on a page: where a fence, a comment or a container of Markdown ends, by its lines."""

from __future__ import annotations

import re

_CONTAINER = re.compile(r"^[ \t]*(?:[-*+][ \t]|\d+[.)][ \t]|!!! |\?\?\?\+? |===[!+]* |\[\^[^\]]+\]:|:[ \t])")
"""A line whose indented followers it holds: a list's item, an admonition, details, a tab, a footnote, a definition."""


def meant_end(lines: list[str], at: int, *, prefix: str, marks: str) -> int | None:
    """Return the line that its author meant to close a directive, past the fences in it that have the same marks."""
    bare, inside = prefix + marks, False
    for index in range(at + 1, len(lines)):
        line = lines[index].rstrip()
        if line == bare and not inside:
            return index
        if line == bare or (line.startswith(bare) and line[len(bare)] not in marks):
            inside = line != bare
    return None


def comment_end(lines: list[str], at: int) -> int:
    """Return the last line of the HTML comment that begins on a line; the line itself if none does, or it never ends."""
    if not lines[at].lstrip().startswith("<!--") or "-->" in lines[at]:
        return at
    return next((index for index in range(at, len(lines)) if "-->" in lines[index]), at)


def is_indented_code(lines: list[str], at: int, *, prefix: str) -> bool:
    """Tell whether a line with so much before it is one of an indented code block, which shows a fence's marks.

    It is not in what a list item, a tab, an admonition or the like holds: then, upwards from it, each line with less
    indentation opens such a container, or belongs to the paragraph that one begins.
    """
    depth = len(prefix.expandtabs(4))
    if ">" in prefix:
        return False
    while depth >= 4:
        at = next(
            (each for each in range(at - 1, -1, -1) if lines[each].strip() and _depth(lines[each]) < depth),
            -1,
        )
        while (
            at >= 0 and lines[at].strip() and not (_CONTAINER.match(lines[at]) and _depth(lines[at]) < depth)
        ):
            at -= 1
        if at < 0 or not lines[at].strip():
            return True
        depth = _depth(lines[at])
    return False


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))


def closing_line(lines: list[str], start: int, *, prefix: str, marks: str) -> int | None:
    """Return the index of the closing line; None if text with less indentation comes first, or the file ends."""
    depth = len(prefix.expandtabs(4))
    closing = re.compile(rf"^[> \t]*{re.escape(marks)}[ \t]*$")
    for index in range(start, len(lines)):
        line = lines[index]
        lead = line[: len(line) - len(line.lstrip("> \t"))].expandtabs(4)
        if closing.match(line) and lead == prefix.expandtabs(4):
            return index
        if line.strip(" \t>") and len(lead) < depth:
            return None
    return None
