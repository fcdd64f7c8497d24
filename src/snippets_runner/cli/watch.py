"""The command ``watch``."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from snippets_runner.cli.completing import PATHS
from snippets_runner.config import Config, load_config
from snippets_runner.errors import CannotRunError, SnippetsRunnerError
from snippets_runner.model import Outcome, Status
from snippets_runner.pipeline import Observer, run
from snippets_runner.reporters import terminal
from snippets_runner.watch import Look, look


class Telling(Observer):
    """Tells each outcome when it is there."""

    def ended(self, outcome: Outcome) -> None:
        """Tell how it ended, and everything that is wrong."""
        seconds = f" in {outcome.result.seconds:.2f} s" if outcome.result else ""
        click.echo(f"{_now()} {outcome.status.value} {outcome.job.snippet.id}{seconds}")
        for finding in outcome.findings:
            click.echo(terminal.finding_text(finding))


@click.command()
@PATHS
@click.pass_obj
def watch(config: Config, paths: tuple[str, ...]) -> None:
    """Run what is saved, as soon as it is saved; Ctrl-C ends."""
    try:
        from snippets_runner.cli.changes import Changes
    except ImportError as error:
        raise CannotRunError(
            "the package `watchdog` is not installed", hint="pip install 'snippets-runner[watch]'"
        ) from error
    with closing(Changes(config.root)) as changes:
        seen = look(config, paths)
        changes.watch(seen.folders())
        click.echo(f"watching {len(seen.keys)} snippets and {len(seen.project.pages)} pages; Ctrl-C ends")
        while True:
            saved = changes.next()
            try:
                config = _settings(config, saved)
                seen = _step(config, paths, seen, saved)
                changes.watch(seen.folders())
            except (
                SnippetsRunnerError,
                OSError,
            ) as error:  # being written, or deleted: the next save will tell
                click.echo(f"{_now()} {error}")


def _settings(config: Config, saved: frozenset[Path]) -> Config:
    """Return the settings, read again if their file was saved; what the command line said still holds."""
    if config.root / "pyproject.toml" not in saved:
        return config
    return replace(load_config(config.root), isolation=config.isolation)


def _step(config: Config, words: tuple[str, ...], before: Look, saved: frozenset[Path]) -> Look:
    """Run what changed and tell what is new."""
    now = look(config, words)
    wanted = now.changed_since(before, saved)
    for finding in now.new_findings(before):
        click.echo(terminal.finding_text(finding))
    report = run(config, keep=lambda snippet: snippet.id in wanted, project=now.project, observer=Telling())
    for outcome in report.outcomes:
        if outcome.result is None:
            Telling().ended(outcome)
    wrong = sum(entry.status is Status.FAILED for entry in report.ledger.entries.values())
    others = len(now.project.findings)
    if wanted or now.new_findings(before):
        click.echo(f"{_now()} in all: {wrong} failed, {others} findings about the project itself")
    return now


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")
