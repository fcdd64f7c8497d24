"""The nouns: a reference as it is written, and a finding with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Code(Enum):
    """Every kind of finding."""

    MISSING_FILE = "missing-file"
    WRONG_CASE = "wrong-case"
    WRONG_NORMALISATION = "wrong-normalisation"
    MISSING_ANCHOR = "missing-anchor"
    MISSING_ID = "missing-id"
    DUPLICATE_ID = "duplicate-id"
    EMPTY_LINK = "empty-link"
    EMPTY_TEXT = "empty-text"
    ABOVE_ROOT = "above-root"
    OUTSIDE_BASE = "outside-base"
    PROTOCOL_RELATIVE = "protocol-relative"
    BAD_ENCODING = "bad-encoding"
    UNESCAPED = "unescaped"
    BAD_ADDRESS = "bad-address"
    SCRIPT_LINK = "script-link"
    DATA_LINK = "data-link"
    LOCAL_ADDRESS = "local-address"
    MIXED_CONTENT = "mixed-content"
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT_CHAIN = "redirect-chain"
    LISTED_REDIRECT = "listed-redirect"
    COLLISION = "collision"
    CONTRADICTION = "contradiction"
    LEFT_AS_TEXT = "left-as-text"
    ORPHAN_PAGE = "orphan-page"
    UNREADABLE = "unreadable"
    DEAD_EXTERNAL = "dead-external"


class Role(Enum):
    """What a reference is for."""

    LINK = "link"
    """A reader follows it."""
    LOAD = "load"
    """The browser loads it with the page."""
    NAME = "name"
    """The page says it of itself: canonical, alternate, an entry of a list."""
    REDIRECT = "redirect"
    """The browser goes there at once."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One address as it is written in a file of the site."""

    written: str
    """The address, byte for byte as the parser gives it."""
    role: Role
    """What it is for."""
    what: str
    """The element and attribute, such as `a href`; for lists what the list is."""
    text: str = ""
    """What a reader sees of a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a file of the site, before its place in the sources is looked for."""

    page: str
    """The file, relative to the site's root."""
    code: Code
    """The kind of fault."""
    message: str
    """What is wrong."""
    needle: str = ""
    """What to look for in the page's source."""
    text: str = ""
    """Other words to look for: the link's text."""
    hint: str = ""
    """What to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: where, what, and what to do about it."""

    path: str
    """The source file, or the file of the site where no source holds it."""
    line: int
    """Line, counted from 1."""
    column: int
    """Column, counted from 1."""
    code: Code
    """The kind of finding."""
    message: str
    """What is wrong, in one sentence."""
    page: str
    """The file of the site."""
    hint: str = ""
    """What to do."""

    def __str__(self) -> str:
        """Return the finding as the terminal shows it."""
        head = f"{self.path}:{self.line}:{self.column}: {self.code.value}: {self.message}"
        return f"{head}\n    {self.hint}" if self.hint else head
