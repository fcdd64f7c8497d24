"""Snippets that are asked for one by one and run all together, in a thread of its own; or need not run at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from snippets_runner.account import account_of
from snippets_runner.config import Config
from snippets_runner.finding import SnippetId
from snippets_runner.model import Outcome, Snippet, Status
from snippets_runner.pipeline import Observer, run
from snippets_runner.unchanged import Before, look


class Known:
    """What is known before anything runs: everything, if nothing has changed since everything held."""

    def __init__(self, config: Config) -> None:
        """Look at the project."""
        self.before = look(config)
        account = self.before.unchanged()
        self.rows = {row.snippet: row for row in account.rows} if account else {}
        self.gathered = 0

    def passed(self, snippet: SnippetId) -> bool:
        """Tell whether it passed and nothing has changed."""
        return snippet in self.rows and self.rows[snippet].status is Status.PASSED


class SnippetFailed(Exception):
    """A snippet's findings, for pytest's report."""


class Batch(Observer):
    """A run in a thread of its own, whose outcomes are asked for one by one."""

    def __init__(self, before: Before, wanted: Iterable[SnippetId]) -> None:
        """Begin to run the wanted snippets."""
        self._before, self._wanted = before, frozenset(wanted)
        self._outcomes: dict[SnippetId, Outcome] = {}
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="snippets", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            report = run(self._before.config, keep=self._is_wanted, observer=self)
            if len(report.outcomes) == len(report.project.snippets):
                self._before.keep(report, account_of(report))
            for outcome in report.outcomes:
                self.ended(outcome)
        except BaseException as error:
            self._error = error
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _is_wanted(self, snippet: Snippet) -> bool:
        return snippet.id in self._wanted

    def ended(self, outcome: Outcome) -> None:
        """Hand the outcome to whoever waits for it."""
        with self._changed:
            self._outcomes[outcome.job.snippet.id] = outcome
            self._changed.notify_all()

    def outcome(self, snippet: SnippetId) -> Outcome:
        """Wait for one snippet's outcome."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or snippet in self._outcomes)
            if snippet in self._outcomes:
                return self._outcomes[snippet]
        raise self._error or SnippetFailed(f"{snippet}: the run ended without it")
