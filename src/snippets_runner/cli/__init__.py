"""The command line: one file for each command, and the group that holds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from snippets_runner import __version__
from snippets_runner.cli.group import Commands
from snippets_runner.config import Isolation, find_root, load_config

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="snippets-runner")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's folder; by default the nearest one upwards with a pyproject.toml or mkdocs.yml.",
)
@click.option(
    "--isolation",
    type=click.Choice([each.value for each in Isolation]),
    help="How a snippet's process is made, in place of the setting.",
)
@click.pass_context
def main(ctx: click.Context, root: Path | None, isolation: str | None) -> None:
    """Execute every snippet that a documentation shows, and hold its recorded output to what it prints.

    Exit codes: 0 all hold, 1 findings, 2 usage or configuration, 3 could not run, 130 interrupted.
    """
    config = load_config(root or find_root(Path.cwd()))
    ctx.obj = replace(config, isolation=Isolation(isolation)) if isolation else config
