"""Read the directives of MyST, which look like fences: which of them hold code, in which language, and their options.

``{code-block} python`` holds Python; ``{note}`` holds Markdown, fences included, and is none itself.

Sources: the MyST-Parser's documentation, "Roles and directives"; Sphinx's, "sphinx.ext.doctest" and "literalinclude";
MyST-NB's, "code-cell".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

_DIRECTIVE = re.compile(r"^\{(?P<name>[A-Za-z][\w:.-]*)\}[ \t]*(?P<argument>.*)$")
_OPTION = re.compile(r"^[ \t]*:(?P<key>[A-Za-z][\w-]*):[ \t]*(?P<value>.*)$")
_CODE = frozenset({"code-block", "code", "sourcecode"})
_PYTHON = frozenset({"code-cell", "testcode", "testsetup", "testcleanup"})
_ITSELF = frozenset({"python", "bash", "sh", "sql", "mermaid", "json", "yaml", "toml", "r", "julia"})
"""Languages that are written in braces by other tools that execute what is in them."""
_BY_SUFFIX = {".py": "python", ".yml": "yaml", ".md": "markdown", ".txt": "text", ".js": "javascript"}

DOCTEST = frozenset({"testcode", "testsetup", "testcleanup"})
"""Directives whose plain code shares its names with the transcripts of the page."""
CELL = "code-cell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A directive that holds code, or takes it from a file."""

    name: str
    language: str
    lines: int = 0
    """How many of its first lines are options."""
    target: str = ""
    """The file that it takes its code from."""
    options: Mapping[str, str] = field(default_factory=dict)


def is_markup(info: str) -> bool:
    """Tell whether an info string is that of a directive which holds something else than code."""
    match = _DIRECTIVE.match(info)
    name = match["name"].lower() if match else ""
    return bool(match) and name not in _CODE | _PYTHON | _ITSELF | {"doctest", "literalinclude"}


def read_directive(info: str, body: Sequence[str]) -> Directive | None:
    """Return the directive of a fence with that info string and those lines; None if it is an ordinary fence."""
    match = _DIRECTIVE.match(info)
    if match is None or is_markup(info):
        return None
    name, argument = match["name"].lower(), match["argument"].strip()
    options, count = _options(body)
    target = argument.split()[0] if name == "literalinclude" and argument else ""
    if name in _CODE:
        language = argument.split()[0].lower() if argument else "text"
    elif target:
        suffix = PurePosixPath(target).suffix
        language = options.get("language", _BY_SUFFIX.get(suffix, suffix.removeprefix("."))).lower()
    else:
        language = "python" if name in _PYTHON else "pycon" if name == "doctest" else name
    return Directive(name=name, language=language, lines=count, target=target, options=options)


def _options(body: Sequence[str]) -> tuple[dict[str, str], int]:
    """Return the options that a directive begins with, as lines ``:key: value`` or between ``---``, and their lines."""
    if body and body[0].strip() == "---":
        end = next((index for index, line in enumerate(body[1:], 1) if line.strip() == "---"), 0)
        rows = [line.partition(":") for line in body[1:end]]
        return {key.strip(): value.strip() for key, colon, value in rows if colon}, end + bool(end)
    matches = [match for match in itertools.takewhile(bool, map(_OPTION.match, body)) if match]
    return {match["key"]: match["value"].strip() for match in matches}, len(matches)


def shown_parts(options: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """Return the last line of a file that ``literalinclude`` shows, and the texts that must stand in it."""
    numbers = [int(each) for each in re.findall(r"\d+", options.get("lines", ""))]
    names = ("start-after", "start-at", "end-before", "end-at")
    return max(numbers, default=0), tuple(options[name] for name in names if options.get(name))
