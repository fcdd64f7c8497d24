"""Find a project's vault and settings, without an engine and without executing anything."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from slipbox.config import Options, parse_options
from slipbox.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where a vault and its settings are."""

    vault: Path
    """The folder with the notes."""
    root: Path
    """The folder that paths in the settings are relative to."""
    options: Options
    """The settings."""


SETTINGS_FILES = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "pyproject.toml")
"""The files that settings are read from: the first that exists."""


class _TolerantLoader(yaml.SafeLoader):
    """Reads mkdocs.yml: `!ENV` is looked up, Python tags are None, nothing is executed."""


def _environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    """Read `!ENV NAME` and `!ENV [NAME, …, default]` as MkDocs does."""
    if isinstance(node, yaml.SequenceNode):
        *names, default = [loader.construct_object(child) for child in node.value]
        return next((yaml.safe_load(os.environ[name]) for name in names if name in os.environ), default)
    return yaml.safe_load(os.environ.get(str(node.value), "null"))


_TolerantLoader.add_constructor("!ENV", _environment)
_TolerantLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
_TolerantLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def find_project(folder: Path, vault: Path | None = None) -> Project:
    """Find the settings of the project in `folder`: `mkdocs.yml`, else `[tool.slipbox]` in `pyproject.toml`.

    Raises ConfigError.
    """
    for name in SETTINGS_FILES[:-1]:
        if (folder / name).is_file():
            return _from_mkdocs(folder / name, vault)
    table: dict[str, Any] = {}
    if (folder / "pyproject.toml").is_file():
        table = (
            tomllib.loads((folder / "pyproject.toml").read_text("utf-8")).get("tool", {}).get("slipbox", {})
        )
    where = table.pop("vault", "docs" if (folder / "docs").is_dir() else ".")
    options = parse_options(table, where="pyproject.toml: [tool.slipbox]")
    return Project(vault=vault or folder / where, root=folder, options=options)


def _from_mkdocs(path: Path, vault: Path | None) -> Project:
    """Read the plugin's options from mkdocs.yml."""
    try:
        config = yaml.load(path.read_text("utf-8"), Loader=_TolerantLoader) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name} doesn't parse: {error}") from None
    plugins = config.get("plugins") or []
    items = (
        plugins.items()
        if isinstance(plugins, dict)
        else [next(iter(item.items())) if isinstance(item, dict) else (item, {}) for item in plugins]
    )
    given = next((options or {} for name, options in items if name == "slipbox"), {})
    language = (config.get("theme") or {}) if isinstance(config.get("theme"), dict) else {}
    given = {"language": language.get("language", "en"), **given}
    options = parse_options(given, where=f"{path.name}: plugins: slipbox")
    return Project(
        vault=vault or path.parent / (config.get("docs_dir") or "docs"), root=path.parent, options=options
    )
