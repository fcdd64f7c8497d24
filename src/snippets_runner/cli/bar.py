"""The progress bar."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from snippets_runner.model import Outcome
from snippets_runner.pipeline import Observer


class Bar(Observer):
    """A bar on standard error that goes away at the end."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar = Progress(
            TextColumn("snippets"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("snippets", total=None)

    def __enter__(self) -> Bar:
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
