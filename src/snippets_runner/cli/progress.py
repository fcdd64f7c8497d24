"""What a terminal shows while snippets run."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from snippets_runner.model import Outcome
from snippets_runner.pipeline import Observer


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

    def planned_again(self, jobs: int) -> None:
        """Learn that there is more to do."""
        self._bar.update(self._task, total=(self._bar.tasks[0].total or 0) + jobs)

    def ended_again(self) -> None:
        """Show that one is done."""
        self._bar.advance(self._task)

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
