"""Text and its place: a file's content, and a stretch of it."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Source:
    r"""The text of one file, with line breaks as ``\\n``, and where it was read."""

    path: Path
    """Relative to the project's root where the file lies below it."""
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at != -1:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column, both from 1, of an offset in characters."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        """Return the offset of the first character of a line (from 1); past the end, of the last line."""
        return self._line_starts[min(line, len(self._line_starts)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one file's text; its line and column are computed when somebody asks."""

    source: Source
    start: int
    """Offset in characters from the beginning of the file."""
    end: int
    """Offset just past the last character."""

    @property
    def path(self) -> Path:
        """Return the file this stretch is in."""
        return self.source.path

    @property
    def text(self) -> str:
        """Return the characters of this stretch."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """Return the line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Return the column of the first character, from 1."""
        return self.source.position(self.start)[1]

    def __str__(self) -> str:
        """Word the place as editors and terminals understand it: ``file:line:column``."""
        line, column = self.source.position(self.start)
        return f"{self.path.as_posix()}:{line}:{column}"
