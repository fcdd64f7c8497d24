"""Digests of values: equal digests mean values that no render could tell apart."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
import types
from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b
from pathlib import PurePath

from incremental_build.errors import Undigestible

_PLAIN = (str, int, float, bytes, bool, type(None), datetime.date, datetime.time, PurePath, complex)


def digest(*values: object) -> str:
    """Return 32 hexadecimal digits that stand for values, the order of mappings included.

    Functions and classes stand for themselves by module and name; what they are made of belongs to the code's own digest. Raises
    Undigestible for anything whose state can't be seen.
    """
    made = blake2b(digest_size=16)
    made.update(repr(_plain(values, ())).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def _plain(value: object, above: tuple[int, ...]) -> object:
    """Return a value as tuples of values whose `repr` says all there is."""
    if type(value) in _PLAIN:
        return value
    if id(value) in above:
        return ("again", above.index(id(value)))
    inner = (*above, id(value))
    if isinstance(value, Enum):
        return ("enum", _name(type(value)), value.name)
    if isinstance(value, _PLAIN):
        return (_name(type(value)), repr(value))
    if isinstance(value, Mapping):
        items = [(_plain(key, inner), _plain(each, inner)) for key, each in value.items()]
        return ("mapping", items)
    if isinstance(value, list | tuple):
        return ("list", [_plain(each, inner) for each in value])
    if isinstance(value, set | frozenset):
        return ("set", sorted(repr(_plain(each, inner)) for each in value))
    return _object(value, inner)


def _object(value: object, inner: tuple[int, ...]) -> object:
    """Return an object by its name, or by its class and all its fields."""
    if isinstance(value, functools.partial):
        return ("partial", _plain((value.func, value.args, value.keywords), inner))
    if isinstance(value, re.Pattern):
        return ("pattern", value.pattern, value.flags)
    if isinstance(value, types.FunctionType):
        if value.__closure__ and not _name(value).startswith(
            ("jinja2.", "mkdocs.", "pymdownx.", "markdown.")
        ):
            raise Undigestible(kind=f"closure {_name(value)}")
        return ("function", _name(value))
    if isinstance(value, type | types.BuiltinFunctionType | functools._lru_cache_wrapper):
        return ("name", _name(value))
    if dataclasses.is_dataclass(value):
        fields = [(each.name, _plain(getattr(value, each.name), inner)) for each in dataclasses.fields(value)]
        return ("object", _name(type(value)), fields)
    if not hasattr(value, "__dict__") or isinstance(value, types.MethodType | types.ModuleType):
        raise Undigestible(kind=_name(type(value)))
    return ("object", _name(type(value)), _plain(vars(value), inner))


def _name(value: object) -> str:
    return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
