"""The nouns of the runner: what is read, planned, executed and found.

Every noun is frozen. A later stage is a new type that holds the earlier one (``Snippet → Job → Result → Outcome``),
so there is no object that is only half filled in.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NewType

SnippetId = NewType("SnippetId", str)
"""A snippet's path relative to the project's root, with forward slashes: stable between machines and runs."""

SectionName = NewType("SectionName", str)
ServiceName = NewType("ServiceName", str)

Digest = NewType("Digest", str)
"""A SHA-256 in hexadecimal."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The text of one file, with line breaks as ``\\n``, and where it was read."""

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


class Code(Enum):
    """What can be wrong with a snippet or with a page that shows it; one value per kind of finding."""

    INLINE_CODE = "inline-code"
    MISSING_FILE = "missing-file"
    MISSING_SECTION = "missing-section"
    UNCLOSED_SECTION = "unclosed-section"
    DUPLICATE_SECTION = "duplicate-section"
    EMPTY_SECTION = "empty-section"
    UNCLOSED_FENCE = "unclosed-fence"
    OUTSIDE = "outside"
    BAD_METADATA = "bad-metadata"
    UNKNOWN_OPTION = "unknown-option"
    ORPHAN_SNIPPET = "orphan-snippet"
    ORPHAN_OUTPUT = "orphan-output"
    UNRECORDED_OUTPUT = "unrecorded-output"
    OUTPUT_DIFFERS = "output-differs"
    RAISED = "raised"
    EARLY_EXIT = "early-exit"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output-limit"
    ESCAPED_PROCESS = "escaped-process"
    MISSING_DEPENDENCY = "missing-dependency"
    MISSING_SERVICE = "missing-service"
    INVALID_BLOCK = "invalid-block"
    UNKNOWN_LANGUAGE = "unknown-language"
    UNREADABLE = "unreadable"


class Severity(Enum):
    """Whether a finding makes the run fail, or is only counted and named."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where, and what to do about it."""

    code: Code
    where: Span
    message: str
    """One line, without the place."""
    hint: str
    """A command to run or an example to follow."""
    details: str = ""
    """More lines: a unified diff, a traceback."""
    also: tuple[Span, ...] = ()
    """Other places that show the same thing: the pages' lines that include the snippet."""
    severity: Severity = Severity.ERROR
    snippet: SnippetId | None = None
    """The snippet it is about, if it is about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named part of a source file, its marker lines left out."""

    name: SectionName
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A pattern whose matches may vary from run to run."""

    pattern: str
    """A regular expression of Python's ``re``, applied with MULTILINE."""
    replacement: str
    """What stands in its place when two outputs are compared; never shown on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a snippet declares of itself in its PEP 723 block."""

    requires_python: str = ""
    """A version specifier as in PEP 440; empty means any."""
    dependencies: tuple[str, ...] = ()
    """Requirements as in PEP 508."""
    services: tuple[ServiceName, ...] = ()
    isolation: Mapping[ServiceName, str] = field(default_factory=dict)
    """For a service: how much of it the snippet needs to itself, as the service names it."""
    timeout: float | None = None
    """Seconds of wall-clock time; None for the project's."""
    memory: int | None = None
    """MiB of address space; None for the project's."""
    redactions: tuple[Redaction, ...] = ()
    expected_error: str = ""
    """The exception's qualified name, if the snippet shows a failure."""
    skip: str = ""
    """Why it does not run here; empty means that it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """One line of a page that pastes a snippet, or a section of it, into a fence."""

    span: Span
    """The include line on the page, without its indentation."""
    target: str
    """The path as written, relative to the snippets' folder."""
    section: SectionName | None = None


class OutputStyle(Enum):
    """How the recorded output is shown under an included snippet."""

    OPEN = "open"
    FOLDED = "folded"
    NONE = "none"
    SECTION = "section"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One Markdown page and the fences on it."""

    source: Source
    fences: tuple[Fence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A file that pages show, all that it says of itself, and who shows it."""

    id: SnippetId
    source: Source
    file: Path
    """Absolute."""
    metadata: Metadata
    sections: Mapping[SectionName, Section]
    shown: tuple[Include, ...]

    @property
    def output_file(self) -> Path:
        """Return where the recorded standard output lies."""
        return self.file.with_suffix(".out")

    @property
    def error_file(self) -> Path:
        """Return where the recorded traceback of an expected error lies."""
        return self.file.with_suffix(".err")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A snippet that is going to run, with its limits and the key of everything that can change its outcome."""

    snippet: Snippet
    digest: Digest
    """Of the snippet's text and its recorded output: what a page shows."""
    key: Digest
    """Of everything that can change the outcome; see ``cache``."""
    timeout: float
    """Seconds."""
    memory: int
    """MiB."""
    output_limit: int
    """Bytes of standard output and standard error together."""


class Ending(Enum):
    """How a snippet's process ended."""

    DONE = "done"
    """It reached its end and said so; its exit status may still be an error."""
    VANISHED = "vanished"
    """It exited, or was killed, before it reached its end."""
    TIMEOUT = "timeout"
    OUTPUT_LIMIT = "output-limit"
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of a traceback."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception that ended a snippet or one of its threads."""

    type: str
    """Qualified name, ``module.Class``; without the module for built-in ones."""
    bases: tuple[str, ...]
    """Qualified names of the class and its bases, in resolution order."""
    message: str
    frames: tuple[Frame, ...]
    thread: str = ""
    """The thread's name, empty for the main thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one execution gave."""

    ending: Ending
    status: int
    """Exit status as a shell gives it: negative for a signal."""
    stdout: str
    stderr: str
    seconds: float
    raised: Raised | None = None
    escaped: tuple[str, ...] = ()
    """Commands of processes that outlived the snippet and were killed."""
    problem: str = ""
    """Why it was not started, or what the operating system said."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of Python and of the services it used."""
    guards: tuple[str, ...] = ()
    """Names of the guards that were in force."""


class Status(Enum):
    """What became of a snippet in one run."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A job after its run and comparison."""

    job: Job
    status: Status
    findings: tuple[Finding, ...]
    result: Result | None = None
    """None if the snippet was not executed: skipped, or taken from the cache."""
    reason: str = ""
    """Why it was skipped."""
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A file's new content; ``None`` for one to delete."""

    file: Path
    before: str | None
    after: str | None


def failed(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings makes the run fail."""
    return any(finding.severity is Severity.ERROR for finding in findings)
