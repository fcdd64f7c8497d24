"""The table of languages, and the check of every block of a project by it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from snippets_runner.comparison import is_comparison
from snippets_runner.config import Config, Inline, Unknown
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.languages import data, infrastructure, protocols, scripts, servers
from snippets_runner.languages.aliases import NAMES, canonical
from snippets_runner.languages.judge import Judge
from snippets_runner.languages.judged import PARSERS
from snippets_runner.languages.level import InvalidError, Level, StuckError, UnavailableError, Validator
from snippets_runner.languages.mermaid import check_diagrams
from snippets_runner.languages.programs import BY_LANGUAGE, BY_SUFFIX
from snippets_runner.languages.running import (
    PYTHON,
    TRANSCRIPT,
    is_only_shown,
    is_terminal,
    leaves_out,
    runs_as,
)
from snippets_runner.page import Fence
from snippets_runner.source import Span

SHOWN: Mapping[str, str] = {
    "": "a block without a language is text",
    "text": "text has no grammar",
    "output": "output has no grammar",
    "console": "a transcript of a terminal has no grammar",
    "psql": "a transcript of a terminal has no grammar",
    "diff": "shown for its lines, not applied",
    "markdown": "any text is Markdown",
    "snippets-figures": "replaced by the table of figures",
}
"""Languages that nothing can check, and why; a project adds its own with the setting ``shown``."""

VALIDATORS: Mapping[str, Validator] = {
    **data.VALIDATORS,
    **protocols.VALIDATORS,
    **infrastructure.VALIDATORS,
    **servers.VALIDATORS,
    **scripts.VALIDATORS,
}
MERMAID = "mermaid"
LEAST_MEMORY = 2048
"""MiB of address space that parsers have at least: Docker's, which is in Go, reserves half of it before it begins."""
_INVALID = re.compile(r"snippets-runner:\s*invalid\b.*")
"""A comment above a block that is meant to be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What checking one block gave."""

    level: Level
    findings: tuple[Finding, ...] = ()


def check_fences(fences: Iterable[Fence], config: Config) -> Iterator[Verdict]:
    """Say for every block how strongly it is held to account, and what is wrong with it."""
    diagrams: list[Fence] = []
    told: set[str] = set()
    with Judge(seconds=config.timeout, memory=max(config.memory, LEAST_MEMORY)) as judge:
        for fence in fences:
            if canonical(fence.language) == MERMAID and not is_only_shown(fence, config):
                diagrams.append(fence)
                continue
            verdict = _check(fence, config, judge)
            notes = {each.message for each in verdict.findings if each.severity is Severity.NOTE}
            yield (
                Verdict(level=verdict.level) if notes & told else verdict
            )  # a note once a language is enough
            told |= notes
    yield from _check_diagrams(diagrams, config)


def _check(fence: Fence, config: Config, judge: Judge) -> Verdict:
    language = canonical(fence.language)
    if fence.includes:
        runs = any(PurePosixPath(each.target).suffix in (".py", *BY_SUFFIX) for each in fence.includes)
        return Verdict(level=Level.RUN if runs else Level.SHOWN)
    if is_only_shown(fence, config) or (language in SHOWN and not is_comparison(fence)):
        return Verdict(level=Level.SHOWN)
    if runs_as(fence, config):
        return Verdict(level=Level.RUN)
    if language in (PYTHON, TRANSCRIPT):
        return _python(fence, config)
    if is_terminal(fence):
        return Verdict(level=Level.SHOWN)
    if language in VALIDATORS:
        return _validate(fence, config, judge)
    return _unknown(fence, config)


def _unknown(fence: Fence, config: Config) -> Verdict:
    language = fence.language
    others = {
        name for one, names in NAMES.items() if one not in (PYTHON, TRANSCRIPT, *SHOWN) for name in names
    }
    known = {*VALIDATORS, *SHOWN, *config.shown, *BY_LANGUAGE, *others, MERMAID, PYTHON, TRANSCRIPT}
    known -= {"", "snippets-figures"}
    strict = config.unknown_languages is Unknown.FORBID
    finding = Finding(
        code=Code.UNKNOWN_LANGUAGE,
        where=fence.span,
        message=f"nothing here checks blocks in `{language}`",
        hint=f'{_or(did_you_mean(language, known))}say why it is only shown: `shown = {{ "{language}" = "…" }}`',
        severity=Severity.ERROR if strict or _misspells_python(language) else Severity.NOTE,
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))


