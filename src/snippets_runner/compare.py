"""Hold a result against what the snippet's recording says, and word every difference as a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from snippets_runner.difference import first_difference, shortened, unified
from snippets_runner.endings import (
    endings,
    finding_at,
    leftovers,
    places,
    relative_traceback,
)
from snippets_runner.finding import Code, Finding
from snippets_runner.model import Job, Outcome, Redaction, Result, Snippet, Status
from snippets_runner.source import Source, Span


def compare(job: Job, result: Result, *, record: bool = True) -> Outcome:
    """Return what became of a job: passed, or failed with every reason.

    ``record`` tells whether an output without a recording is a finding.
    """
    findings = tuple(endings(job, result)) or tuple(_outputs(job, result, record=record))
    findings += tuple(leftovers(job, result))
    status = Status.FAILED if findings else Status.PASSED
    return Outcome(job=job, status=status, findings=findings, result=result)


def redact(text: str, rules: Iterable[Redaction]) -> str:
    """Return the text with everything that may vary replaced, for comparison only."""
    for rule in rules:
        text = re.sub(rule.pattern, lambda _, new=rule.replacement: new, text, flags=re.MULTILINE)  # type: ignore[misc]
    return text


def _outputs(job: Job, result: Result, *, record: bool) -> Iterator[Finding]:
    snippet = job.snippet
    if snippet.output_file is None or snippet.error_file is None:
        return
    yield from _recording(snippet, snippet.output_file, result.stdout, record=record)
    if snippet.metadata.expected_error:
        yield from _recording(
            snippet, snippet.error_file, relative_traceback(snippet, result.stderr), record=record
        )


def read_recording(file: Path) -> str:
    """Return a recording as it was written, carriage returns and all; what is not UTF-8 as the runner prints it."""
    return file.read_bytes().decode("utf-8", errors="backslashreplace")


def _recording(snippet: Snippet, file: Path, actual: str, *, record: bool) -> Iterator[Finding]:
    name = Path(snippet.id).with_suffix(file.suffix).as_posix()
    if not file.is_file():
        if actual and record:
            yield finding_at(
                snippet,
                Code.UNRECORDED_OUTPUT,
                f"it prints something, and there is no recording {name}",
                f"snippets-runner update {snippet.id}",
                details=shortened(actual),
            )
        return
    recorded = read_recording(file)
    before, after = redact(recorded, snippet.metadata.redactions), redact(actual, snippet.metadata.redactions)
    if before == after:
        return
    lines = unified(before, after, names=("recorded", "actual"), context=2)
    source = Source(path=Path(name), text=recorded)
    start = source.line_start(max(first_difference(lines), 1))
    yield Finding(
        code=Code.OUTPUT_DIFFERS,
        where=Span(source=source, start=start, end=start),
        message=f"{snippet.id} prints something else than its recording",
        hint=f"snippets-runner update {snippet.id}, if the new output is right",
        details=shortened("\n".join(lines)),
        also=places(snippet, None),
        snippet=snippet.id,
    )
