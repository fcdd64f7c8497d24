"""The table of languages, and the check of every block of a project by it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from snippets_runner.comparison import is_comparison
from snippets_runner.config import Config, Inline, Unknown
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.languages import data, infrastructure, protocols
from snippets_runner.languages.level import InvalidError, Level, UnavailableError, Validator
from snippets_runner.languages.mermaid import check_diagrams
from snippets_runner.languages.programs import BY_LANGUAGE
from snippets_runner.page import Fence
from snippets_runner.source import Span

PYTHON = frozenset({"python", "py", "python3", "py3"})
TRANSCRIPT = frozenset({"pycon", "pycon3"})
"""The languages of a fence with ``>>>`` prompts."""

SHOWN: Mapping[str, str] = {
    "": "a block without a language is text",
    "text": "text has no grammar",
    "txt": "text has no grammar",
    "console": "a transcript of a terminal has no grammar",
    "shell-session": "a transcript of a terminal has no grammar",
    "none": "a block without a language is text",
    "plaintext": "text has no grammar",
    "output": "output has no grammar",
    "diff": "shown for its lines, not applied",
    "markdown": "any text is Markdown",
    "md": "any text is Markdown",
    "snippets-figures": "replaced by the table of figures",
}
"""Languages that nothing can check, and why; a project adds its own with the setting ``shown``."""

SHELL = frozenset({"bash", "sh", "shell", "zsh"})
_PROMPT = re.compile(r"\A\s*(?:(?:#|//)[^\n]*\n\s*)*(?:\([^()\n]*\) ?)?[$%] \S")
"""A prompt before the first command: the block is a transcript of a terminal, answers and all."""
_ELLIPSIS = re.compile(
    r"^[ \t]*(?:(?:#|//|--|/\*|<!--)[ \t]*)?(?:\.\.\.|…)[ \t]*(?:\*/|-->)?,?[ \t]*$", re.MULTILINE
)
"""A line that stands for others: the block is an excerpt, which no parser takes."""
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_-]+>")
"""A word that stands for another: the block is a template, which no parser takes either."""
MARKUP = frozenset({"html", "xml", "svg"})
"""Languages in which that is an element."""

VALIDATORS: Mapping[str, Validator] = {**data.VALIDATORS, **protocols.VALIDATORS, **infrastructure.VALIDATORS}
MERMAID = "mermaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What checking one block gave."""

    level: Level
    findings: tuple[Finding, ...] = ()


def check_fences(fences: Iterable[Fence], config: Config) -> Iterator[Verdict]:
    """Say for every block how strongly it is held to account, and what is wrong with it."""
    diagrams: list[Fence] = []
    told: set[str] = set()
    for fence in fences:
        if fence.language == MERMAID and MERMAID not in config.shown:
            diagrams.append(fence)
            continue
        verdict = _check(fence, config)
        notes = {each.message for each in verdict.findings if each.severity is Severity.NOTE}
        yield Verdict(level=verdict.level) if notes & told else verdict  # a note once a language is enough
        told |= notes
    yield from _check_diagrams(diagrams, config)


def _check(fence: Fence, config: Config) -> Verdict:
    language = fence.language
    if language in PYTHON | TRANSCRIPT:
        return _python(fence, config)
    if language in config.shown or (language in SHOWN and not is_comparison(fence)):
        return Verdict(level=Level.SHOWN)
    if language in BY_LANGUAGE or fence.includes:
        return Verdict(level=Level.RUN)
    if language in SHELL and _PROMPT.search(fence.body):
        return Verdict(level=Level.SHOWN)
    if language in VALIDATORS:
        return _validate(fence, VALIDATORS[language], config)
    known = {*VALIDATORS, *SHOWN, *config.shown, *BY_LANGUAGE, MERMAID, "python"} - {"", "snippets-figures"}
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
    return language.startswith("p") and bool(difflib.get_close_matches(language, PYTHON, cutoff=0.75))


def _python(fence: Fence, config: Config) -> Verdict:
    if fence.includes or config.inline is Inline.RUN:
        return Verdict(level=Level.RUN)
    if config.inline is Inline.IGNORE or fence.language in TRANSCRIPT:
        return Verdict(level=Level.SHOWN)
    finding = Finding(
        code=Code.INLINE_CODE,
        where=fence.span,
        message="Python code stands in the page itself, where nothing runs it",
        hint=f'move it to a file below {config.snippets}/ and include that: --8<-- "topic/name.py"',
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))


def _validate(fence: Fence, validator: Validator, config: Config) -> Verdict:
    try:
        validator(fence.body)
    except RecursionError:
        return Verdict(level=Level.VALIDATED, findings=(_invalid(fence, InvalidError("nested too deeply")),))
    except InvalidError as error:
        if config.inline is not Inline.FORBID and _leaves_out(fence):
            return Verdict(level=Level.SHOWN)
        return Verdict(level=Level.VALIDATED, findings=(_invalid(fence, error),))
    except UnavailableError as error:
        return _unchecked(fence, error)
    return Verdict(level=Level.VALIDATED)


def _leaves_out(fence: Fence) -> bool:
    """Tell whether a block says that it is an excerpt, or a template."""
    template = fence.language not in MARKUP and _PLACEHOLDER.search(fence.body)
    return bool(template or _ELLIPSIS.search(fence.body))


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
        yield Verdict(level=Level.VALIDATED, findings=(_invalid(fence, wrong),) if wrong else ())


def _invalid(fence: Fence, error: InvalidError) -> Finding:
    source = fence.span.source
    last = source.position(max(fence.body_span.end - 1, 0))[0]
    start = source.line_start(min(fence.body_span.line + error.line - 1, last))
    return Finding(
        code=Code.INVALID_BLOCK,
        where=Span(source=source, start=start, end=start),
        message=f"this is not {fence.language}: {error.message}",
        hint="correct it, or give the block the language it is in",
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
