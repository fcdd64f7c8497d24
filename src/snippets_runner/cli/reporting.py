"""The end of a check: tell what was found, in every form that was asked for, and leave with the exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from snippets_runner.errors import did_you_mean
from snippets_runner.ledger import write_whole
from snippets_runner.pipeline import Report
from snippets_runner.reporters import github, junit, ledger_json, sarif, terminal

REPORTERS: Mapping[str, Callable[[Report], str]] = {
    "junit": junit.render,
    "github": github.render,
    "sarif": sarif.render,
    "json": ledger_json.render,
}
"""The reports besides the terminal's, by the name that ``--report`` takes."""


def _targets(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> list[tuple[str, Path | None]]:
    """Split each ``KIND[=FILE]``, and suggest a kind for one that is not known."""
    targets: list[tuple[str, Path | None]] = []
    for each in value:
        kind, _, file = each.partition("=")
        if kind not in REPORTERS:
            raise click.BadParameter(f"unknown report `{kind}`; {did_you_mean(kind, REPORTERS)}", ctx, param)
        targets.append((kind, Path(file) if file else None))
    return targets


REPORTS = click.option(
    "--report",
    "reports",
    metavar="KIND[=FILE]",
    callback=_targets,
    multiple=True,
    help="Also tell it as junit, github, sarif or json; to FILE, or in place of the terminal's report. Repeatable.",
)


def finish(report: Report, reports: Sequence[tuple[str, Path | None]] = ()) -> None:
    """Tell the report and leave with its exit code."""
    for kind, file in reports:
        if file is not None:
            write_whole(file.resolve(), REPORTERS[kind](report))
    told = [kind for kind, file in reports if file is None]
    for kind in told:
        click.echo(REPORTERS[kind](report), nl=False)
    if not told:
        for finding in report.findings:
            click.echo(terminal.finding_text(finding))
        for line in terminal.summary(report):
            click.echo(line)
    raise SystemExit(1 if report.failed else 0)
