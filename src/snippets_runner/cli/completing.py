"""Arguments that a shell can complete: snippets' ids and pages' paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from snippets_runner.config import find_root, load_config
from snippets_runner.errors import SnippetsRunnerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids and paths that begin with what is typed; none where the project can't be read."""
    from click.shell_completion import CompletionItem

    root = ctx.parent.params.get("root") if ctx.parent else None
    try:
        found = list(_names(root or find_root(Path.cwd())))
    except SnippetsRunnerError:
        return []
    return [CompletionItem(name, help=kind) for name, kind in found if name.startswith(incomplete)]


def _names(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every snippet's id, relative to the root, and every page, relative to the current folder."""
    from snippets_runner.discover import is_support
    from snippets_runner.files import PAGES, SUFFIXES, find_files

    config = load_config(root)
    if config.snippets_folder.is_dir():
        for file in find_files(config, [config.snippets], SUFFIXES):
            if not is_support(file, config):
                yield file.relative_to(config.root).as_posix(), "snippet"
    for file in find_files(config, config.docs, PAGES):
        yield os.path.relpath(file, Path.cwd()), "page"


PATHS = click.argument("paths", nargs=-1, shell_complete=complete)
