"""Every snippet declares what it imports, so that `uv run FILE` works on a reader's machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
_SCRIPT = re.compile(r"^# /// script\n(?P<body>(?:#(?: .*)?\n)+?)# ///$", re.MULTILINE)
SNIPPETS = sorted(
    path
    for path in (ROOT / "snippets").rglob("*.py")
    if "_support" not in path.parts and _SCRIPT.search(path.read_text("utf-8"))
)


@cache
def installed() -> Mapping[str, list[str]]:
    """Return which distributions a module may come from."""
    return packages_distributions()


@cache
def from_extras(requirement: str) -> set[str]:
    """Return the distributions that a requirement's extras bring: `psycopg[pool]` brings psycopg-pool."""
    asked = Requirement(requirement)
    wanted = (Requirement(each) for each in (requires(asked.name) or ()))
    return {
        normal(each.name)
        for each in wanted
        if each.marker and any(each.marker.evaluate({"extra": extra}) for extra in asked.extras)
    }


def normal(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def metadata(text: str) -> Any:
    """Read the PEP 723 block of a script."""
    found = _SCRIPT.search(text)
    assert found
    return tomllib.loads("".join(line[2:] or "\n" for line in found["body"].splitlines(keepends=True)))


def imports(path: Path, seen: set[Path]) -> set[str]:
    """Return the modules that a script imports, its neighbours' too."""
    seen.add(path)
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    for name in list(names):
        beside = path.with_name(f"{name}.py")
        if beside.is_file():
            names.discard(name)
            names |= imports(beside, seen) if beside not in seen else set()
    return names - sys.stdlib_module_names


def test_there_are_snippets() -> None:
    """The cases below are of files that are there."""
    assert len(SNIPPETS) > 250


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.relative_to(ROOT / "snippets").as_posix())
def test_a_snippet_declares_what_it_imports(path: Path) -> None:
    """Each module comes from a distribution that the script names, and our own support package from its folder."""
    script = metadata(path.read_text("utf-8"))
    requirements = script.get("dependencies", ())
    declared = {normal(Requirement(each).name) for each in requirements}
    declared.update(*(from_extras(each) for each in requirements))
    missing = {
        name
        for name in imports(path, set())
        if not path.with_name(name).is_dir()
        and not declared.intersection(normal(each) for each in installed().get(name, [name]))
    }
    assert missing == set()
    if "snippet-support" in declared:
        assert script["tool"]["uv"]["sources"]["snippet-support"] == {"path": "../_support"}
