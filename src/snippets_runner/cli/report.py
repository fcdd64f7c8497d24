"""The command ``report``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from snippets_runner.cli.reporting import REPORTS, last_run, tell
from snippets_runner.config import Config
from snippets_runner.errors import CannotRunError
from snippets_runner.ledger import read_ledger
from snippets_runner.reporters import ledger_table


@click.command()
@REPORTS
@click.pass_obj
def report(config: Config, reports: Sequence[tuple[str, Path | None]]) -> None:
    """Tell what the ledger knows, or tell the last check again in another form; run nothing."""
    ledger = read_ledger(config.ledger_file)
    if not ledger.time:
        raise CannotRunError("nothing has been checked here yet", hint="snippets-runner check")
    if reports:
        tell(last_run(config), reports)
    if not any(file is None for _, file in reports):
        for line in ledger_table.lines(ledger):
            click.echo(line)
