"""The door for Python-Markdown: under each included snippet, its recorded output and a badge.

Works with any engine that runs Python-Markdown. It executes nothing: it reads the files below the snippets' folder
and the ledger that ``snippets-runner check`` wrote. Its preprocessor runs before ``pymdownx.snippets`` (priority 32),
so an include inside a fence is read by our strict reader; includes elsewhere are left to that extension.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown

from snippets_runner.actions import Action, Places
from snippets_runner.config import find_root, load_config
from snippets_runner.dependencies import Dependencies
from snippets_runner.errors import UnknownNameError
from snippets_runner.finding import Finding, SnippetId
from snippets_runner.ledger import read_ledger
from snippets_runner.preprocess import PageContext, SnippetsPreprocessor, StashPreprocessor

PRIORITY = 33
"""Just before ``pymdownx.snippets``."""
STASH_PRIORITY = 29
"""Just after ``normalize_whitespace`` (30), which would break the placeholders of Python-Markdown's stash."""
log = logging.getLogger("snippets_runner")


def tell(finding: Finding) -> None:
    """Log a finding; what the extension does where no engine wants to know."""
    log.warning("%s: %s: %s (%s)", finding.where, finding.code.value, finding.message, finding.hint)


def read_actions(words: Iterable[str]) -> tuple[Action, ...]:
    """Return the actions of these names.

    Raises:
        UnknownNameError: a name is none.
    """
    known = {each.value: each for each in Action}
    for word in words:
        if word not in known:
            raise UnknownNameError("action", word, known, where="snippets_runner: actions")
    return tuple(known[word] for word in words)


class SnippetsRunnerExtension(Extension):
    """Show what was recorded, and say what was checked.

    Options: ``root``, the project's folder (found upwards from the working directory if empty); ``require_verified``,
    whether a snippet that is not verified is a finding; ``actions``, what a page offers to do with a shown file, of
    ``download``, ``open`` and ``run``; and ``files`` and ``repository``, the addresses below which the site publishes the
    project's files and the repository shows them.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Declare the options; ``page`` and ``on_finding`` may be set by an engine before each page."""
        self.config = {
            "root": ["", "The project's folder"],
            "require_verified": [False, "Whether an unverified snippet is a finding"],
            "actions": [[each.value for each in Action], "What a page offers to do with a shown file"],
            "files": ["", "The address below which the site publishes the project's files"],
            "repository": ["", "The address below which the repository shows them"],
        }
        self.shown: dict[SnippetId, Path] = {}
        """The files that pages offer."""
        self._shown_here: dict[SnippetId, Path] = {}
        self.dependencies: Dependencies | None = None
        """The ledger and what else an engine has read, once for all pages."""
        self.on_finding: Callable[[Finding], None] = tell
        super().__init__(**kwargs)
        places = Places(files=self.getConfig("files"), repository=self.getConfig("repository"))
        self.page = PageContext(places=places)
        self._actions = read_actions(self.getConfig("actions"))

    @property
    def actions(self) -> Collection[Action]:
        """Return what a page offers to do with a shown file."""
        return self._actions

    @property
    def require_verified(self) -> bool:
        """Tell whether an unverified snippet is a finding."""
        return bool(self.getConfig("require_verified"))

    def incremental_key(self, page: Any) -> str | None:
        """Say what a page's HTML depends on besides its text and the files it opens, for whoever keeps pages."""
        self._shown_here.clear()
        if self.dependencies is None:
            return None
        return self.dependencies.of_text(page.markdown or "", self.page, self.getConfigs())

    def incremental_products(self) -> Any:
        """Return what the page that was just rendered added to what is gathered of all pages."""
        return {name: str(file) for name, file in self._shown_here.items()}

    def incremental_restore(self, products: Any) -> None:
        """Add it again, for a page that is not rendered."""
        for name, file in products.items():
            self.show(SnippetId(name), Path(file))

    def show(self, snippet: SnippetId, file: Path) -> None:
        """Note a file that the page offers."""
        self.shown[snippet] = self._shown_here[snippet] = file

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (the name Python-Markdown calls)
        """Register the preprocessor."""
        root = self.getConfig("root")
        config = load_config(Path(root) if root else find_root(Path.cwd()))
        ledger = self.dependencies.ledger if self.dependencies else read_ledger(config.ledger_file)
        preprocessor = SnippetsPreprocessor(md, self, config, ledger)
        md.preprocessors.register(preprocessor, "snippets_runner", PRIORITY)
        md.preprocessors.register(
            StashPreprocessor(md, preprocessor.blocks), "snippets_runner_stash", STASH_PRIORITY
        )


def makeExtension(**kwargs: Any) -> SnippetsRunnerExtension:  # noqa: N802  (the name Python-Markdown calls)
    """Return the extension, as Python-Markdown asks for it by module name."""
    return SnippetsRunnerExtension(**kwargs)
