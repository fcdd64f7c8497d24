"""The door for MkDocs and ProperDocs: tell the Markdown extension which page it is on, and make findings count.

A build executes nothing. In ``mkdocs serve``, a saved snippet is checked in a process of its own; the ledger that it
writes is watched, so the page shows the new state a moment later.
"""

from __future__ import annotations

import logging
import posixpath
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from snippets_runner.actions import Action, Places
from snippets_runner.config import Config, load_config
from snippets_runner.copies import written_out
from snippets_runner.dependencies import Dependencies
from snippets_runner.errors import SnippetsRunnerError
from snippets_runner.finding import Code, Finding, SnippetId
from snippets_runner.ledger import Ledger, read_ledger, write_ledger
from snippets_runner.markdown_extension import SnippetsRunnerExtension
from snippets_runner.preprocess import PageContext
from snippets_runner.watch import Look, look

log = logging.getLogger("mkdocs.plugins.snippets_runner")


class Options(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's options in ``mkdocs.yml``."""

    require_verified = config_options.Type(bool, default=False)
    """Whether a snippet that the ledger does not know as passed ends the build, after all have been told."""
    actions = config_options.ListOfItems(
        config_options.Choice([each.value for each in Action]), default=[each.value for each in Action]
    )
    """What a page offers to do with a shown file: download it, open it in the repository, run it."""


class SnippetsRunnerPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Show each snippet's recorded output and badge on the site's pages."""

    def __init__(self) -> None:
        """Begin outside a live preview."""
        super().__init__()
        self._serving = False
        self._seen: Look | None = None
        self._unverified = 0
        self._running = threading.Lock()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Learn whether this is a live preview."""
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Put the Markdown extension in, in place of one that is listed by name."""
        root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        self._project: Config = load_config(root)
        self._extension = SnippetsRunnerExtension(
            root=str(root), require_verified=self.config.require_verified, actions=self.config.actions
        )
        self._repository = repository_of(config, root)
        self._extension.on_finding = self._tell
        self._extension.dependencies = Dependencies.of(self._project, read_ledger(self._project.ledger_file))
        listed: list[Any] = [
            each
            for each in config.markdown_extensions
            if each not in ("snippets_runner", "snippets_runner.markdown_extension")
        ]
        config.markdown_extensions = [*listed, self._extension]  # type: ignore[list-item]
        return config

    def on_page_markdown(
        self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Tell the extension which page comes next."""
        source = page.file.abs_src_path
        path = Path(source) if source else Path(page.file.src_uri)
        root = self._project.root
        relative = path.relative_to(root) if path.is_relative_to(root) else path
        self._extension.page = PageContext(
            path=relative,
            language=str(page.meta.get("lang", "en")),
            first_line=_first_line(page.file.content_string, markdown),
            places=Places(files=get_relative_url(".", page.url), repository=self._repository),
        )
        return None

    def on_env(self, env: Any, /, *, config: MkDocsConfig, files: Files) -> None:
        """Publish the files that pages offer; write the includes out in Markdown copies that another plugin has made."""
        if Action.DOWNLOAD in self._extension.actions:
            for name, source in self._extension.shown.items():
                if files.get_file_from_path(name) is None:
                    files.append(File.generated(config, name, abs_src_path=str(source)))
        languages = {
            posixpath.dirname(file.dest_uri): str(file.page.meta.get("lang", "en"))
            for file in files.documentation_pages()
            if file.page is not None
        }
        for file in files:
            if file.generated_by and file.dest_uri.endswith(".md") and not file.is_documentation_page():
                language = languages.get(posixpath.dirname(file.dest_uri), "en")
                text, path = file.content_string, Path(file.dest_uri)
                file.content_string = written_out(text, path=path, config=self._project, language=language)

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any
    ) -> LiveReloadServer:
        """Watch the snippets and the ledger besides the pages."""
        self._seen = self._look()
        if not self._project.ledger_file.exists():  # only what is there can be watched
            write_ledger(self._project.ledger_file, Ledger())
        for path in (self._project.snippets_folder, self._project.ledger_file):
            if path.exists():
                server.watch(str(path))
        return server

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Begin anew; in a live preview, check what was saved since the last build, beside the build."""
        before, self._unverified = self._seen, 0
        if not self._serving or before is None or (now := self._look()) is None:
            return
        self._seen = now
        if changed := sorted(now.changed_since(before, ())):
            threading.Thread(target=self._check, args=(changed,), daemon=True).start()

    def _look(self) -> Look | None:
        """Return what the project is like now; None while something in it is just being written, or wrong."""
        try:
            return look(self._project, ())
        except (SnippetsRunnerError, OSError) as error:
            log.warning("snippets-runner: %s", error)
            return None

    def _check(self, snippets: list[SnippetId]) -> None:
        with self._running:
            command = [
                sys.executable,
                "-m",
                "snippets_runner",
                "--root",
                str(self._project.root),
                "check",
                *snippets,
            ]
            root = self._project.root
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if 0 < done.returncode < 130:  # what Ctrl-C ended has nothing to tell
            log.info("snippets-runner check:\n%s", done.stdout or done.stderr)

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """End a build that shows what is not verified, where that is required; what the others have to tell comes first."""
        if self._unverified and not self._serving:
            raise PluginError(
                f"pages show what is not verified: {self._unverified} times; run `snippets-runner check`"
            )

    def _tell(self, finding: Finding) -> None:
        self._unverified += finding.code is Code.UNVERIFIED
        log.warning("%s: %s: %s (%s)", finding.where, finding.code.value, finding.message, finding.hint)


def repository_of(config: MkDocsConfig, root: Path) -> str:
    """Return the address below which the repository shows the project's files; empty where the site names none.

    It is made of ``repo_url`` and ``edit_uri``, which leads to the folder of pages.
    """
    if not config.repo_url or not config.edit_uri:
        return ""
    docs = Path(config.docs_dir)
    below = docs.relative_to(root).as_posix() if docs.is_relative_to(root) else ""
    pages = urljoin(f"{config.repo_url.rstrip('/')}/", config.edit_uri).rstrip("/")
    top = pages.removesuffix(f"/{below}") if below != "." else pages
    # GitHub and GitLab show a file under another word than the one under which they edit it.
    return re.sub(r"/edit/", "/blob/", top, count=1) if top != pages or below == "." else ""


def _first_line(whole: str, text: str) -> int:
    """Return the line of a page's file at which the text after its front matter begins."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    head, found, _ = whole.replace("\r\n", "\n").partition(f"\n{first}\n")
    blank = text[: text.find(first)].count("\n") if first else 0
    return head.count("\n") + 2 - blank if found and whole.startswith("---") else 1
