"""What a terminal shows while snippets run."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from snippets_runner.cli.automation import is_automated
from snippets_runner.pipeline import Observer

if TYPE_CHECKING:
    from snippets_runner.model import Outcome


def progressing() -> AbstractContextManager[Observer]:
    """Return a progress bar if standard error is a terminal that somebody watches; else what tells each snippet on a line.

    Some services for continuous integration give their jobs a terminal, and keep every frame of a bar in the log.
    """
    if is_automated() or not sys.stderr.isatty():
        return nullcontext(Lines())
    from snippets_runner.cli.bar import Bar

    return Bar()


class Lines(Observer):
    """A plain line for each snippet."""

    def ended(self, outcome: Outcome) -> None:
        """Tell that one is done."""
        seconds = outcome.result.seconds if outcome.result else 0
        print(f"{outcome.status.value} {outcome.job.snippet.id} ({seconds:.2f} s)", file=sys.stderr)
