"""Read which names a piece of Python defines, and which one an exception misses: for hints, never for a verdict."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

_MISSING = re.compile(r"name '(?P<name>\w+)' is not defined")


def missing_name(message: str) -> str:
    """Return the name that a ``NameError`` with this text misses; nothing for another text."""
    match = _MISSING.search(message)
    return match["name"] if match else ""


def defined(code: str) -> frozenset[str]:
    """Return the names that code binds at its top or anywhere in it; none if it is no Python."""
    try:
        tree = ast.parse(dedent(code))
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(name for node in ast.walk(tree) for name in _bound(node))


def is_python(code: str) -> bool:
    """Tell whether a text is Python as it stands; a transcript with prompts is not."""
    try:
        ast.parse(dedent(code))
    except (SyntaxError, ValueError):
        return False
    return True


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.Call(func=ast.Name(id="compile"), args=[ast.Constant(value=str(code)), *_]):
            yield from defined(code)  # plain code among prompts is run so
