"""The command ``drift``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from snippets_runner import trials
from snippets_runner.cli.automation import is_automated
from snippets_runner.cli.completing import PATHS
from snippets_runner.config import Config
from snippets_runner.drift import Trial, Verdict
from snippets_runner.ledger import write_whole
from snippets_runner.model import Snippet
from snippets_runner.reporters import drift_table


class Progressing(trials.DriftObserver):
    """A bar with the environment that is being tried, on a terminal; nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        """Show on this console."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(
            *columns, console=console, transient=True, disable=is_automated() or not console.is_terminal
        )
        self._task = self._bar.add_task("looking for Pythons", total=None)

    def __enter__(self) -> Progressing:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def planned(self, trials: int) -> None:
        """Learn how much there is to do."""
        self._bar.update(self._task, total=trials)

    def began(self, python: str, snippets: Sequence[Snippet]) -> None:
        """Name what is tried now."""
        needs = ", ".join(snippets[0].metadata.dependencies) or "no dependencies"
        what = f"Python {python}, {needs}" if python else "other languages"
        self._bar.update(self._task, description=what[:60])

    def ended(self, trial: Trial) -> None:
        """Show that one is done."""
        self._bar.advance(self._task)


@click.command()
@PATHS
@click.option(
    "--python",
    "pythons",
    metavar="VERSION",
    multiple=True,
    help="Try this Python, such as 3.13, and no other that is here. Repeatable.",
)
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write everything to FILE as JSON.",
    metavar="FILE",
)
@click.option(
    "--fail",
    is_flag=True,
    help="End with 1 if a snippet broke, with 3 if an environment could not be made.",
)
@click.pass_obj
def drift(
    config: Config, paths: tuple[str, ...], pythons: tuple[str, ...], file: Path | None, fail: bool
) -> None:
    """Run snippets on the newest versions of what they declare and on each Python here: which pages will lie next?"""
    with Progressing(Console(stderr=True)) as progress:
        found = trials.run(config, paths, pythons=pythons, observer=progress)
    if file is not None:
        write_whole(file.resolve(), drift_table.render(found))
    for line in drift_table.lines(found):
        click.echo(line)
    broke, not_made = found.of(Verdict.BROKE), found.of(Verdict.NOT_MADE)
    raise SystemExit(0 if not fail else 1 if broke else 3 if not_made else 0)
