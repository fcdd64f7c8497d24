"""The nouns of a run: what is planned, executed and found.

Every noun is frozen. A later stage is a new type that holds the earlier one (``Snippet → Job → Result → Outcome``),
so there is no object that is only half filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import NewType

from snippets_runner.finding import Finding, SnippetId
from snippets_runner.page import Include, Section, SectionName
from snippets_runner.source import Source, Span

ServiceName = NewType("ServiceName", str)

Digest = NewType("Digest", str)
"""A SHA-256 in hexadecimal."""


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
    sources: Mapping[str, str] = field(default_factory=dict)
    """Folders of local packages among them, relative to the snippet's: ``path`` in ``[tool.uv.sources]``."""
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
    systems: tuple[str, ...] = ()
    """The operating systems that it runs on, of ``metadata.SYSTEMS``; empty means any."""
    python: str = ""
    """The versions of Python that it runs on here, a specifier as in PEP 440; empty means all that it is for."""
    network: bool = True
    """Whether it may use the network of this machine, loopback; no snippet gets another."""
    inputs: tuple[str, ...] = ()
    """Files that it reads, as globs relative to its folder: when one changes, it runs again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A file that pages show, all that it says of itself, and who shows it."""

    id: SnippetId
    source: Source
    file: Path
    """Absolute; what ``__file__`` is when it runs."""
    metadata: Metadata
    sections: Mapping[SectionName, Section]
    shown: tuple[Include, ...]
    program: str
    """What is executed; its lines are those of ``source``."""
    inline: bool = False
    """Whether it is written in a page, and not a file of its own."""
    language: str = "python"
    """``python``, or the name of a program in ``languages.programs``."""
    problems: tuple[Finding, ...] = ()
    """What is wrong with its script block; then it is not run."""
    doctest: bool = False
    """Whether it is a transcript with ``>>>`` prompts."""
    blocks: tuple[Span, ...] = ()
    """The fences of a page that it is made of, if it is written in one."""

    def place(self, word: str = "") -> Span:
        """Return where ``word`` stands first; without one, or where it is not, where the snippet begins."""
        start = self.source.text.find(word) if word and not self.inline else -1
        if start < 0:
            word = ""
            start = (
                self.source.line_start(len(self.program) - len(self.program.lstrip("\n")) + 1)
                if self.inline
                else 0
            )
        return Span(source=self.source, start=start, end=start + len(word))

    @property
    def output_file(self) -> Path | None:
        """Return where the recorded standard output lies; code in a page has none."""
        return None if self.inline else self.file.with_suffix(".out")

    @property
    def error_file(self) -> Path | None:
        """Return where the recorded traceback of an expected error lies; code in a page has none."""
        return None if self.inline else self.file.with_suffix(".err")


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
    processes: int
    """Processes and threads at once."""
    output_limit: int
    """Bytes of standard output and standard error together."""
    looks: Mapping[str, Sequence[int] | None] = field(default_factory=dict)
    """How the files that the key is of lay there when it was made; see ``snapshot.look``."""

    def unkept(self) -> Job:
        """Return it without digest and key, so that a pass counts now and holds for nothing later."""
        return replace(self, digest=Digest(""), key=Digest(""))


class Ending(Enum):
    """How a snippet's process ended."""

    DONE = "done"
    """It reached its end and said so; its exit status may still be an error."""
    VANISHED = "vanished"
    """It exited, or was killed, before it reached its end."""
    TIMEOUT = "timeout"
    OUTPUT_LIMIT = "output-limit"
    MEMORY = "memory"
    """Its processes together took too much; one alone gets a ``MemoryError``."""
    PROCESS_LIMIT = "process-limit"
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of a traceback."""

    file: str
    line: int
    function: str
    column: int = 0
    """From 1; 0 if only the line is known. A syntax error has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception that ended a snippet or one of its threads."""

    type: str
    """Qualified name, ``module.Class``; without the module for built-in ones."""
    bases: tuple[str, ...]
    """Qualified names of the class and its bases, in resolution order."""
    message: str
    frames: tuple[Frame, ...]
    during: str = ""
    """Where, if not in the main thread's run: ``in thread worker``, ``at exit``."""


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
    left: tuple[str, ...] = ()
    """Files that the snippet left in its folder, relative to it; they are deleted with it."""
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
