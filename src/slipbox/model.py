"""The nouns of a vault: notes, links, headings, blocks and findings, each with its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import NewType

from slipbox.audience import Visibility
from slipbox.names import stem_of

NotePath = NewType("NotePath", str)
"""A file's path below the vault, as on disk, with `/` between folders and with its extension."""


class Level(Enum):
    """How much a finding weighs: an `INFO` is told but doesn't make `lint` fail."""

    ERROR = "error"
    INFO = "info"


class Code(Enum):
    """Every kind of finding."""

    UNRESOLVED_LINK = "unresolved-link"
    AMBIGUOUS_LINK = "ambiguous-link"
    ALIAS_LINK = "alias-link"
    DEAD_HEADING = "dead-heading"
    DEAD_BLOCK = "dead-block"
    INTERNAL_LINK = "internal-link"
    EMBED_CYCLE = "embed-cycle"
    EMBED_TOO_DEEP = "embed-too-deep"
    TOO_MANY_EMBEDS = "too-many-embeds"
    SLUG_COLLISION = "slug-collision"
    BAD_PROPERTIES = "bad-properties"
    UNREADABLE_NOTE = "unreadable-note"
    BAD_CANVAS = "bad-canvas"
    NOT_UTF8 = "not-utf8"
    DUPLICATE_BLOCK = "duplicate-block"
    UNCLOSED_COMMENT = "unclosed-comment"
    COMMENT_IN_TAG = "comment-in-tag"
    UNSUPPORTED = "unsupported"
    PLANNED_EXISTS = "planned-exists"
    PLANNED_UNUSED = "planned-unused"
    NO_SUCH_FOLDER = "no-such-folder"
    LEAK = "leak"


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@lru_cache(maxsize=2)
def _line_starts(text: str) -> tuple[int, ...]:
    """Return the offset at which each line begins; kept for the text asked about last, as findings come note by note."""
    return (0, *(found.end() for found in re.finditer("\n", text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a file's text."""

    path: NotePath
    """The file the text stands in."""
    start: int
    """Offset of the first character."""
    end: int
    """Offset after the last character."""

    def place_in(self, text: str) -> tuple[int, int]:
        """Return line and column of the start, both counted from 1, in the file's `text`."""
        starts = _line_starts(text)
        line = bisect_right(starts, self.start)
        return line, self.start - starts[line - 1] + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong in the vault: where, what, and what to do about it."""

    path: str
    """The file, as the author would name it."""
    line: int
    """Line, counted from 1."""
    column: int
    """Column, counted from 1."""
    code: Code
    """The kind of finding."""
    message: str
    """What is wrong, in one sentence."""
    hint: str = ""
    """What to do: an example or a command."""
    level: Level = Level.ERROR
    """Whether it makes `lint` fail."""

    @classmethod
    def at(
        cls, span: Span, text: str, *, code: Code, message: str, hint: str = "", level: Level = Level.ERROR
    ) -> Finding:
        """Make a finding at the start of `span` in the file's `text`."""
        line, column = span.place_in(text)
        return cls(
            path=span.path, line=line, column=column, code=code, message=message, hint=hint, level=level
        )

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Return the sort key: by file, place, code, message."""
        return (self.path, self.line, self.column, self.code.value, self.message)

    def __str__(self) -> str:
        """Write the finding as `file:line:column: code: message`, the hint on a line of its own."""
        head = _printable(f"{self.path}:{self.line}:{self.column}: {self.code.value}: {self.message}")
        return f"{head}\n    {_printable(self.hint)}" if self.hint else head


def _printable(text: str) -> str:
    """Return a text with the characters that a terminal obeys, or that turn the direction of writing, by their numbers."""
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


class LinkKind(Enum):
    """In which syntax a link was written."""

    WIKI = "wiki"
    MARKDOWN = "markdown"
    HTML = "html"
    PROPERTY = "property"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link or embed as its author wrote it."""

    span: Span
    """The whole link, with its brackets."""
    kind: LinkKind
    """In which syntax it stands."""
    target: str
    """The linkpath: what stands before `#` and `|`, trimmed; empty for the note itself."""
    subpath: str = ""
    """What stands after the first `#`: `Heading`, `Heading#Below`, `^block`; empty if none."""
    display: str | None = None
    """The text after `|`, or None if the author gave none."""
    embed: bool = False
    """Whether a `!` stands before it."""

    @property
    def written(self) -> str:
        """Return what stands between the brackets before any `|`."""
        return f"{self.target}#{self.subpath}" if self.subpath else self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of a note."""

    span: Span
    """The heading's line or lines."""
    level: int
    """1 for `#` to 6 for `######`."""
    text: str
    """Its text without markup."""
    custom_id: str | None = None
    """The id its author gave it (`{#id}`), if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block that bears an id (`^id`)."""

    span: Span
    """The place of the id, with its `^`."""
    id: str
    """The id, as written, without `^`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag in a note's text or properties."""

    span: Span
    """Where it stands."""
    name: str
    """The tag without `#`, as written, with its parts between slashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as its author wrote it, read once."""

    path: NotePath
    """Its path in the vault, as on disk."""
    text: str = field(repr=False)
    """The file's whole text, line ends made `\\n`."""
    shown: str = field(repr=False)
    """The text with each character of a comment replaced by `regions.MASK`; offsets as in `text`."""
    body_start: int
    """Offset of the first character after the properties."""
    properties: Mapping[str, object]
    """What stands in the front matter, without comments; empty if there is none or it doesn't parse."""
    title: str
    """From the properties, else the first heading of level 1, else the file's name."""
    language: str
    """`nb` or `en`: of the interface words around the note."""
    lang: str | None
    """The language tag that the author gave the page, if any."""
    visibility: Visibility
    """Who may see it."""
    aliases: tuple[str, ...] = ()
    """Its other names."""
    permalinks: tuple[str, ...] = ()
    """Published paths its author gave it, the one in force first."""
    tags: tuple[Tag, ...] = ()
    """Its tags, from the properties and from the text."""
    links: tuple[Link, ...] = ()
    """Every link and embed in it, in the order of the text."""
    headings: tuple[Heading, ...] = ()
    """Its headings, in order."""
    blocks: tuple[Block, ...] = ()
    """Its blocks with ids, in order."""
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    """What was wrong while reading it."""

    @property
    def body(self) -> str:
        """Return the text after the properties."""
        return self.text[self.body_start :]

    @property
    def stem(self) -> str:
        """Return the file's name without folder and extension: the name that links use."""
        return stem_of(self.path.rpartition("/")[2])

    @property
    def folder(self) -> str:
        """Return the folder's path in the vault, empty at its root."""
        return self.path.rpartition("/")[0]
