"""The door for pytest: every snippet is an item, and the whole selection runs side by side under the same executor.

An item's id is the snippet's path. Nothing is collected unless pytest is pointed at the snippets' folder, on its
command line or by ``testpaths``.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from snippets_runner.config import Config, load_config
from snippets_runner.errors import SnippetsRunnerError
from snippets_runner.finding import SnippetId
from snippets_runner.model import Outcome, Snippet, Status
from snippets_runner.pipeline import Observer, run
from snippets_runner.reporters.terminal import finding_text


class SnippetFailed(Exception):
    """A snippet's findings, for pytest's report."""


class Batch(Observer):
    """A run in a thread of its own, whose outcomes are asked for one by one."""

    def __init__(self, config: Config, wanted: Iterable[SnippetId]) -> None:
        """Begin to run the wanted snippets."""
        self._config, self._wanted = config, frozenset(wanted)
        self._outcomes: dict[SnippetId, Outcome] = {}
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="snippets", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            report = run(self._config, keep=self._is_wanted, observer=self)
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


BATCH = pytest.StashKey[Batch]()
PROJECT = pytest.StashKey[Config]()
SECONDS = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    """Read the project's settings."""
    try:
        config.stash[PROJECT] = load_config(config.rootpath)
    except SnippetsRunnerError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the snippets' support folders alone."""
    project = config.stash[PROJECT]
    inside = (
        collection_path.is_relative_to(project.snippets_folder) and collection_path != project.snippets_folder
    )
    return (
        True
        if inside
        and any(part.startswith("_") for part in collection_path.relative_to(project.snippets_folder).parts)
        else None
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a snippet that lies below a folder pytest was pointed at."""
    if parent.session.isinitpath(file_path):
        return None
    return _collector(file_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    """Collect a snippet that was named itself, which pytest would otherwise import as a test module."""
    return _collector(module_path, parent)


def _collector(file: Path, parent: pytest.Collector) -> SnippetFile | None:
    project = parent.config.stash[PROJECT]
    if file.suffix == ".py" and file.is_relative_to(project.snippets_folder):
        collector: SnippetFile = SnippetFile.from_parent(parent, path=file)
        return collector
    return None


class SnippetFile(pytest.File):
    """One snippet's file."""

    def collect(self) -> Iterator[SnippetItem]:
        """Yield the one item."""
        yield SnippetItem.from_parent(self, name=self.path.stem, nodeid=self.nodeid)


class SnippetItem(pytest.Item):
    """One snippet."""

    @property
    def snippet(self) -> SnippetId:
        """Return the snippet's id."""
        return SnippetId(self.path.relative_to(self.config.stash[PROJECT].root).as_posix())

    def runtest(self) -> None:
        """Wait for the snippet's outcome in the batch, and fail or skip as it did."""
        outcome = self._batch().outcome(self.snippet)
        self.stash[SECONDS] = outcome.result.seconds if outcome.result else 0.0
        if outcome.status is Status.SKIPPED:
            pytest.skip(outcome.reason)
        if outcome.status is Status.FAILED:
            raise SnippetFailed("\n".join(finding_text(finding) for finding in outcome.findings))

    def _batch(self) -> Batch:
        """Return the run of everything selected; under xdist, of this item alone."""
        if hasattr(self.config, "workerinput"):
            return Batch(self.config.stash[PROJECT], [self.snippet])
        if BATCH not in self.session.stash:
            wanted = [item.snippet for item in self.session.items if isinstance(item, SnippetItem)]
            self.session.stash[BATCH] = Batch(self.config.stash[PROJECT], wanted)
        return self.session.stash[BATCH]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Word the failure as the command line does."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the snippet is."""
        return self.path, 0, self.snippet


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Report how long the snippet itself took, not how long pytest waited for it."""
    report: Any = yield
    if call.when == "call" and SECONDS in item.stash:
        report.duration = item.stash[SECONDS]
    return report
