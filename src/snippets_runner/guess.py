"""Guess the settings of a project that has not said them: by its folders, and by what ``mkdocs.yml`` or ``zensical.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LEFT_ALONE = (
    "node_modules/*", "*/node_modules/*", "*/site-packages/*", "vendor/*", "*/vendor/*", "site/*", "build/*", "dist/*",
)  # fmt: skip
"""What is no documentation, where the whole project is looked through for pages."""


def guess(root: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fits a project: where its pages and includes are, and that its fences run; ``table`` is what it said."""
    guessed: dict[str, Any] = {}
    own = (root / str(table.get("snippets", "snippets"))).is_dir()
    mkdocs = {} if own and (root / "docs").is_dir() else _mkdocs(root) or _zensical(root)
    if (root / str(mkdocs.get("docs_dir", "docs"))).is_dir():
        guessed["docs"] = str(mkdocs.get("docs_dir", "docs"))
    else:
        guessed |= {"docs": ".", "exclude": list(LEFT_ALONE)}
    if folders := _include_folders(mkdocs):
        guessed["include-from"] = folders
    if not table and not own:
        guessed |= {"inline": "run", "inline-languages": [], "recordings": False}
    if {**guessed, **table}.get("inline", "forbid") != "forbid":
        guessed["unknown-languages"] = "note"
    return guessed


def _mkdocs(root: Path) -> Mapping[str, Any]:
    """Return the settings of MkDocs; nothing if there are none, or if MkDocs could not read them either."""
    try:
        text = (root / "mkdocs.yml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    import yaml  # only where there is something to read

    class Loader(yaml.SafeLoader):
        """Reads what MkDocs reads; a tag of MkDocs' own, such as ``!ENV``, gives nothing."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    try:
        found = yaml.load(text, Loader=Loader)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _zensical(root: Path) -> Mapping[str, Any]:
    """Return the settings of Zensical, which has MkDocs' in TOML; nothing if there are none."""
    try:
        found = tomllib.loads((root / "zensical.toml").read_text(encoding="utf-8")).get("project")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _include_folders(settings: Mapping[str, Any]) -> list[str]:
    """Return the folders that ``pymdownx.snippets`` includes from, and MkDocs' macros."""
    folders: list[str] = []
    for group, name, option in (
        ("markdown_extensions", "pymdownx.snippets", "base_path"),
        ("plugins", "macros", "include_dir"),
    ):
        options = _options(settings.get(group), name)
        value = options.get(option)
        folders += [str(each) for each in (value if isinstance(value, list) else [value]) if each]
    return folders


def _options(listed: Any, name: str) -> Mapping[str, Any]:
    """Return the options of an extension, or a plugin: of a list, a table, or tables in each other (``pymdownx.snippets``)."""
    for row in listed if isinstance(listed, list) else [listed]:
        found = row
        for key in (name,) if isinstance(row, dict) and name in row else name.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, dict):
            return found
    return {}
