"""The command line: ``snippets-runner check | update | list | run``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from snippets_runner import __version__
from snippets_runner.bless import difference
from snippets_runner.cache import digest_of
from snippets_runner.config import Config, Isolation, find_root, load_config
from snippets_runner.discover import discover
from snippets_runner.errors import SnippetsRunnerError, did_you_mean
from snippets_runner.execute import base_environment
from snippets_runner.finding import Severity
from snippets_runner.ledger import read_ledger, write_whole
from snippets_runner.model import Outcome, Status
from snippets_runner.pipeline import Observer, Report
from snippets_runner.pipeline import run as run_pipeline
from snippets_runner.plan import select
from snippets_runner.reporters import github, junit, ledger_json, sarif, terminal
from snippets_runner.services.pool import ServicePool

PATHS = click.argument("paths", nargs=-1)


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
SKIPS = click.option(
    "--no-skips", is_flag=True, help="Treat a snippet that can't run on this machine as an error."
)


class Commands(click.Group):
    """A group that suggests a command when one is mistyped, and words our errors with their exit code."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(
                f"unknown command `{args[0]}`; {did_you_mean(args[0], self.list_commands(ctx))}", ctx
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours ends with its exit code."""
        try:
            return super().invoke(ctx)
        except SnippetsRunnerError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)


class Progressing(Observer):
    """A progress bar on a terminal, a plain line for each snippet elsewhere."""

    def __init__(self, console: Console) -> None:
        """Show on this console."""
        self._console = console
        self._bar = Progress(
            TextColumn("snippets"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("snippets", total=None)

    def __enter__(self) -> Progressing:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def planned(self, jobs: int, settled: int) -> None:
        """Learn how much there is to do."""
        self._bar.update(self._task, total=jobs)

    def ended(self, outcome: Outcome) -> None:
        """Show that one is done."""
        self._bar.advance(self._task)
        if not self._console.is_terminal:
            seconds = outcome.result.seconds if outcome.result else 0
            self._console.print(
                f"{outcome.status.value} {outcome.job.snippet.id} ({seconds:.2f} s)",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )


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


@main.command()
@PATHS
@click.option("--no-cache", is_flag=True, help="Run also what passed before and has not changed since.")
@REPORTS
@SKIPS
@click.pass_obj
def check(
    config: Config,
    paths: tuple[str, ...],
    no_cache: bool,
    reports: Sequence[tuple[str, Path | None]],
    no_skips: bool,
) -> None:
    """Run snippets and compare their outputs with the recordings; all of them, or those in PATHS (also of a page)."""
    report = _run(config, paths, update=False, use_cache=not no_cache)
    if no_skips and any(outcome.status is Status.SKIPPED for outcome in report.outcomes):
        report = replace(report, outcomes=tuple(_strict(outcome) for outcome in report.outcomes))
    _finish(report, reports)


@main.command()
@PATHS
@click.option("--no-cache", is_flag=True, help="Run also what passed before and has not changed since.")
@click.pass_obj
def update(config: Config, paths: tuple[str, ...], no_cache: bool) -> None:
    """Run snippets, record what they print, and show the difference. Never in continuous integration."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise click.UsageError(
            "recordings are not updated in continuous integration (CI is set); run `snippets-runner check`"
        )
    report = _run(config, paths, update=True, use_cache=not no_cache)
    for edit in report.edits:
        click.echo(difference(edit, config.root))
    click.echo(f"recordings written: {len(report.edits)}")
    _finish(report)


@main.command("list")
@PATHS
@click.pass_obj
def list_(config: Config, paths: tuple[str, ...]) -> None:
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


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def run(config: Config, file: Path) -> None:
    """Start the services that FILE needs and run it in the foreground, with its input and output on this terminal."""
    project = discover(config)
    snippet = select(project, [str(file)])[0]
    environment = {**os.environ, **base_environment(), "HOME": os.environ.get("HOME", "/")}
    with ServicePool(cache=config.cache_folder) as pool, ExitStack() as corners:
        for name in snippet.metadata.services:
            corner, server = pool.corner(name, isolation=snippet.metadata.isolation.get(name))
            corners.callback(corner.release)
            for key, value in corner.environment.items():
                environment[key] = value + os.pathsep + environment["PATH"] if key == "PATH" else value
            click.echo(f"{pool.service(name).title} {server.version} is up", err=True)
        done = subprocess.run([sys.executable, str(snippet.file)], env=environment, check=False)
    raise SystemExit(done.returncode if done.returncode >= 0 else 128 - done.returncode)


def _run(config: Config, paths: tuple[str, ...], *, update: bool, use_cache: bool) -> Report:
    with Progressing(Console(stderr=True)) as progress:
        return run_pipeline(config, paths, update=update, use_cache=use_cache, observer=progress)


def _strict(outcome: Outcome) -> Outcome:
    """Return a skipped outcome as a failed one."""
    if outcome.status is not Status.SKIPPED:
        return outcome
    errors = tuple(replace(finding, severity=Severity.ERROR) for finding in outcome.findings)
    return replace(outcome, status=Status.FAILED, findings=errors)


def _finish(report: Report, reports: Sequence[tuple[str, Path | None]] = ()) -> None:
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
