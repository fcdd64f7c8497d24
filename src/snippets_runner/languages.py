"""Hold every fence's language to account: what is run, what a real parser validates, and what is only shown."""

from __future__ import annotations

import configparser
import json
import tomllib
import xml.etree.ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import yaml

from snippets_runner.config import Config, Inline
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.page import Fence
from snippets_runner.source import Span

PYTHON = frozenset({"python", "py", "python3", "py3"})

SHOWN: Mapping[str, str] = {
    "": "a block without a language is text",
    "text": "text has no grammar",
    "txt": "text has no grammar",
    "console": "a transcript of a terminal has no grammar",
    "output": "output has no grammar",
    "diff": "shown for its lines, not applied",
    "markdown": "any text is Markdown",
    "md": "any text is Markdown",
}
"""Languages that nothing can check, and why; a project adds its own with the setting ``shown``."""


class Level(Enum):
    """How strongly a block is held to account."""

    RUN = "run"
    VALIDATED = "validated"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What checking one block gave."""

    level: Level
    findings: tuple[Finding, ...] = ()


class _Invalid(Exception):
    """The text is not of its language; with the line (from 1) inside the block where the parser gave up."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


def _json(text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise _Invalid(error.msg, error.lineno) from error


def _json_lines(text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            json.loads(line or "null")
        except json.JSONDecodeError as error:
            raise _Invalid(error.msg, number) from error


def _yaml(text: str) -> None:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            del event
    except yaml.MarkedYAMLError as error:
        raise _Invalid(
            error.problem or "not YAML", error.problem_mark.line + 1 if error.problem_mark else 1
        ) from error


def _toml(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(str(error).rpartition("line ")[2].split(",")[0]) if "line " in str(error) else 1
        raise _Invalid(str(error), line) from error


def _xml(text: str) -> None:
    try:
        xml.etree.ElementTree.fromstring(text.strip())
    except xml.etree.ElementTree.ParseError as error:
        raise _Invalid(str(error), error.position[0]) from error


def _ini(text: str) -> None:
    try:
        configparser.ConfigParser(allow_no_value=True, interpolation=None).read_string(text)
    except configparser.Error as error:
        raise _Invalid(error.message, getattr(error, "lineno", 1) or 1) from error


VALIDATORS: Mapping[str, Callable[[str], None]] = {
    "json": _json,
    "jsonl": _json_lines,
    "ndjson": _json_lines,
    "yaml": _yaml,
    "yml": _yaml,
    "toml": _toml,
    "xml": _xml,
    "svg": _xml,
    "ini": _ini,
}


def check_fence(fence: Fence, config: Config) -> Verdict:
    """Say how strongly one block is held to account, and what is wrong with it."""
    language = fence.language
    if language in PYTHON or (language == "pycon" and config.inline is Inline.RUN):
        return _python(fence, config)
    if language in config.shown or language in SHOWN or fence.includes:
        return Verdict(level=Level.SHOWN)
    if language in VALIDATORS:
        return _validate(fence, VALIDATORS[language])
    finding = Finding(
        code=Code.UNKNOWN_LANGUAGE,
        where=fence.span,
        message=f"nothing here checks blocks in `{language}`",
        hint=f'{did_you_mean(language, [*VALIDATORS, *SHOWN, *config.shown, "python"])} or say why it is only shown: `shown = {{ {language} = "…" }}`',
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))


def _python(fence: Fence, config: Config) -> Verdict:
    if fence.includes:
        return Verdict(level=Level.RUN)
    if config.inline is Inline.RUN:
        return Verdict(level=Level.RUN)
    if config.inline is Inline.IGNORE:
        return Verdict(level=Level.SHOWN)
    finding = Finding(
        code=Code.INLINE_CODE,
        where=fence.span,
        message="Python code stands in the page itself, where nothing runs it",
        hint=f'move it to a file below {config.snippets}/ and include that: --8<-- "topic/name.py"',
    )
    return Verdict(level=Level.SHOWN, findings=(finding,))


def _validate(fence: Fence, validator: Callable[[str], None]) -> Verdict:
    try:
        validator(fence.body)
    except _Invalid as error:
        source = fence.span.source
        line = min(
            fence.body_span.line + max(error.line, 1) - 1, source.position(max(fence.body_span.end - 1, 0))[0]
        )
        start = source.line_start(line)
        finding = Finding(
            code=Code.INVALID_BLOCK,
            where=Span(source=source, start=start, end=start),
            message=f"this is not {fence.language}: {error.message}",
            hint="correct it, or give the block the language it is in",
            severity=Severity.ERROR,
        )
        return Verdict(level=Level.VALIDATED, findings=(finding,))
    return Verdict(level=Level.VALIDATED)
