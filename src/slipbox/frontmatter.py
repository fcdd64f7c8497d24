"""Read a note's properties, YAML or JSON between `---` lines, strictly and with the place of each fault.

Read by ourselves because an engine that can't parse them publishes the note without them. Scalars stay as
written (no dates, no numbers, `no` is the text "no"), only `true`, `false` and null mean what YAML 1.2 says.
Source: Obsidian's help page *Properties*; YAML 1.2.2 section 10.3.2; RFC 8259.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from slipbox.errors import PropertiesError
from slipbox.loose import CLOSE, goes_on, loose
from slipbox.names import fold

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - a PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BLOCK = 64 * 1024
"""Longest block of properties read, in characters: what is longer is data, not properties."""

_OPEN = re.compile(r"---[ \t]*\n")
_KEY = re.compile(r"[ \t]*(?:\{|[\w-]+[ \t]*:|\"[^\"\n]+\"[ \t]*:)")
_COMMENT = re.compile(r"%%.*?(?:%%|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The properties of a note and where they stand."""

    properties: Mapping[str, object]
    """Names and values; empty if there is no block."""
    start: int
    """Offset of the block's first line after `---`; 0 if there is no block."""
    end: int
    """Offset of the body: the first character after the block."""


class _StrictLoader(_Loader):
    """A safe loader that keeps scalars as written and refuses a key given twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, object]:
    """Construct a mapping; refuse merge keys, keys that aren't scalars, and keys given twice."""
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
            raise yaml.MarkedYAMLError(
                problem="a property's name must be plain text", problem_mark=key_node.start_mark
            )
        key = str(key_node.value)
        if key in found:
            raise yaml.MarkedYAMLError(problem=f'"{key}" is given twice', problem_mark=key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_StrictLoader.yaml_implicit_resolvers = {}
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def block_end(text: str) -> tuple[int, int, int] | None:
    """Return the offsets (content start, content end, body start) of the properties; None if there are none.

    Raises PropertiesError for a block that begins like properties and is never closed.
    """
    opening = _OPEN.match(text)
    if not opening:
        return None
    closing = CLOSE.search(text, opening.end())
    if closing is None:
        if _KEY.match(text, opening.end()):
            raise PropertiesError(
                why="the properties are never closed", offset=0, hint="put a line --- after the last property"
            )
        return None
    return opening.end(), closing.start(), closing.end()


def read_frontmatter(text: str, guarded: frozenset[str] = frozenset()) -> FrontMatter:
    """Read the properties at the start of `text`, whose line ends are single newlines.

    `guarded` are names that decide who may see the note: one of them among lines that look like properties and are none,
    because they stand without `---` or not at the very top, is refused.
    Raises PropertiesError, with the offset of the fault.
    """
    block = block_end(text)
    if block is None:
        _refuse_loose(text, 0, guarded)
        return FrontMatter(properties={}, start=0, end=0)
    start, stop, end = block
    if goes_on(text, block):
        _refuse_loose(text, end, guarded)
    if stop - start > MAX_BLOCK:
        raise PropertiesError(why=f"the properties are longer than {MAX_BLOCK} characters", offset=0)
    return FrontMatter(properties=parse_properties(text[start:stop], start), start=start, end=end)


def _refuse_loose(text: str, start: int, guarded: Iterable[str]) -> None:
    """Raise PropertiesError if a guarded name is among the lines at an offset that look like properties."""
    found = loose(text, start, {fold(name) for name in guarded})
    if found:
        raise PropertiesError(
            why=f'"{found["key"]}" stands outside the properties',
            offset=found.start("key"),
            hint="put a line --- before the first property, at the very top, and one after the last",
        )


def parse_properties(content: str, offset: int = 0) -> dict[str, object]:
    """Parse the text between the `---` lines; `offset` is its place in the file.

    Raises PropertiesError.
    """
    try:
        found = (
            _parse_json(content, offset) if content.lstrip().startswith("{") else _parse_yaml(content, offset)
        )
    except RecursionError:
        raise PropertiesError(why="the properties are nested too deeply", offset=offset) from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise PropertiesError(
            why="the properties are not names with values",
            offset=offset,
            hint="write one `name: value` a line",
        )
    return found


def uncommented(text: str) -> str:
    """Return a text without comments; one that is never closed goes on to the end."""
    return _COMMENT.sub("", text).strip() if "%%" in text else text


def with_texts(value: Any, change: Callable[[str], str], made: dict[int, Any] | None = None) -> Any:
    """Return a property's value, of any shape, with each text in it changed, names of properties included.

    What YAML's aliases share stays shared (``made`` is by identity), so that a bomb of them takes no more room than before.
    """
    made = {} if made is None else made
    if isinstance(value, str):
        return change(value)
    if not isinstance(value, dict | list):
        return value
    if id(value) not in made:
        if isinstance(value, list):
            made[id(value)] = items = list[Any]()
            items.extend(with_texts(item, change, made) for item in value)
        else:
            made[id(value)] = table = dict[Any, Any]()
            table.update(
                (with_texts(key, change, made), with_texts(item, change, made)) for key, item in value.items()
            )
    return made[id(value)]


def _parse_yaml(content: str, offset: int) -> object:
    """Parse YAML; turn the parser's error into ours, with its place in the file."""
    try:
        return yaml.load(content, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or "not YAML"
        place = offset + _offset_of(content, mark.line, mark.column) if mark else offset
        raise PropertiesError(why=why, offset=place, hint=_yaml_hint(why)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise PropertiesError(why=str(error).splitlines()[0], offset=offset) from None


def _yaml_hint(why: str) -> str:
    """Return advice for the faults that authors make most."""
    if "mapping values are not allowed" in why:
        return 'put a value that contains ": " in quotes'
    if "cannot start any token" in why:
        return "indent with spaces, and put a value that begins with @, `, % or a tab in quotes"
    if "alias" in why:
        return "put a value that begins with * or & in quotes"
    return ""


def _offset_of(content: str, line: int, column: int) -> int:
    """Return the offset of a line and column, both counted from 0."""
    position = 0
    for _ in range(line):
        position = content.find("\n", position) + 1
    return min(position + column, len(content))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object; refuse a name given twice."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f'"{name}" is given twice')
        found[name] = value
    return found


def _parse_json(content: str, offset: int) -> object:
    """Parse JSON, else YAML's `{name: value}`; report JSON's fault if it is neither."""
    try:
        return json.loads(content, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        try:
            return _parse_yaml(content, offset)
        except PropertiesError:
            raise PropertiesError(
                why=f"the properties are not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
                offset=offset + error.pos,
            ) from None
    except ValueError as error:
        raise PropertiesError(why=str(error), offset=offset) from None
