"""Read what a fence shows once its includes are in place, and tell where that is not what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from snippets_runner import comparison
from snippets_runner.comparison import is_comparison
from snippets_runner.config import Config, Inline
from snippets_runner.files import SUFFIXES
from snippets_runner.finding import Code, Finding
from snippets_runner.includes import IncludeReader
from snippets_runner.inline import is_inline
from snippets_runner.languages.aliases import canonical
from snippets_runner.languages.programs import BY_SUFFIX
from snippets_runner.languages.running import is_only_shown
from snippets_runner.page import Fence, Include
from snippets_runner.sections import MARKER, shown_text
from snippets_runner.source import Span

_LANGUAGES: Mapping[str, str] = {
    ".py": "python",
    **{suffix: each.language for suffix, each in BY_SUFFIX.items()},
}
"""The language of the files that run, by their suffix."""
_ANY = frozenset({"", "text"})
"""Languages that say nothing of what a block is."""
_REMARK = re.compile(r"\s*(?:(?:#|//|--|/\*|;|<!--).*|\.\.\.|…)?\s*")
"""A line that is no code: empty, a comment, or one that stands for others."""


def expanded(fence: Fence, files: IncludeReader) -> Fence:
    """Return a fence with the text of what it includes in place, to be validated; one that is to run as it is.

    A fence that is nothing but one include has all of the file in it, though it shows a section: what a section means
    is for the file to say, and its lines are the file's own.
    """
    if is_comparison(fence) or is_inline(replace(fence, includes=())) or any(map(_runs, fence.includes)):
        return fence
    if len(fence.includes) == 1 and (whole := _whole(fence, files)):
        return whole
    rows: list[str] = fence.body.splitlines(keepends=True)
    for include in fence.includes:
        found = files.get(include)
        section = (
            found.sections[include.section] if not isinstance(found, Finding) and include.section else None
        )
        text = "" if isinstance(found, Finding) else shown_text(found.source, section)
        at = include.span.line - fence.body_span.line
        if 0 <= at < len(rows):
            rows[at] = text
        else:  # a directive's, which has no line of its own in the block
            rows.append(text)
    return replace(fence, body="".join(rows), includes=())


def _whole(fence: Fence, files: IncludeReader) -> Fence | None:
    """Return a fence with its one file in place; None if the file is not there, or something else stands in the fence."""
    (include,), first = fence.includes, fence.body_span.line
    typed = (
        line for number, line in enumerate(fence.body.splitlines(), first) if number != include.span.line
    )
    found = files.get(include)
    if isinstance(found, Finding) or any(line.strip() for line in typed):
        return None
    span = Span(source=found.source, start=0, end=len(found.source.text))
    return replace(fence, body=MARKER.sub("", found.source.text), body_span=span, includes=())


def _runs(include: Include) -> bool:
    return PurePosixPath(include.target).suffix in SUFFIXES


def contradictions(fence: Fence, config: Config, files: IncludeReader) -> Iterator[Finding]:
    """Yield what a fence shows that is not in the language that it says, and what stands among its includes and runs nowhere."""
    if is_comparison(fence):
        yield from _alike(fence, files)
        return
    if canonical(fence.language) not in _ANY and not is_only_shown(fence, config):
        for include in fence.includes:
            if not isinstance(files.get(include), Finding):
                yield from _misnamed(fence, include)
    if config.inline is Inline.FORBID and any(map(_runs, fence.includes)):
        yield from _typed(fence, config)


def _misnamed(fence: Fence, include: Include) -> Iterator[Finding]:
    """Yield a finding for a program in a block of another language, and for another file in a block of a program's."""
    suffix, language = PurePosixPath(include.target).suffix, canonical(fence.language)
    own = _LANGUAGES.get(suffix)
    if own == language or (own is None and language not in _LANGUAGES.values()):
        return
    name = include.target.rpartition("/")[2]
    message = f"this block says `{fence.language}`, and {name} is {own}"
    hint = f"give the block the language `{own}`"
    if own is None:
        endings = " or ".join(f"`{each}`" for each, other in _LANGUAGES.items() if other == language)
        message = (
            f"this block says `{fence.language}`, and {name} does not end in {endings}, so nothing runs it"
        )
        hint = "rename the file, or give the block the language that it is in"
    yield Finding(code=Code.INVALID_BLOCK, where=include.span, message=message, hint=hint)


def _typed(fence: Fence, config: Config) -> Iterator[Finding]:
    """Yield a finding for the first line of code that stands in a block of its own beside what the block includes."""
    source, first = fence.span.source, fence.body_span.line
    included = {include.span.line for include in fence.includes}
    for number, line in enumerate(fence.body.splitlines(), first):
        if number not in included and not _REMARK.fullmatch(line):
            start = source.line_start(number)
            yield Finding(
                code=Code.INLINE_CODE,
                where=Span(source=source, start=start, end=start),
                message="this line is typed among lines that are included, and nothing runs it",
                hint=f"move it to the file below {config.snippets}/ that the block includes, or to a block of text",
            )
            return


def _alike(fence: Fence, files: IncludeReader) -> Iterator[Finding]:
    """Yield a finding for a fence that compares two texts which are the same."""
    if any(comparison.wrong(fence)):
        return
    texts = []
    for include in fence.includes:
        found = files.get(include)
        if isinstance(found, Finding) or found.findings:
            return
        texts.append(shown_text(found.source, found.sections[include.section] if include.section else None))
    if texts[0] == texts[1]:
        yield comparison.same(fence)
