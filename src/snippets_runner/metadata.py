"""Read what a snippet declares of itself: its PEP 723 block, with ``[tool.snippets-runner]`` inside.

The grammar of the block is that of PEP 723 (inline script metadata): a comment ``# /// script``, lines that start
with ``#``, a closing ``# ///``; the content is TOML.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding
from snippets_runner.model import Metadata, Redaction, ServiceName
from snippets_runner.source import Source, Span


def _block(comment: str) -> re.Pattern[str]:
    """Return PEP 723's pattern of a block, for a language whose comments begin with ``comment``."""
    mark = re.escape(comment)
    return re.compile(
        rf"^{mark} /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^{mark}(| .*)$\s)+)^{mark} ///$", re.MULTILINE
    )


OPTIONS = (
    "services", "isolation", "timeout", "memory", "redact", "expect-error", "skip", "os", "python", "network", "inputs",
)  # fmt: skip
"""What a snippet can say in the table ``[tool.snippets-runner]`` of its block."""
SYSTEMS: Mapping[str, str] = {"linux": "Linux", "macos": "Darwin", "windows": "Windows"}
"""The words of the option ``os``, each with what ``platform.system`` calls it."""


class _BadValueError(ValueError):
    """A value of the block does not fit; holds the option's name and a hint."""

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.key, self.message, self.hint = key, message, hint


def read_metadata(source: Source, *, comment: str = "#") -> tuple[Metadata, tuple[Finding, ...]]:
    """Return what the file's script block declares, and what is wrong with it; without a block, the defaults.

    ``comment`` begins a comment line in the file's language.
    """
    if unclosed := _never_closed(source, comment):
        return Metadata(), (unclosed,)
    blocks = [match for match in _block(comment).finditer(source.text) if match["type"] == "script"]
    if not blocks:
        return Metadata(), ()
    block = blocks[0]
    where = Span(source=source, start=block.start(), end=block.end())
    if len(blocks) > 1:
        second = Span(source=source, start=blocks[1].start(), end=blocks[1].end())
        return Metadata(), (_finding(second, "there are two `# /// script` blocks", "PEP 723 allows one"),)
    content = "".join(
        line.removeprefix(comment).removeprefix(" ") for line in block["content"].splitlines(keepends=True)
    )
    try:
        table = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Metadata(), (
            _finding(where, f"the script block is not TOML: {error}", "see PEP 723 for its form"),
        )
    options = table.get("tool", {}).get("snippets-runner", {})
    findings = tuple(
        _finding(
            _find(block, source, key),
            f"unknown option `{key}`",
            did_you_mean(key, OPTIONS),
            code=Code.UNKNOWN_OPTION,
        )
        for key in options
        if key not in OPTIONS
    )
    try:
        return _metadata(table, options), findings
    except _BadValueError as error:
        return Metadata(), (*findings, _finding(_find(block, source, error.key), error.message, error.hint))


def _never_closed(source: Source, comment: str) -> Finding | None:
    """Return what is wrong with a block that PEP 723 would silently take for a comment."""
    mark = re.escape(comment)
    for begin in re.finditer(rf"^{mark} /// script[ \t]*$", source.text, re.MULTILINE):
        rest = source.text[begin.end() + 1 :].split("\n")
        inside = itertools.takewhile(lambda line: line == comment or line.startswith(f"{comment} "), rest)
        if not any(line == f"{comment} ///" for line in inside):
            where = Span(source=source, start=begin.start(), end=begin.end())
            hint = f"close it with a line `{comment} ///`; every line between starts with `{comment} `"
            return _finding(where, "the script block is never closed", hint)
    return None


def _find(block: re.Match[str], source: Source, key: str) -> Span:
    """Return where a key stands in the block; the whole block if it is not written there literally."""
    match = re.compile(rf"^#\s*\[?[\w.\s-]*?(?P<key>{re.escape(key)})\b", re.MULTILINE).search(
        source.text, block.start(), block.end()
    )
    return (
        Span(source=source, start=match.start("key"), end=match.end("key"))
        if match
        else Span(source=source, start=block.start(), end=block.end())
    )


