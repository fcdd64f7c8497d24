"""Keep some long runs of one mark from taking Python-Markdown a time that grows with the square of their length.

Each look here gives what the processor it stands in for would give: it only doesn't look twice for what isn't there. `brackets` does the
same for links; what is left takes at most as long as `patience` allows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from markdown import Markdown
from markdown.inlinepatterns import BacktickInlineProcessor
from markdown.preprocessors import Preprocessor

_RUN = re.compile(r"`+")
_NEAR = 1_000
"""How far is looked for the end of code before the runs of backticks of the whole text are listed."""
_MANY = 100
"""How many of a mark are a long run."""
_OPENERS = re.compile(r"(?:!!!|\?\?\?\+?) ?[\w-]+|#{1,6}[^#\n]")
"""Lines that begin a block of their own: an admonition, a heading."""
_FOOTNOTE = r"\[\^([^\]]*)\]"
"""How a footnote's mark begins and ends in Python-Markdown."""
_LESS = "\x02amp\x03lt;"
"""What Python-Markdown makes `&lt;` of at the end; written at once, no pattern looks at it."""
_FORMULA = r"(?<!\\)(\\\()((?:\\[^)]|[^\\\x02\x03])+?)(?:\\\))"
"""How a formula between `\\(` and `\\)` begins and ends in `pymdownx.arithmatex`."""


def bound(md: Markdown) -> None:
    """Put the looks into a `Markdown`, whatever extensions it has."""
    for pattern in md.inlinePatterns:
        if isinstance(pattern, BacktickInlineProcessor):
            pattern.find_code_spans = _code  # type: ignore[method-assign, assignment]
        written = getattr(pattern, "pattern", "")
        if _FORMULA in written:
            pattern.compiled_re = _Formulas(pattern.compiled_re, written)  # type: ignore[assignment]
        if written == _FOOTNOTE:
            pattern.compiled_re = _Closed(pattern.compiled_re)  # type: ignore[assignment]
    md.preprocessors.register(_OpenTags(md), "slipbox_open_tags", 20.5)
    md.preprocessors.register(_Openers(md), "slipbox_openers", 14)


@lru_cache(maxsize=2)
def _runs(text: str) -> tuple[list[int], list[int], dict[int, list[int]]]:
    """Return where each run of backticks begins, where the first of the longest from there on does, and all by length."""
    found = [(each.start(), each.end() - each.start()) for each in _RUN.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for start, length in found:
        by_length.setdefault(length, []).append(start)
    longest = found.copy()
    for number in range(len(found) - 2, -1, -1):
        longest[number] = max(found[number], longest[number + 1], key=lambda run: run[1])
    return [start for start, _ in found], [start for start, _ in longest], by_length


def _code(start: int, text: str) -> tuple[int, int | None]:
    """Return where the code that begins with the backticks at `start` begins and ends, as `find_code_spans` does."""
    opening = _RUN.match(text, start)
    ticks = len(opening[0]) if opening else 0
    start += ticks
    for each in _RUN.finditer(text, start, start + _NEAR):
        if len(each[0]) == ticks and each.end() < start + _NEAR:
            return start, each.start()
    starts, longest, by_length = _runs(text)
    same = by_length.get(ticks, [])
    if (number := bisect_left(same, start)) < len(same):
        return start, same[number]
    if (number := bisect_left(starts, start)) < len(starts):
        end = longest[number]
        length = len(_RUN.match(text, end)[0])  # type: ignore[index]
        if length < ticks:
            return start - (ticks - length), end
    return start + ticks, None


class _Formulas:
    """The expression for formulas, without those in round brackets where none is closed any more."""

    def __init__(self, whole: re.Pattern[str], written: str) -> None:
        self.whole = whole
        self.without = re.compile(written.replace(_FORMULA, "(?!)()()"), whole.flags)

    def finditer(self, data: str, start: int) -> Iterator[re.Match[str]]:
        """Find what the whole expression would, and look for the end of a formula only where one begins."""
        while True:
            found = self.without.search(data, start)
            before = data.find("\\(", start, found.start() if found else len(data))
            if before >= 0 and data.find("\\)", before) >= 0:
                yield from self.whole.finditer(data, start)
                return
            if found is None:
                return
            yield found
            start = found.end()


class _Closed:
    """An expression that ends in a square bracket, looked for no further than where the last one stands."""

    def __init__(self, whole: re.Pattern[str]) -> None:
        self.whole = whole

    def finditer(self, data: str, start: int) -> Iterator[re.Match[str]]:
        """Find what the whole expression would."""
        return self.whole.finditer(data, start, data.rfind("]") + 1)


class _OpenTags(Preprocessor):
    """Makes text of many tags that are never closed at the end of a page: none has a `>` behind it."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines; where there is code among them, they stay as they are."""
        last = next((number for number in range(len(lines) - 1, -1, -1) if ">" in lines[number]), 0)
        head, mark, tail = lines[last].rpartition(">") if lines else ("", "", "")
        rest = [tail, *lines[last + 1 :]]
        code = any("`" in line or line.startswith(("    ", "\t")) for line in rest)
        if code or sum(line.count("<") for line in rest) < _MANY:
            return lines
        first, *others = (line.replace("<", _LESS) for line in rest)
        return [*lines[:last], f"{head}{mark}{first}", *others]


class _Openers(Preprocessor):
    """Puts a blank line between many admonitions or headings that have no text: each begins a block in any case."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines; those that stand below other text stay as they are."""
        made: list[str] = []
        start = 0
        while start < len(lines):
            end = start
            if not start or not lines[start - 1].strip():
                while end < len(lines) and _OPENERS.match(lines[end]):
                    end += 1
            if end - start >= _MANY:
                made += [part for line in lines[start:end] for part in (line, "")][:-1]
            else:
                end = end or start
                made += lines[start : max(end, start + 1)]
            start = max(end, start + 1)
        return made
