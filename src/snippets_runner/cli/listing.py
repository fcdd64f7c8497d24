"""The command ``list``."""

from __future__ import annotations

import click

from snippets_runner.cache import digest_of
from snippets_runner.cli.completing import PATHS
from snippets_runner.config import Config
from snippets_runner.discover import discover
from snippets_runner.ledger import read_ledger
from snippets_runner.plan import select


@click.command("list")
@PATHS
@click.pass_obj
def list_snippets(config: Config, paths: tuple[str, ...]) -> None:
    """List the snippets with their state, their services and the pages that show them."""
    project, ledger = discover(config), read_ledger(config.ledger_file)
    for snippet in select(project, paths):
        entry = ledger.entries.get(snippet.id)
        fresh = entry is not None and entry.digest == digest_of(snippet)
        state = entry.status.value if entry and fresh else "not verified"
        needs = ", ".join(snippet.metadata.services) or "no services"
        click.echo(f"{snippet.id}: {state}; {needs}")
        for include in snippet.shown:
            click.echo(f"  shown at {include.span}")