def _or(suggestion: str) -> str:
    """Return a suggestion as the first of two."""
    return f"{suggestion}{'' if suggestion.endswith('?') else ','} or " if suggestion else ""


def _misspells_python(language: str) -> bool:
    """Tell whether a language is Python with a slip of the pen: code that its author believes to run."""
    return language.startswith("p") and bool(
        difflib.get_close_matches(language, (PYTHON, *NAMES[PYTHON]), cutoff=0.75)
    )


def _python(fence: Fence, config: Config) -> Verdict:
    if config.inline is Inline.IGNORE:
        return Verdict(level=Level.SHOWN)
    transcript = canonical(fence.language) == TRANSCRIPT
    what = "a transcript of Python" if transcript else "Python code"
    finding = Finding(
        code=Code.INLINE_CODE,
        where=fence.span,
        message=f"{what} stands in the page itself, where nothing runs it",
        hint=f'move it to a file below {config.snippets}/ and include that: --8<-- "topic/name.py"',
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))


def _validate(fence: Fence, config: Config, judge: Judge) -> Verdict:
    language, wrong = canonical(fence.language), None
    try:
        if language in PARSERS:
            judge.check(language, fence.body)
        else:
            VALIDATORS[language](fence.body)
    except InvalidError as error:
        wrong = error
    except UnavailableError as error:
        return _unchecked(fence, error)
    except StuckError as error:
        return Verdict(level=Level.SHOWN, findings=(_stuck(fence, error),))
    if wrong and config.inline is not Inline.FORBID and leaves_out(fence):
        return Verdict(level=Level.SHOWN)
    return _judged(fence, wrong)


def _judged(fence: Fence, wrong: InvalidError | None) -> Verdict:
    """Return the verdict on a block that was validated: one that its page marks as invalid has to be."""
    if any(_INVALID.fullmatch(comment) for comment in fence.comments):
        finding = Finding(
            code=Code.INVALID_BLOCK,
            where=fence.span,
            message=f"this is {fence.language}, and the page marks it as invalid",
            hint="remove the mark above it, or show what is wrong",
        )
        return Verdict(level=Level.VALIDATED, findings=() if wrong else (finding,))
    return Verdict(level=Level.VALIDATED, findings=(_invalid(fence, wrong),) if wrong else ())


def _check_diagrams(fences: Sequence[Fence], config: Config) -> Iterator[Verdict]:
    if not fences:
        return
    script = config.root / config.mermaid if config.mermaid else None
    try:
        verdicts = check_diagrams([fence.body for fence in fences], script=script)
    except UnavailableError as error:
        yield _unchecked(fences[0], error)
        yield from (Verdict(level=Level.SHOWN) for _ in fences[1:])
        return
    for fence, wrong in zip(fences, verdicts, strict=True):
        if isinstance(wrong, StuckError):
            yield Verdict(level=Level.SHOWN, findings=(_stuck(fence, wrong),))
        else:
            yield _judged(fence, wrong)


def _invalid(fence: Fence, error: InvalidError) -> Finding:
    source = fence.body_span.source
    last = source.position(max(fence.body_span.end - 1, 0))[0]
    start = source.line_start(min(fence.body_span.line + error.line - 1, last))
    return Finding(
        code=Code.INVALID_BLOCK,
        where=Span(source=source, start=start, end=start),
        message=f"this is not {fence.language}: {error.message}",
        hint="correct it, or give the block the language it is in",
        also=() if source is fence.span.source else (fence.span,),
    )


def _stuck(fence: Fence, error: StuckError) -> Finding:
    return Finding(
        code=Code.TIMEOUT,
        where=fence.span,
        message=f"`{fence.language}` could not be checked: {error}",
        hint=f'make the block smaller, or say why it is only shown: `shown = {{ "{fence.language}" = "…" }}`',
    )


def _unchecked(fence: Fence, error: UnavailableError) -> Verdict:
    """Count a block as shown where what would check it is missing, and say so."""
    finding = Finding(
        code=Code.MISSING_DEPENDENCY,
        where=fence.span,
        message=f"nothing on this machine can check `{fence.language}`",
        hint=str(error),
        severity=Severity.NOTE,
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))
