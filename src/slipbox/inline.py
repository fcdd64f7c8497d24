"""Find code spans, math, tags, comments, commands of Templater and escapes within one paragraph, from left to right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from slipbox.region import Region, RegionKind

_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s"'=<>]++)"""
TAG = rf"""</?[a-zA-Z][^\s"'<>@]*+(?>(?:\s+[^\s"'=<>]++(?>(?:\s*+=\s*+{_VALUE})?))*)\s*+/?>"""
"""A tag of HTML, with its attributes; in time that grows with its length.

A group is repeated without return by `(?>…)`: before Python 3.11.5 `(…)*+` misses what it should find
(python/cpython#106052).
"""
ESCAPE = r"\\[\\`\[\]!<$%#=^]"
"""A character that a backslash makes plain text."""
_MARK = re.compile(r"[\\`%$<]")
_INLINE = re.compile(
    rf"(?P<escape>{ESCAPE})|(?P<ticks>`+)|(?P<comment>%%)|(?P<math>\$\$?)"
    rf"|(?P<template><%)|(?P<html>{TAG})|(?P<note><!--)|(?P<auto><[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*+>)",
    re.DOTALL,
)
DISPLAY_MATH = r"\$\$(?P<math>(?:\\.|[^\\$]|\$(?!\$))+?)\$\$"
"""A formula that stands alone, between two pairs of dollars; also amid the words of a paragraph."""
LONGEST_COMMAND = 8000
"""How far from its `<%` a command of Templater ends, over blank lines too; what is longer is none."""
_MATH_BLOCK = re.compile(DISPLAY_MATH, re.DOTALL)
_MATH = re.compile(r"\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$", re.DOTALL)


@dataclass(slots=True)
class Paragraph:
    """One paragraph of a text, read once."""

    text: str
    """The whole text."""
    end: int
    """Offset after the paragraph."""
    regions: list[Region]
    """Where what is found is put."""
    missing: set[str] = field(default_factory=set)
    """What closes nothing any more in this paragraph: a run of backticks, a comment's end."""

    closes: dict[str, int] = field(default_factory=dict)
    """The next end of a command, as far as one was looked for; shared by the paragraphs of a text."""

    def read(self, position: int) -> int:
        """Read from `position` on; return where to go on in the text, past the paragraph after a long comment."""
        while mark := _MARK.search(self.text, position, self.end):
            found = _INLINE.match(self.text, mark.start(), self.end)
            kind = found.lastgroup if found else None
            stop = self._stop(found, kind) if found and kind and not self._is_destination(mark.start()) else 0
            if stop and kind:
                self.regions.append(Region(kind=_KINDS[kind], start=mark.start(), end=stop))
            # What only looks like a command may begin a comment: `<%%hidden%%`.
            position = stop or (found.end() if found and kind != "template" else mark.end())
            if position > self.end:
                return position
        return self.end

    def _stop(self, found: re.Match[str], kind: str) -> int:
        """Return the offset after the region that begins at `found`; 0 if none does."""
        if kind == "comment":
            close = self.text.find("%%", found.end())
            return len(self.text) if close < 0 else close + 2
        if kind == "template":
            return self._command_end(found.end())
        if kind == "ticks":
            return self._code_end(found)
        if kind == "note":
            return self._close("-->", found.end())
        if kind == "math":
            math = (_MATH_BLOCK if found[0] == "$$" else _MATH).match(self.text, found.start(), self.end)
            return math.end() if math else 0
        return found.end()

    def _command_end(self, start: int) -> int:
        """Return the offset after the command of Templater whose words begin at `start`; 0 if nothing near ends it."""
        if self.closes.get("%>", -1) < start:
            close = self.text.find("%>", start)
            self.closes["%>"] = len(self.text) + LONGEST_COMMAND if close < 0 else close
        close = self.closes["%>"]
        return close + 2 if close <= start + LONGEST_COMMAND and close < len(self.text) else 0

    def _is_destination(self, start: int) -> bool:
        """Return whether what begins here is a link's destination in angle brackets: `[text](<path>)`, `[name]: <path>`."""
        before = self.text[max(0, start - 3) : start].rstrip(" \t") if self.text[start] == "<" else ""
        return before.endswith(("](", "]:"))

    def _close(self, mark: str, start: int) -> int:
        """Return the offset after the next `mark` in the paragraph; 0 if there is none, which is kept in mind."""
        close = -1 if mark in self.missing else self.text.find(mark, start, self.end)
        if close < 0:
            self.missing.add(mark)
        return close + len(mark) if close >= 0 else 0

    def _code_end(self, found: re.Match[str]) -> int:
        """Return the offset after the code span that these backticks open; 0 if nothing closes it."""
        ticks = found[0]
        if ticks in self.missing:
            return 0
        close = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, found.end(), self.end)
        if close is None:
            self.missing.add(ticks)
        return close.end() if close else 0


_KINDS = {
    "comment": RegionKind.COMMENT, "ticks": RegionKind.CODE, "note": RegionKind.HTML, "math": RegionKind.MATH,
    "escape": RegionKind.ESCAPE, "template": RegionKind.TEMPLATE, "html": RegionKind.HTML, "auto": RegionKind.HTML,
}  # fmt: skip
