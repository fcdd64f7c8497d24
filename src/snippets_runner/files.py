"""Find the files of a project: pages, snippets, recordings, and notebooks, which nothing here reads."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.errors import ConfigurationError
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.languages import programs
from snippets_runner.source import Source, Span

SUFFIXES = (".py", *programs.BY_SUFFIX)
"""The names of files that are snippets end so."""
PAGES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdx")
"""The names of files that MkDocs makes pages of end so."""
NOTEBOOKS = (".ipynb",)
"""The names of files with code that is shown by other tools, and that are told and not read, end so."""


def find_files(config: Config, folders: Iterable[Path], suffixes: Iterable[str]) -> list[Path]:
    """Return the absolute paths of all files whose name ends so, sorted, without hidden and excluded ones.

    A file among the folders stands for itself.

    Raises:
        ConfigurationError: a folder is not there.
    """
    found, wanted = [], frozenset(suffixes)
    for folder in folders:
        top = config.root / folder
        if not top.exists():
            raise ConfigurationError(
                f"there is no folder {folder.as_posix()}",
                where="pyproject.toml:[tool.snippets-runner]",
                hint="set `docs` and `snippets`",
            )
        below = [top] if top.is_file() else (file for file in top.rglob("*") if file.suffix in wanted)
        found += [file for file in below if file.is_file() and not _left_alone(file, config)]
    return sorted(set(found))


def _left_alone(file: Path, config: Config) -> bool:
    parts = file.relative_to(config.root).parts
    path = "/".join(parts)
    return any(part.startswith(".") for part in parts) or any(
        fnmatch.fnmatch(path, glob) for glob in config.exclude
    )


def unread(config: Config) -> Iterator[Finding]:
    """Yield a note if there are notebooks among the pages: what stands in them is not checked."""
    found = [file for file in find_files(config, config.docs, NOTEBOOKS) if file.suffix in NOTEBOOKS]
    places = [
        Span(source=Source(path=file.relative_to(config.root), text=""), start=0, end=0) for file in found
    ]
    if not places:
        return
    several = f"this notebook and {len(places) - 1} more are not read, so their code is not checked"
    yield Finding(
        code=Code.UNREAD_NOTEBOOK,
        where=places[0],
        message=several if places[1:] else "this notebook is not read, so its code is not checked",
        hint="turn it into a page (`jupytext --to md:myst`), or leave it out with `exclude`",
        severity=Severity.NOTE,
    )
