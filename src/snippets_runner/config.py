"""The project's settings: ``[tool.snippets-runner]`` in its ``pyproject.toml``, parsed strictly."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any

from snippets_runner.errors import ConfigurationError, UnknownNameError
from snippets_runner.guess import guess


class Inline(Enum):
    """What Python code written in a page, rather than in a file, means."""

    FORBID = "forbid"
    """It is a finding."""
    RUN = "run"
    """It is a snippet, and runs where it stands."""
    IGNORE = "ignore"
    """It is left alone, and counted as shown."""


class Unknown(Enum):
    """What a block in a language that nothing checks means."""

    FORBID = "forbid"
    """It is a finding, unless ``shown`` gives a reason."""
    NOTE = "note"
    """It is counted as shown, and told once."""


class Session(Enum):
    """What code in the fences of one page shares, unless a fence says otherwise."""

    FENCE = "fence"
    """Nothing: each fence is a program."""
    PAGE = "page"
    """Everything: the fences of a page are one program, from top to bottom."""


class Isolation(Enum):
    """How a snippet's process is made."""

    FORK = "fork"
    """By a worker that has imported beforehand what the snippets import."""
    SPAWN = "spawn"
    """As a fresh interpreter."""
    BUBBLEWRAP = "bubblewrap"
    """As a fresh interpreter inside ``bwrap``, which shows it no other process and a file system it can only read."""


class ExecutorKind(Enum):
    """Who runs the snippets."""

    LOCAL = "local"
    """Processes on this machine."""
    DASK = "dask"
    """The workers of a Dask cluster."""


OTHERS = ("bash", "javascript", "go")
"""Languages besides Python and SQL whose blocks can run where they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one project; the fields' names with hyphens are the keys of the table."""

    root: Path
    """Absolute folder that holds ``pyproject.toml``; every other path is relative to it."""
    docs: tuple[Path, ...] = (Path("docs"),)
    """Folders with Markdown pages, or single pages."""
    snippets: Path = Path("snippets")
    """The folder that includes are relative to."""
    include_from: tuple[Path, ...] = ()
    """More folders that includes are looked for in, where there is no folder of snippets."""
    support: tuple[str, ...] = ("_*",)
    """Names of folders below ``snippets`` whose files are imported by snippets and are none themselves."""
    exclude: tuple[str, ...] = ()
    """Globs, relative to the root, of pages and snippets that are left alone."""
    inline: Inline = Inline.FORBID
    """What Python code in a page means; a project without settings and without a folder of snippets gets ``run``."""
    inline_languages: tuple[str, ...] = OTHERS
    """Languages besides Python and SQL whose blocks run where they stand, too, if Python's do."""
    inline_session: Session = Session.FENCE
    inline_setup: str = ""
    """Python that runs before each program that stands in a page: what Sphinx calls ``doctest_global_setup``."""
    recordings: bool = True
    """Whether a snippet that prints something must have a recording."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Fence languages that are only shown, each with the reason why nothing checks it."""
    unknown_languages: Unknown = Unknown.FORBID
    """What a block in another language means; a project whose Python runs, or is ignored, in its pages gets ``note``."""
    mermaid: Path | None = None
    """The bundle ``mermaid.min.js`` that the site serves, with which diagrams are validated."""
    timeout: float = 10.0
    """Seconds that a snippet may take unless it says otherwise."""
    memory: int = 4096
    """MiB of address space that a snippet may take unless it says otherwise."""
    processes: int = 256
    """Processes and threads that a snippet may have at once."""
    output_limit: int = 1_000_000
    """Bytes that a snippet may print."""
    fold: int = 15
    """Lines of recorded output above which a page folds it."""
    jobs: int = 0
    """Snippets that run at once; 0 means one a processor."""
    isolation: Isolation = Isolation.FORK
    """How a snippet's process is made; forked and spawned must give the same results."""
    executor: ExecutorKind = ExecutorKind.LOCAL
    """Who runs the snippets; the results are the same."""
    scheduler: str = ""
    """The address of the Dask cluster's scheduler."""
    cache: Path = Path(".cache/snippets_runner")
    """Where the ledger, unpacked services and database templates are kept."""

    @property
    def snippets_folder(self) -> Path:
        """Return the absolute folder of the snippets."""
        return self.root / self.snippets

    @property
    def cache_folder(self) -> Path:
        """Return the absolute cache folder."""
        return self.root / self.cache

    @property
    def ledger_file(self) -> Path:
        """Return where the ledger is kept."""
        return self.cache_folder / "ledger.json"

    @property
    def workers(self) -> int:
        """Return how many snippets run at once."""
        return (
            self.jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else self.jobs or 2
        )


