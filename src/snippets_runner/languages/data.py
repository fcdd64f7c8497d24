"""Validate data formats: JSON and what is written in it, YAML, TOML, XML, INI, CSV."""

from __future__ import annotations

import configparser
import csv
import io
import json
import re
import tomllib
import xml.etree.ElementTree
from collections.abc import Mapping
from typing import Any

import yaml

from snippets_runner.languages.level import InvalidError, UnavailableError, Validator

MISSING = "pip install 'snippets-runner[languages]'"
"""The hint for every parser that is an optional dependency."""


def json_text(text: str) -> None:
    """Validate JSON; a JSON Schema or an OpenAPI document also by its own rules."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidError(error.msg, error.lineno) from error
    except ValueError as error:
        raise InvalidError("a number has too many digits") from error
    document(value)


def json_lines(text: str) -> None:
    """Validate one JSON value a line."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            json.loads(line or "null")
        except json.JSONDecodeError as error:
            raise InvalidError(error.msg, number) from error
        except ValueError as error:
            raise InvalidError("a number has too many digits", number) from error


class _AnyTagLoader(yaml.SafeLoader):
    """Reads YAML with tags of any program: their values are kept, the tags' meaning is not ours to know."""


_AnyTagLoader.add_multi_constructor("", lambda loader, suffix, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


def yaml_text(text: str) -> None:
    """Validate YAML, also its doubled anchors and aliases; an OpenAPI document also by its own rules."""
    try:
        values = list(yaml.load_all(text, Loader=_AnyTagLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidError(error.problem or "not YAML", line) from error
    except yaml.YAMLError as error:
        raise InvalidError(str(error)) from error
    for value in values:
        document(value)


def document(value: Any) -> None:
    """Validate a parsed value by the rules of what it says it is: an OpenAPI document, a JSON Schema."""
    if not isinstance(value, Mapping):
        return
    if isinstance(value.get("openapi"), str) and "paths" in value and "info" in value:
        _openapi(value)
    elif isinstance(value.get("$schema"), str) and "json-schema.org" in value["$schema"]:
        _json_schema(value)


def _openapi(value: Mapping[str, Any]) -> None:
    try:
        from jsonschema.exceptions import ValidationError
        from openapi_spec_validator import validate
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        validate(value)
    except (ValidationError, ValueError, KeyError) as error:
        raise InvalidError(f"not a valid OpenAPI document: {error}"[:300]) from error


def _json_schema(value: Mapping[str, Any]) -> None:
    try:
        from jsonschema import SchemaError
        from jsonschema.validators import validator_for
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        validator_for(value).check_schema(dict(value))
    except SchemaError as error:
        raise InvalidError(f"not a valid JSON Schema: {error.message} at {error.json_path}") from error


def toml_text(text: str) -> None:
    """Validate TOML."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        raise InvalidError(str(error), int(match[1]) if match else 1) from error


def xml_text(text: str) -> None:
    """Validate that a text is well-formed XML, with one root."""
    try:
        xml.etree.ElementTree.fromstring(text.strip())
    except xml.etree.ElementTree.ParseError as error:
        raise InvalidError(str(error), error.position[0]) from error


def ini_text(text: str) -> None:
    """Validate an INI file."""
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
    "jsonl": json_lines,
    "ndjson": json_lines,
    "yaml": yaml_text,
    "yml": yaml_text,
    "toml": toml_text,
    "xml": xml_text,
    "svg": xml_text,
    "ini": ini_text,
    "csv": csv_text,
}