def _finding(where: Span, message: str, hint: str, *, code: Code = Code.BAD_METADATA) -> Finding:
    return Finding(code=code, where=where, message=message, hint=hint)


def _metadata(table: Mapping[str, Any], options: Mapping[str, Any]) -> Metadata:
    return Metadata(
        requires_python=_specifier(table.get("requires-python", "")),
        dependencies=tuple(_requirement(each) for each in _list(table, "dependencies")),
        sources=_sources(table),
        services=tuple(ServiceName(each) for each in _list(options, "services")),
        isolation={
            ServiceName(name): str(how) for name, how in _value(options, "isolation", dict, {}).items()
        },
        timeout=_number(options, "timeout"),
        memory=None if (memory := _number(options, "memory")) is None else int(memory),
        redactions=tuple(_redaction(each) for each in _value(options, "redact", list, [])),
        expected_error=_value(options, "expect-error", str, ""),
        skip=_value(options, "skip", str, ""),
        systems=_systems(options),
        python=_specifier(options.get("python", ""), key="python"),
        network=_network(options),
        inputs=tuple(_list(options, "inputs")),
    )


def _systems(options: Mapping[str, Any]) -> tuple[str, ...]:
    value = options.get("os", [])
    words = tuple(_list({"os": [value] if isinstance(value, str) else value}, "os"))
    for word in words:
        if word not in SYSTEMS:
            raise _BadValueError("os", f"there is no system `{word}`", did_you_mean(word, SYSTEMS))
    return words


def _network(options: Mapping[str, Any]) -> bool:
    wanted: bool = _value(options, "network", bool, True)
    if not wanted and options.get("services"):
        raise _BadValueError(
            "network", "without a network no service can be reached", "remove `network`, or `services`"
        )
    return wanted


def _sources(table: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the folders of local packages; what is wrong with them is for uv to say."""
    sources = table.get("tool", {}).get("uv", {}).get("sources", {})
    return {
        name: source["path"]
        for name, source in sources.items()
        if isinstance(source, dict) and isinstance(source.get("path"), str)
    }


def _value(table: Mapping[str, Any], key: str, kind: type | Callable[..., Any], default: Any) -> Any:
    value = table.get(key, default)
    if not isinstance(value, kind):  # type: ignore[arg-type]
        name = getattr(kind, "__name__", "value")
        raise _BadValueError(
            key, f"`{key}` must be a {name}, not {value!r}", f"for example `{key} = {default!r}`"
        )
    return value


def _list(table: Mapping[str, Any], key: str) -> list[str]:
    value = _value(table, key, list, [])
    for each in value:
        if not isinstance(each, str):
            raise _BadValueError(
                key, f"`{key}` must hold strings, not {each!r}", f'for example `{key} = ["…"]`'
            )
    return list(value)


def _number(table: Mapping[str, Any], key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise _BadValueError(
            key, f"`{key}` must be a positive number, not {value!r}", f"for example `{key} = 10`"
        )
    return float(value)


def _specifier(value: str, *, key: str = "requires-python") -> str:
    if not value:
        return ""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return str(SpecifierSet(value))
    except (InvalidSpecifier, AttributeError, TypeError) as error:
        raise _BadValueError(key, f"not a version specifier: {value!r}", 'for example `">=3.11"`') from error


def _requirement(value: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return str(Requirement(value))
    except InvalidRequirement as error:
        raise _BadValueError(
            "dependencies", f"not a requirement: {value!r}", 'for example `"httpx>=0.28"`'
        ) from error


def _redaction(value: Any) -> Redaction:
    hint = "for example `redact = [{ pattern = '\\d+ ms', as = \"… ms\" }]`"
    match value:
        case {"pattern": str(pattern), "as": str(replacement), **rest} if not rest:
            try:
                re.compile(pattern)
            except re.error as error:
                raise _BadValueError(
                    "redact", f"not a regular expression: {pattern!r}: {error}", hint
                ) from error
            return Redaction(pattern=pattern, replacement=replacement)
    raise _BadValueError("redact", f"a rule is `pattern` and `as`, not {value!r}", hint)
