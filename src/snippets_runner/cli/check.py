"""The commands ``check`` and ``update``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from snippets_runner.account import Account, Row, account_of
from snippets_runner.cli.automation import is_automated
from snippets_runner.cli.completing import PATHS
from snippets_runner.cli.reporting import REPORTS, finish
from snippets_runner.config import Config, ExecutorKind
from snippets_runner.finding import Severity
from snippets_runner.model import Status
from snippets_runner.unchanged import look

if TYPE_CHECKING:
    from snippets_runner.pipeline import Report

SKIPS = click.option(
    "--no-skips", is_flag=True, help="Treat a snippet that can't run on this machine as an error."
)


EXECUTOR = click.option(
    "--executor",
    type=click.Choice([each.value for each in ExecutorKind]),
    help="Who runs the snippets, in place of the setting.",
)
SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Where the Dask cluster's scheduler is, in place of the setting."
)


@click.command()
@PATHS
@click.option("--no-cache", is_flag=True, help="Run also what passed before and has not changed since.")
@click.option(
    "--repeat",
    "--flaky",
    "repeat",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Run what passes N times more, with other hash seeds, time zones and orders.",
)
@REPORTS
@SKIPS
@EXECUTOR
@SCHEDULER
@click.pass_obj
def check(
    config: Config,
    paths: tuple[str, ...],
    no_cache: bool,
    repeat: int,
    reports: Sequence[tuple[str, Path | None]],
    no_skips: bool,
    executor: str | None,
    scheduler: str | None,
) -> None:
    """Run snippets and compare their outputs with the recordings; all of them, or those in PATHS (also of a page)."""
    if executor or scheduler:
        kind = ExecutorKind(executor or ExecutorKind.DASK.value)
        config = replace(config, executor=kind, scheduler=scheduler or config.scheduler)
    account = _check(config, paths, use_cache=not no_cache, repeat=repeat)
    finish(config, _strict(account) if no_skips else account, reports)


@click.command()
@PATHS
@click.option("--no-cache", is_flag=True, help="Run also what passed before and has not changed since.")
@click.pass_obj
def update(config: Config, paths: tuple[str, ...], no_cache: bool) -> None:
    """Run snippets, record what they print, and show the difference. Never in continuous integration."""
    if is_automated():
        raise click.UsageError(
            "recordings are not updated in continuous integration (CI is set); run `snippets-runner check`"
        )
    from snippets_runner.bless import difference

    report = _run(config, paths, update=True, use_cache=not no_cache)
    for edit in report.edits:
        click.echo(difference(edit, config.root))
    click.echo(f"recordings written: {len(report.edits)}")
    finish(config, account_of(report))


def _check(config: Config, paths: tuple[str, ...], *, use_cache: bool, repeat: int) -> Account:
    """Check what was asked for, unless the index tells that nothing has changed since everything held."""
    before = None if paths or repeat else look(config)
    if before and use_cache and (account := before.unchanged()):
        return account
    report = _run(config, paths, update=False, use_cache=use_cache, repeat=repeat)
    account = account_of(report)
    if before:
        before.keep(report, account)
    return account


def _run(config: Config, paths: tuple[str, ...], *, update: bool, use_cache: bool, repeat: int = 0) -> Report:
    from snippets_runner.cli.progress import progressing
    from snippets_runner.pipeline import run

    with progressing() as progress:
        return run(config, paths, update=update, use_cache=use_cache, repeat=repeat, observer=progress)


def _strict(account: Account) -> Account:
    """Return an account in which what was skipped failed."""
    return replace(account, rows=tuple(_strict_row(row) for row in account.rows))


def _strict_row(row: Row) -> Row:
    if row.status is not Status.SKIPPED:
        return row
    errors = tuple(replace(finding, severity=Severity.ERROR) for finding in row.findings)
    return replace(row, status=Status.FAILED, findings=errors)
