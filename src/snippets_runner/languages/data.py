"""Validate data formats: JSON, YAML, TOML, XML, INI, CSV; and what is written in the first two by its own rules."""

from __future__ import annotations

import configparser
import contextlib
import csv
import io
import json
import re
import tomllib
import xml.etree.ElementTree
from collections.abc import Mapping
from typing import Any

import yaml

from snippets_runner.languages.level import InvalidError, Validator
from snippets_runner.languages.schemas import as_object, document, json_schema, openapi

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:]', re.DOTALL)
"""What tells the names in JSON from other texts."""
_COMMENT = re.compile(r'("[^"\\\n]*(?:\\.[^"\\\n]*)*"?|/\*(?!.*?\*/).*)|//[^\n]*|/\*.*?\*/', re.DOTALL)
"""A comment; or, as its group, what holds none: a text, and what is opened as a comment and never closed."""
_COMMA = re.compile(r'("[^"\\\n]*(?:\\.[^"\\\n]*)*"?)|,(?=\s*[}\]])')
"""A comma before a closing bracket; or, as its group, a text."""


def json_text(text: str) -> None:
    """Validate JSON, in which no object has a name twice; a JSON Schema or an OpenAPI document also by its own rules."""
    document(read_json(text))


def json_with_comments_text(text: str) -> None:
    """Validate JSON with comments, and with commas before a closing bracket, as editors' settings have them."""
    bare = _COMMENT.sub(lambda match: match[1] or re.sub(r"[^\n]", " ", match[0]), text)
    document(read_json(_COMMA.sub(lambda match: match[1] or " ", bare)))


def json_lines(text: str) -> None:
    """Validate JSON, one value a line."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            read_json(line or "null")
        except InvalidError as error:
            raise InvalidError(error.message, number) from error


def read_json(text: str) -> Any:
    """Return the value that a text is in JSON; raise ``InvalidError`` if it is none."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InvalidError(error.msg, error.lineno) from error
    except ValueError as error:
        raise InvalidError("a number has too many digits") from error
    _names_once(text)
    return value


def _no_number(word: str) -> None:
    """Refuse ``NaN`` and ``Infinity``, which Python writes and JSON does not have (RFC 8259, section 6)."""
    raise InvalidError(f"{word} is no number in JSON")


def _names_once(text: str) -> None:
    """Refuse an object that has a name twice: which value counts, no two programs agree on (RFC 8259, section 4)."""
    open_ones, last = [set[str]()], '""'
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                open_ones.append(set())
            case "}" | "]":
                open_ones.pop()
            case ":":
                name = json.loads(last, strict=False)
                if name in open_ones[-1]:
                    raise InvalidError(
                        f"the name {name!r} is twice in one object", text.count("\n", 0, token.start()) + 1
                    )
                open_ones[-1].add(name)
            case _:
                last = token[0]


class _AnyTagLoader(yaml.SafeLoader):
    """Reads YAML with tags of any program: their values are kept, the tags' meaning is not ours to know.

    A mapping has each key once (YAML 1.2, section 3.2.1.1).
    """

    def compose_mapping_node(self, anchor: Any) -> Any:
        node = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise yaml.composer.ComposerError(
                        None, None, f"the key {key.value!r} is twice in one mapping", key.start_mark
                    )
                seen.add((key.tag, key.value))
        return node


_AnyTagLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # in YAML 1.2, and so in OpenAPI, a date is a text
_AnyTagLoader.add_multi_constructor("", lambda loader, suffix, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


def yaml_text(text: str) -> None:
    """Validate YAML, its aliases too, in which no mapping has a key twice; OpenAPI also by its own rules."""
    for value in read_yaml(text):
        document(value)


def read_yaml(text: str) -> list[Any]:
    """Return the values of a text in YAML; raise ``InvalidError`` if it is none."""
    try:
        list(yaml.compose_all(text, Loader=_AnyTagLoader))
        with contextlib.suppress(
            yaml.constructor.ConstructorError
        ):  # a list as a key, which Python has no word for
            return list(yaml.load_all(text, Loader=_AnyTagLoader))
        return []
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidError(error.problem or "not YAML", line) from error
    except yaml.YAMLError as error:
        raise InvalidError(str(error)) from error
    except ValueError as error:  # a date that is in no calendar, say
        raise InvalidError(str(error)) from error


def openapi_text(text: str) -> None:
    """Validate an OpenAPI document, in YAML or JSON, by the rules of the version that it names."""
    openapi(as_object(_value(text)))


def json_schema_text(text: str) -> None:
    """Validate a JSON Schema, in JSON or YAML, by the meta-schema that it names, or else by that of 2020-12."""
    value = _value(text)
    if not isinstance(value, bool):
        json_schema(as_object(value))


def _value(text: str) -> Any:
    """Return the one value that a text in JSON or YAML is."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(InvalidError):
            return read_json(text)
    values = read_yaml(text)
    return values[0] if len(values) == 1 else None


def toml_text(text: str) -> None:
    """Validate TOML by Python's own parser."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        raise InvalidError(str(error), int(match[1]) if match else 1) from error


def xml_text(text: str) -> None:
    """Validate XML: that it is well-formed, with one root."""
    try:
        xml.etree.ElementTree.fromstring(text.strip())
    except xml.etree.ElementTree.ParseError as error:
        raise InvalidError(str(error), error.position[0]) from error


def ini_text(text: str) -> None:
    """Validate an INI file by Python's own parser."""
    try:
        configparser.ConfigParser(allow_no_value=True, interpolation=None).read_string(text)
    except configparser.Error as error:
        raise InvalidError(error.message, getattr(error, "lineno", 1) or 1) from error


def csv_text(text: str) -> None:
    """Validate comma-separated values: every record has as many fields as the first (RFC 4180, section 2.4)."""
    width = 0
    try:
        reader = csv.reader(io.StringIO(text), strict=True)
        for record in reader:
            width = width or len(record)
            if record and len(record) != width:
                raise InvalidError(
                    f"{len(record)} fields where the first record has {width}", reader.line_num
                )
    except csv.Error as error:
        raise InvalidError(str(error)) from error


VALIDATORS: Mapping[str, Validator] = {
    "json": json_text,
    "jsonc": json_with_comments_text,
    "jsonl": json_lines,
    "jsonschema": json_schema_text,
    "openapi": openapi_text,
    "yaml": yaml_text,
    "toml": toml_text,
    "xml": xml_text,
    "ini": ini_text,
    "csv": csv_text,
}
