"""The end of a check: tell what was found, in every form that was asked for, and leave with the exit code."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from snippets_runner.account import Account
from snippets_runner.config import Config
from snippets_runner.errors import CannotRunError, did_you_mean
from snippets_runner.ledger import write_whole
from snippets_runner.reporters import ledger_json, terminal

REPORTERS: Mapping[str, str] = {"junit": "junit", "github": "github", "sarif": "sarif", "json": "ledger_json"}
"""The reports besides the terminal's, by the name that ``--report`` takes: the file of each, imported when it is asked for."""


def _render(kind: str, account: Account) -> str:
    told: str = importlib.import_module(f"snippets_runner.reporters.{REPORTERS[kind]}").render(account)
    return told


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


def tell(account: Account, reports: Sequence[tuple[str, Path | None]]) -> bool:
    """Tell it in every form that was asked for; return whether one of them was in place of the terminal's."""
    for kind, file in reports:
        if file is not None:
            write_whole(file.resolve(), _render(kind, account))
    told = [kind for kind, file in reports if file is None]
    for kind in told:
        click.echo(_render(kind, account), nl=False)
    return bool(told)


def finish(config: Config, account: Account, reports: Sequence[tuple[str, Path | None]] = ()) -> None:
    """Keep the account for ``snippets-runner report``, tell it, and leave with its exit code."""
    write_whole(_last(config), ledger_json.render_compact(account), durable=False)
    if not tell(account, reports):
        for finding in account.findings:
            click.echo(terminal.finding_text(finding))
        for line in terminal.summary(account):
            click.echo(line)
    raise SystemExit(1 if account.failed else 0)


def last_run(config: Config) -> Account:
    """Return what the last check found.

    Raises:
        CannotRunError: it was not kept, or by another version.
    """
    try:
        return ledger_json.read(_last(config).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRunError("the last check was not kept", hint="snippets-runner check") from error


def _last(config: Config) -> Path:
    return config.cache_folder / "last-check.json"
