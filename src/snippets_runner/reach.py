"""Read the comments of a page that reach further than the block right below them: Sybil's, and one of pytest-codeblocks.

``skip: next`` is for the next block, whatever text stands between; ``skip: start`` to ``skip: end`` for all between; after
``clear-namespace`` nothing is shared with what came before. ``pytest-codeblocks:skipfile`` is for the whole page. Source: Sybil's documentation, "Skipping examples" and
"Clearing the namespace".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippets_runner.page import Fence, Page

_MARK = re.compile(
    r"^[> \t]*(?:<!--+|%|\[//\]:\s*#\s*\()\s*(?P<word>skip:\s*(?:start|end|next)\b.*?|clear-namespace|pytest-codeblocks:\s*skipfile)\s*(?:-->|\)|$)"
)
"""Comments that reach further than the block below them, Sybil's and one other's: in HTML, in MyST, and in the form of a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What Sybil's comments on a page say of the blocks after them."""

    skipped: frozenset[int]
    """Lines between ``skip: start`` and ``skip: end``, and those at which a block after ``skip: next`` begins."""
    cleared: tuple[int, ...]
    """Lines after which a block shares nothing with those before."""

    def part(self, line: int) -> str:
        """Return what tells the programs after a ``clear-namespace`` from those before."""
        number = sum(each < line for each in self.cleared)
        return f"-{number + 1}" if number else ""


def read_reach(page: Page, starts: Sequence[int]) -> Reach:
    """Read Sybil's comments, those that a block shows left out; ``starts`` are the lines at which blocks of Python begin."""
    text, marks = page.source.text, list[tuple[int, str]]()
    if any(word in text for word in ("skip:", "clear-namespace", "skipfile")):
        lines = text.split("\n")
        shown = {line for fence in page.fences for line in range(fence.span.line, _last_line(fence) + 1)}
        found = ((number, _MARK.match(line)) for number, line in enumerate(lines, 1) if number not in shown)
        marks = [(number, "".join(match["word"].split())) for number, match in found if match]
    skipped: set[int] = set()
    for begin, word in marks:
        if word == "skip:start":
            ends = (number for number, other in marks if other == "skip:end" and number > begin)
            skipped |= set(range(begin, next(ends, text.count("\n") + 2)))
        elif word.endswith("skipfile"):
            skipped |= set(starts)
        elif word.startswith("skip:next"):
            skipped |= (
                {min(line for line in starts if line > begin)} if begin < max(starts, default=0) else set()
            )
    cleared = tuple(number for number, word in marks if word == "clear-namespace")
    return Reach(skipped=frozenset(skipped), cleared=cleared)


def _last_line(fence: Fence) -> int:
    return fence.span.source.position(fence.span.end)[0]
