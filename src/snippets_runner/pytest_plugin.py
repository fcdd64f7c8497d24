"""The door for pytest: every snippet is an item, and the whole selection runs side by side under the same executor.

An item's id is the snippet's path; of code that stands in a page and runs there, the page's path, and
the line or the session: ``docs/page.md::12``. Nothing is collected unless pytest is pointed at the snippets' folder, or at
the pages, on its command line or by ``testpaths``.

An item costs pytest about as much as a small snippet costs us. So in a large project in which nothing has changed,
the snippets of a folder are one item, unless single ones are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from snippets_runner.batch import Batch, Known, SnippetFailed
from snippets_runner.config import Config, load_config
from snippets_runner.discover import is_support
from snippets_runner.errors import SnippetsRunnerError
from snippets_runner.files import PAGES, SUFFIXES
from snippets_runner.finding import SnippetId
from snippets_runner.inline import read_inline
from snippets_runner.markdown import read_page, read_source
from snippets_runner.model import Status
from snippets_runner.reporters.terminal import finding_text

GATHERED = 1000
"""So many snippets that passed, and more, are told as one item a folder if nothing has changed."""
SINGLE = ("keyword", "markexpr", "lf", "failedfirst", "newfirst", "stepwise", "collectonly", "deselect")
"""Options of pytest that tell items apart."""


BATCH = pytest.StashKey[Batch]()
PROJECT = pytest.StashKey[Config]()
KNOWN = pytest.StashKey[Known]()
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


def _known(config: pytest.Config) -> Known:
    """Return what is known before anything runs; looked at once in a run of pytest."""
    if KNOWN not in config.stash:
        config.stash[KNOWN] = Known(config.stash[PROJECT])
    return config.stash[KNOWN]


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a folder of snippets, if those that are known to pass may be told as one."""
    config = parent.config
    if not path.is_relative_to(config.stash[PROJECT].snippets_folder) or not _may_gather(config):
        return None
    if len(_known(config).rows) < GATHERED:
        return None
    folder: SnippetFolder = SnippetFolder.from_parent(parent, path=path)
    return folder


def _may_gather(config: pytest.Config) -> bool:
    """Tell whether nobody asks for single items."""
    if hasattr(config, "workerinput") or any(config.getoption(name, None) for name in SINGLE):
        return False
    return all((config.invocation_params.dir / each).is_dir() for each in config.args)


def pytest_report_collectionfinish(config: pytest.Config) -> str | None:
    """Tell that some items stand for many snippets."""
    gathered = config.stash[KNOWN].gathered if KNOWN in config.stash else 0
    return (
        f"{gathered} snippets are unchanged since they passed, and are one item a folder"
        if gathered
        else None
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a snippet that lies below a folder pytest was pointed at."""
    if file_path.suffix in PAGES:
        return _page(file_path, parent)
    if parent.session.isinitpath(file_path) and file_path.suffix == ".py":
        return None
    return _collector(file_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    """Collect a snippet that was named itself, which pytest would otherwise import as a test module."""
    return _collector(module_path, parent)


def _collector(file: Path, parent: pytest.Collector) -> SnippetFile | None:
    project = parent.config.stash[PROJECT]
    inside = file.suffix in SUFFIXES and file.is_relative_to(project.snippets_folder)
    if inside and not is_support(file, project):
        collector: SnippetFile = SnippetFile.from_parent(parent, path=file)
        return collector
    return None


def _page(file: Path, parent: pytest.Collector) -> PageFile | None:
    """Collect a page whose code runs where it stands, if pytest was pointed at it, or at a folder of pages above it."""
    project, config = parent.config.stash[PROJECT], parent.config
    tops = [project.root / each for each in project.docs]
    named = [(config.invocation_params.dir / each.split("::")[0]).resolve() for each in config.args]
    asked = any(
        file.is_relative_to(each) and each.is_relative_to(top.resolve()) for each in named for top in tops
    )
    if not asked:
        return None
    page: PageFile = PageFile.from_parent(parent, path=file)
    return page


class PageFile(pytest.File):
    """A page with programs in it."""

    def collect(self) -> Iterator[SnippetItem]:
        """Yield an item for each program."""
        project = self.config.stash[PROJECT]
        page, _ = read_page(read_source(self.path, root=project.root))
        for snippet in read_inline([page], project):
            name = snippet.id.removeprefix(page.source.path.as_posix()).removeprefix(":")
            item: SnippetItem = SnippetItem.from_parent(self, name=name)
            item.snippet = snippet.id
            yield item


class SnippetFolder(pytest.Directory):
    """A folder of snippets in which many are known to pass."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield one item for all that are known to pass, and every other one as ever."""
        known, top = _known(self.config), self.config.stash[PROJECT].root
        before = self.path.relative_to(top).as_posix()
        passed = [
            name
            for name in sorted(os.listdir(self.path))
            if name.endswith(SUFFIXES) and known.passed(SnippetId(f"{before}/{name}"))
        ]
        known.gathered += len(passed)
        for entry in sorted(os.scandir(self.path), key=lambda each: each.name):
            if entry.name not in passed:
                yield from self._collect(Path(entry.path), folder=entry.is_dir())
        if passed:
            yield Unchanged.from_parent(self, name=f"{len(passed)} unchanged")

    def _collect(self, path: Path, *, folder: bool) -> Iterator[pytest.Item | pytest.Collector]:
        if self.ihook.pytest_ignore_collect(collection_path=path, config=self.config):
            return
        if not folder:
            yield from self.ihook.pytest_collect_file(file_path=path, parent=self)
        elif (found := self.ihook.pytest_collect_directory(path=path, parent=self)) is not None:
            yield found


class Unchanged(pytest.Item):
    """Snippets of one folder of which nothing has changed since they passed."""

    def runtest(self) -> None:
        """Do nothing: that they passed, and nothing has changed, was told by the index."""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where they are."""
        return self.path, 0, self.name


class SnippetFile(pytest.File):
    """One snippet's file."""

    def collect(self) -> Iterator[SnippetItem]:
        """Yield the one item."""
        item: SnippetItem = SnippetItem.from_parent(self, name=self.path.stem, nodeid=self.nodeid)
        item.snippet = SnippetId(self.path.relative_to(self.config.stash[PROJECT].root).as_posix())
        yield item


class SnippetItem(pytest.Item):
    """One snippet."""

    snippet: SnippetId

    def runtest(self) -> None:
        """Wait for the snippet's outcome in the batch, and fail or skip as it did."""
        row = None if hasattr(self.config, "workerinput") else _known(self.config).rows.get(self.snippet)
        if row is not None:
            self.stash[SECONDS] = 0.0
            if row.status is Status.SKIPPED:
                pytest.skip(row.reason)
            return
        outcome = self._batch().outcome(self.snippet)
        self.stash[SECONDS] = outcome.result.seconds if outcome.result else 0.0
        if outcome.status is Status.SKIPPED:
            pytest.skip(outcome.reason)
        if outcome.status is Status.FAILED:
            raise SnippetFailed("\n".join(finding_text(finding) for finding in outcome.findings))

    def _batch(self) -> Batch:
        """Return the run of everything selected; under xdist, of this item alone."""
        if hasattr(self.config, "workerinput"):
            return Batch(_known(self.config).before, [self.snippet])
        if BATCH not in self.session.stash:
            wanted = [item.snippet for item in self.session.items if isinstance(item, SnippetItem)]
            self.session.stash[BATCH] = Batch(_known(self.config).before, wanted)
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
