"""Turn new outputs into recordings: the only writer of the project's own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from snippets_runner.compare import read_recording, redact
from snippets_runner.difference import unified
from snippets_runner.endings import expected_error_met, relative_traceback
from snippets_runner.ledger import write_whole
from snippets_runner.model import Edit, Ending, Job, Redaction, Result


def bless(job: Job, result: Result) -> Iterator[Edit]:
    """Yield the edits that make the recordings what the run printed; none if the run itself was wrong.

    A recording that differs only where a redaction allows it is left as it is, so that an update changes nothing
    when nothing changed.
    """
    snippet = job.snippet
    well = result.ending is Ending.DONE and (
        expected_error_met(snippet, result)
        if snippet.metadata.expected_error
        else result.status == 0 and not result.raised
    )
    if not well:
        return
    if snippet.output_file is None or snippet.error_file is None:
        return
    wanted = {snippet.output_file: result.stdout}
    wanted[snippet.error_file] = (
        relative_traceback(snippet, result.stderr) if snippet.metadata.expected_error else ""
    )
    for file, text in wanted.items():
        before = read_recording(file) if file.is_file() else None
        if not _same(before, text, snippet.metadata.redactions):
            yield Edit(file=file, before=before, after=text or None)


def _same(before: str | None, after: str, rules: Iterable[Redaction]) -> bool:
    if before is None:
        return after == ""
    kept = tuple(rules)
    return redact(before, kept) == redact(after, kept)


def apply(edits: Iterable[Edit]) -> None:
    """Write the edits, each file whole or not at all."""
    for edit in edits:
        if edit.after is None:
            edit.file.unlink(missing_ok=True)
        else:
            write_whole(edit.file, edit.after)


def difference(edit: Edit, root: Path) -> str:
    """Return an edit as a unified diff."""
    name = edit.file.relative_to(root).as_posix()
    names = (
        f"a/{name}" if edit.before is not None else "/dev/null",
        f"b/{name}" if edit.after else "/dev/null",
    )
    return "\n".join(unified(edit.before or "", edit.after or "", names=names))
