"""The command ``run``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack

import click

from snippets_runner.cli.completing import complete
from snippets_runner.cli.foreground import foreground
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.discover import discover
from snippets_runner.errors import CannotRunError, ConfigurationError
from snippets_runner.languages.programs import BY_SUFFIX, words
from snippets_runner.model import Snippet
from snippets_runner.plan import select
from snippets_runner.services.pool import ServicePool


@click.command()
@click.argument("file", shell_complete=complete)
@click.pass_obj
def run(config: Config, file: str) -> None:
    """Start the services that FILE needs and run it in the foreground, with its input and output on this terminal."""
    snippet = _one(config, file)
    environment = {**os.environ, **Conditions().environment(), "HOME": os.environ.get("HOME", "/")}
    with ServicePool(cache=config.cache_folder) as pool, ExitStack() as corners:
        for name in snippet.metadata.services:
            corner, server = pool.corner(name, isolation=snippet.metadata.isolation.get(name))
            corners.callback(corner.release)
            for key, value in corner.environment.items():
                environment[key] = value + os.pathsep + environment["PATH"] if key == "PATH" else value
            click.echo(f"{pool.service(name).title} {server.version} is up", err=True)
        status = foreground(_command(snippet, environment), environment)
    raise SystemExit(status)


def _one(config: Config, file: str) -> Snippet:
    """Return the snippet that a word of the command names.

    Raises:
        ConfigurationError: it names none, or several, or what stands in a page.
    """
    found = select(discover(config), [file])
    if len(found) != 1:
        names = ", ".join(snippet.id for snippet in found) or "none"
        raise ConfigurationError(f"{file} is not one snippet; it has {names}", hint="name one of them")
    if found[0].inline:
        page = found[0].source.path.as_posix()
        raise ConfigurationError(
            f"{found[0].id} stands in a page, and only a file can be run in the foreground",
            hint=f"`snippets-runner check {page}` runs it",
        )
    return found[0]


def _command(snippet: Snippet, environment: Mapping[str, str]) -> list[str]:
    """Return the words that run a snippet, as a check does, with the program's path as the first.

    Raises:
        CannotRunError: the program of its language is not on this machine.
    """
    program = BY_SUFFIX.get(snippet.file.suffix)
    if program is None:
        return [sys.executable, str(snippet.file)]
    first, *others = words(program, str(snippet.file), environment)
    path = shutil.which(first, path=environment["PATH"])
    if path is None:
        raise CannotRunError(
            f"{snippet.id} is run by {program.title}, and there is no `{first}` on {environment['PATH']}",
            hint=f"install {program.title}",
        )
    return [path, *others]
