"""What is read of pages and of the files they show: fences, includes, sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

from snippets_runner.source import Source, Span

SectionName = NewType("SectionName", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named part of a source file, its marker lines left out."""

    name: SectionName
    span: Span


class Syntax(Enum):
    """Whose way of including a file it is."""

    PYMDOWNX = "pymdownx"
    """``--8<-- "path:section"``: relative to the snippets' folder."""
    MARKDOWN_INCLUDE = "markdown-include"
    """``{!path!}``, of markdown-include, mdx-include and MkDocs' macros: relative to a folder of the project's choice."""
    FASTAPI = "fastapi"
    """``{* path *}``, as FastAPI's documentation has it."""
    LITERALINCLUDE = "literalinclude"
    """The directive of Sphinx and MyST: relative to the page."""
    JINJA = "jinja"
    """``{% include "path" %}``, of MkDocs-macros and mkdocs-include-markdown: relative to the page, or to a chosen folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """One line of a page that pastes a snippet, or a section of it."""

    span: Span
    """The include on the page, without its indentation."""
    target: str
    """The path as written."""
    section: SectionName | None = None
    syntax: Syntax = Syntax.PYMDOWNX
    last_line: int = 0
    """The last line of the file that it shows or marks; 0 if it names no lines."""
    texts: tuple[str, ...] = ()
    """What must stand in the file, since what it shows begins or ends there."""


class OutputStyle(Enum):
    """How the recorded output is shown under an included snippet."""

    AUTO = "auto"
    """Open, or folded if it is long."""
    OPEN = "open"
    FOLDED = "folded"
    NONE = "none"
    SECTION = "section"
    """Only the part that begins with a line ``[name]``, the section's name, up to the next such line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced code block of a page, at any depth of lists, tabs, admonitions and quotes."""

    span: Span
    """From the first character of the opening fence to the end of the closing line."""
    prefix: str
    """What stands before the opening fence: indentation and quote marks."""
    language: str
    """The first word of the info string, lower case; empty if there is none."""
    info: str
    body: str
    """The lines between the fences, each without the prefix, with a final line break unless empty."""
    body_span: Span
    includes: tuple[Include, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    """``key=value`` pairs of the info string."""
    comments: tuple[str, ...] = ()
    """The comments right above, nearest last, without their marks."""
    directive: str = ""
    """The name of the MyST directive that it is; empty for an ordinary fence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One Markdown page and the fences on it."""

    source: Source
    fences: tuple[Fence, ...]
    includes: tuple[Include, ...] = ()
    """Includes that stand outside every fence."""
