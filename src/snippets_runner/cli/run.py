"""The command ``run``."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

import click

from snippets_runner.cli.completing import complete
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.discover import discover
from snippets_runner.errors import ConfigurationError
from snippets_runner.plan import select
from snippets_runner.services.pool import ServicePool


@click.command()
@click.argument("file", shell_complete=complete)
@click.pass_obj
def run(config: Config, file: str) -> None:
    """Start the services that FILE needs and run it in the foreground, with its input and output on this terminal."""
    found = select(discover(config), [file])
    if len(found) != 1:
        names = ", ".join(snippet.id for snippet in found) or "none"
        raise ConfigurationError(f"{file} is not one snippet; it has {names}", hint="name one of them")
    snippet = found[0]
    environment = {**os.environ, **Conditions().environment(), "HOME": os.environ.get("HOME", "/")}
    with ServicePool(cache=config.cache_folder) as pool, ExitStack() as corners:
        for name in snippet.metadata.services:
            corner, server = pool.corner(name, isolation=snippet.metadata.isolation.get(name))
            corners.callback(corner.release)
            for key, value in corner.environment.items():
                environment[key] = value + os.pathsep + environment["PATH"] if key == "PATH" else value
            click.echo(f"{pool.service(name).title} {server.version} is up", err=True)
        done = subprocess.run([sys.executable, str(snippet.file)], env=environment, check=False)
    raise SystemExit(done.returncode if done.returncode >= 0 else 128 - done.returncode)
