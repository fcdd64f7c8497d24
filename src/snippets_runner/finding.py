"""What can be wrong, and one thing that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NewType

from snippets_runner.source import Span

SnippetId = NewType("SnippetId", str)
"""A snippet's path relative to the project's root, with forward slashes: stable between machines and runs."""


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
    PROCESS_LIMIT = "process-limit"
    FLAKY = "flaky"
    ESCAPED_PROCESS = "escaped-process"
    NETWORK = "network"
    LEFT_FILES = "left-files"
    MISSING_DEPENDENCY = "missing-dependency"
    MISSING_SERVICE = "missing-service"
    SKIPPED = "skipped"
    INVALID_BLOCK = "invalid-block"
    UNKNOWN_LANGUAGE = "unknown-language"
    UNREADABLE = "unreadable"
    UNREAD_NOTEBOOK = "unread-notebook"
    UNVERIFIED = "unverified"


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


def failed(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings makes the run fail."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of their places."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                each.where.path.as_posix(),
                each.where.line,
                each.where.column,
                each.code.value,
            ),
        )
    )