CHOICES: Mapping[str, type[Enum]] = {
    "inline": Inline,
    "inline-session": Session,
    "unknown-languages": Unknown,
    "isolation": Isolation,
    "executor": ExecutorKind,
}
"""The settings that take one of a few words."""


def find_root(start: Path) -> Path:
    """Return the nearest folder, from ``start`` upwards, with a file that a project has at its top; else ``start``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in ("pyproject.toml", "mkdocs.yml", "zensical.toml")):
            return folder
    return start


def load_config(root: Path) -> Config:
    """Read the settings of the project in ``root``; without the table, the defaults.

    Raises:
        ConfigurationError: the file is not TOML, or a value is of the wrong kind.
        UnknownNameError: a key is not a setting.
    """
    file = root / "pyproject.toml"
    table: dict[str, Any] = {}
    if file.is_file():
        try:
            tools = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
            table = tools.get("snippets-runner", {}) if isinstance(tools, dict) else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
            line, column = place.groups() if place else ("1", "1")
            message = str(error)[: place.start()] if place else str(error)
            raise ConfigurationError(
                message, where=f"{file.name}:{line}:{column}", hint="it must be TOML in UTF-8"
            ) from error
    if not isinstance(table, dict):
        raise ConfigurationError(
            f"{table!r} is no table of settings",
            where="pyproject.toml:[tool.snippets-runner]",
            hint="for example `[tool.snippets-runner]` on a line, and `timeout = 10` on the next",
        )
    return read_config(root, {**guess(root, table), **table}, where="pyproject.toml:[tool.snippets-runner]")


def read_config(root: Path, table: Mapping[str, Any], *, where: str) -> Config:
    """Make a ``Config`` of a table's keys and values.

    Raises:
        ConfigurationError: a value is of the wrong kind.
        UnknownNameError: a key is not a setting.
    """
    known = {each.name.replace("_", "-"): each.name for each in fields(Config) if each.name != "root"}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise UnknownNameError("setting", key, known, where=where)
        values[known[key]] = _convert(key, value, where=f"{where}.{key}")
    return Config(root=root.resolve(), **values)


def _one_of(known: Collection[str], value: Any, *, where: str) -> str:
    if value not in known:
        raise UnknownNameError("value", str(value), known, where=where)
    return str(value)


def _convert(key: str, value: Any, *, where: str) -> Any:
    match key, value:
        case "docs" | "include-from", str():
            return (Path(value),)
        case "docs" | "include-from", list():
            return tuple(Path(str(each)) for each in value)
        case "support" | "exclude", list():
            return tuple(str(each) for each in value)
        case "inline-languages", list():
            return tuple(_one_of(OTHERS, each, where=where) for each in value)
        case "snippets" | "cache" | "mermaid", str():
            return Path(value)
        case "recordings", bool():
            return value
        case _, bool():  # which Python would take for a number
            pass
        case "scheduler" | "inline-setup", str():
            return value
        case _, str() if key in CHOICES:
            choices: dict[str, Enum] = {each.value: each for each in CHOICES[key]}
            return choices[_one_of(choices, value, where=where)]
        case "shown", dict():
            return {str(language).lower(): str(reason) for language, reason in value.items()}
        case "timeout", int() | float() if value > 0:
            return float(value)
        case "memory" | "processes" | "output-limit" | "fold" | "jobs", int() if value >= 0:
            return value
    raise ConfigurationError(
        f"{value!r} does not fit this setting", where=where, hint="see the reference of settings"
    )
