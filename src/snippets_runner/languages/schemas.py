"""Validate what is written in JSON or YAML by its own rules: OpenAPI documents and JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from snippets_runner.languages.level import MISSING, InvalidError, UnavailableError


def as_object(value: Any) -> Mapping[str, Any]:
    """Return a value that has to be an object."""
    if not isinstance(value, Mapping):
        raise InvalidError("it is not one object")
    return value


def document(value: Any) -> None:
    """Validate a parsed value by the rules of what it says it is: an OpenAPI document, a JSON Schema."""
    if not isinstance(value, Mapping):
        return
    if {"openapi", "swagger"} & value.keys() and _is_openapi(value):
        openapi(value)
    elif isinstance(value.get("$schema"), str) and "json-schema.org" in value["$schema"]:
        json_schema(value)


def _is_openapi(value: Mapping[str, Any]) -> bool:
    """Tell whether a mapping says that it is an OpenAPI document: it names a version, and no more is needed."""
    version = value.get("openapi", value.get("swagger"))
    return isinstance(version, int | float | str) and bool(re.fullmatch(r"\d+(?:\.\d+)*", str(version)))


def openapi(value: Mapping[str, Any]) -> None:
    """Validate an OpenAPI document by the rules of the version that it names; no other document is fetched."""
    version = value.get("openapi", value.get("swagger"))
    if not isinstance(version, str):
        raise InvalidError('not a valid OpenAPI document: its version is no text such as "3.1.0"')
    if version.startswith("3.") and not {"paths", "components", "webhooks"} & value.keys():
        raise InvalidError("not a valid OpenAPI document: it has no paths, components or webhooks")
    try:
        from jsonschema.exceptions import ValidationError
        from jsonschema_path import SchemaPath
        from openapi_spec_validator.exceptions import OpenAPIError
        from openapi_spec_validator.shortcuts import get_validator_cls
        from referencing.exceptions import PointerToNowhere, Unresolvable
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        get_validator_cls(dict(value))(
            SchemaPath.from_dict(_keys_as_texts(value, {}), handlers=_NOWHERE)
        ).validate()
    except ValidationError as error:
        message = f"{error.message.splitlines()[0][:200]} at {error.json_path}"
        raise InvalidError(f"not a valid OpenAPI document: {message}") from error
    except PointerToNowhere as error:
        raise InvalidError(f"not a valid OpenAPI document: nothing is at {error.ref}") from error
    except Unresolvable:  # it leads to another document, which nobody fetches; what stands here held so far
        return
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidError(f"not a valid OpenAPI document: {error}"[:300]) from error
    except OpenAPIError as error:
        raise InvalidError(f"not a valid OpenAPI document: there is no version {version} of it") from error


def _fetch_nothing(address: str) -> Any:
    """Fetch no other document: a page must not have us read files or call servers."""
    raise LookupError(address)


_NOWHERE = dict.fromkeys(("", "file", "http", "https", "ftp"), _fetch_nothing)
"""What is to fetch a document, by the scheme of its address."""


def _keys_as_texts(value: Any, made: dict[int, Any]) -> Any:
    """Return a value with every key as a text, which it is in JSON: YAML has numbers too, as for a response's status.

    ``made`` keeps what was made of each part: what aliases share stays shared.
    """
    if id(value) in made or not isinstance(value, Mapping | list):
        return made.get(id(value), value)
    if isinstance(value, list):
        rows = made[id(value)] = list[Any]()
        rows += (_keys_as_texts(each, made) for each in value)
        return rows
    table = made[id(value)] = dict[str, Any]()
    table |= {str(key): _keys_as_texts(each, made) for key, each in value.items()}
    return table


def json_schema(value: Mapping[str, Any]) -> None:
    """Validate a JSON Schema by the meta-schema that it names, or else by that of 2020-12."""
    try:
        from jsonschema import Draft202012Validator, SchemaError
        from jsonschema.validators import validator_for
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        if not isinstance(value.get("$schema", ""), str):
            raise InvalidError("not a valid JSON Schema: its $schema is no address")
        none: Any = None
        kind = validator_for(dict(value), none) if "$schema" in value else Draft202012Validator
        if kind is None:
            raise InvalidError(f"not a valid JSON Schema: there is no meta-schema {value['$schema']}")
        kind.check_schema(dict(value))
    except SchemaError as error:
        raise InvalidError(f"not a valid JSON Schema: {error.message} at {error.json_path}") from error
