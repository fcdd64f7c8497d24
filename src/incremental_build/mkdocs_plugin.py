"""The door for MkDocs 1.6 and ProperDocs."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

from incremental_build.code import code_digest, of_a_package, own_modules
from incremental_build.keeper import Keeper
from incremental_build.memo import Memo
from incremental_build.page import KeptPage
from incremental_build.publication import Staged, begin, discard, publish
from incremental_build.records import OpenedFiles, Said, listening, say_again
from incremental_build.searching import keep_entries
from incremental_build.templates import Templates
from incremental_build.trace import Trace
from incremental_build.whole import Whole

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation

log = logging.getLogger("mkdocs.plugins.incremental_build")

FIRST, LAST = 1000, -1000
SETTLED = (
    "incremental_build",
    "search",
    "slipbox",
    "snippets_runner",
    "site_checker",
    "autorefs",
    "mkdocstrings",
    "mermaid2",
)
"""Plugins whose part in a site depends on nothing but settings, files, commits and the day."""
PROGRESS = ("mkdocs.commands.build", log.name)
"""Who tells how a build gets on, which is not said again where nothing is built."""


class Options(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's options in ``mkdocs.yml``."""

    enabled = config_options.Type(bool, default=True)
    """Whether it does anything."""
    cache_dir = config_options.Type(str, default=".cache/incremental_build")
    """The folder for what is kept, relative to the configuration's."""
    memory = config_options.Type(bool, default=True)
    """Whether a site may be built in memory (`/dev/shm`) before what differs is copied to its place."""
    processes = config_options.Type(int, default=0)
    """How many processes render what is not kept; 0 stands for one for each core, 1 for no helpers."""
    trusted = config_options.ListOfItems(config_options.Type(str), default=[])
    """Markdown extensions whose HTML depends on nothing but the text, their settings and the files that they open."""
    trusted_plugins = config_options.ListOfItems(config_options.Type(str), default=[])
    """Plugins whose part in the site depends on nothing but settings, files, commits and the day; `hooks` stands for all hooks."""


class NothingChanged(SystemExit):
    """Ends `mkdocs build` when there is nothing to do."""

    code = 0


class IncrementalBuildPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Builds beside the site and swaps, and keeps what has not changed."""

    def __init__(self) -> None:
        """Begin outside a build."""
        super().__init__()
        self._dirty = self._alone = False
        self._trace = Trace()
        self._whole: Whole | None = None
        self._listening = ExitStack()
        self._said: list[Said] = []
        self._built: MkDocsConfig | None = None
        self._staged: Staged | None = None
        self._opened = OpenedFiles(deaf=lambda: self._trace.looking)
        self._code = ""
        self._memo: Memo | None = None
        self._keeper: Keeper | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Learn how MkDocs was called."""
        self._dirty, self._alone = dirty, command == "build"

    @event_priority(FIRST)
    def on_config(self, config: MkDocsConfig) -> None:
        """Have the site built beside the one that is there, and open what was kept."""
        self._abandon()
        if not self.config.enabled or self._dirty:
            return
        root = Path(config.config_file_path).parent if config.config_file_path else Path()
        cache = root / self.config.cache_dir
        if self._alone:
            self._whole = Whole(cache, config, Path(config.site_dir).resolve())
            self._end_if_unchanged(self._whole)
        self._live = config.site_dir
        self._staged = begin(Path(config.site_dir), cache / "rubbish", memory=self.config.memory)
        self._built = config
        config.site_dir = str(self._staged.folder)
        self._memo, self._code = self._memo or Memo(cache / "kept.sqlite3"), ""
        for plugin in config.plugins.values():
            if hasattr(plugin, "keep"):
                plugin.keep = self._keep
        self._trace.begin([str(cache), config.site_dir, self._live])
        self._said = self._listening.enter_context(listening())

    def _keep(self, kind: str, name: str, key: str, make: Callable[[], Any]) -> Any:
        """Keep something of another plugin or a hook, for as long as the code is the same."""
        assert self._memo is not None
        self._code = self._code or code_digest()
        return self._memo.keep(kind, name, f"{self._code}{key}", make)

    def _end_if_unchanged(self, whole: Whole) -> None:
        """End the program, if this build would make what is there and say what was said."""
        found = whole.unchanged()
        if found is None:
            return
        say_again(found[0])
        log.info("nothing has changed: %d files stay as they are", found[1])
        raise NothingChanged

    @event_priority(LAST)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Let each page ask what was kept before it is rendered."""
        if self._staged is None or self._memo is None:
            return
        self._code = code_digest()  # again: modules may have been loaded since
        processes = self.config.processes or _cores()
        keeper = Keeper(self._memo, self._opened, self._code, self.config.trusted, processes)
        keeper.note = self._trace.note
        keeper.prepare(config)
        for name, plugin in config.plugins.items():
            if name.rpartition("/")[2] == "search":
                keep_entries(plugin, keeper)
            if name == "autorefs":
                keeper.hear(plugin)
        for file in files.documentation_pages():
            if type(file.page) is Page:
                file.page.__class__ = KeptPage
                file.page.keeper = keeper  # type: ignore[attr-defined]
        self._keeper = keeper

    @event_priority(LAST)
    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Let each finished page ask, too."""
        if self._keeper is not None:
            self._keeper.stop_helpers()
            Templates(self._keeper, config, files, self._live).prepare(env)

    @event_priority(FIRST)
    def _all_written(self, *, config: MkDocsConfig) -> None:
        """End the helpers."""
        if self._keeper is not None:
            self._keeper.stop_helpers()

    @event_priority(LAST)
    def _all_done(self, *, config: MkDocsConfig) -> None:
        """Publish the site, unless MkDocs is about to refuse it for its warnings."""
        staged = self._staged
        if staged is None or self._memo is None:
            return
        if config.strict and _warned():
            self._abandon()
            return
        self._memo.save(whole=self._alone)  # a preview asks for less than there is
        unknown = self._keeper.unknown if self._keeper else ""
        self._trace.end()
        told = publish(staged, self._whole.look if self._whole else bool)
        self._restore()
        self._record(config, unknown)
        log.info("%d files written, %d unchanged, %d removed", told.written, told.same, told.removed)

    def _record(self, config: MkDocsConfig, unknown: str) -> None:
        """Write down what the build was made of, for the next one."""
        self._listening.close()
        if self._whole is None:
            return
        for path in own_modules():
            self._trace.note(path)
        for folder in (each for each in config.theme.dirs if not of_a_package(each)):
            for file in Path(folder).rglob("*"):
                self._trace.note(str(file))
        unsettled = [name for name, plugin in config.plugins.items() if not self._is_settled(name, plugin)]
        if unsettled:
            unknown = f"nobody vouched for {', '.join(unsettled)}"
        self._whole.why = self._whole.why or unknown
        self._whole.record(
            self._trace, [each for each in self._said if each[1] > logging.INFO or each[0] not in PROGRESS]
        )
        if self._whole.why:
            log.debug("each build looks at every page: %s", self._whole.why)

    def _is_settled(self, name: str, plugin: object) -> bool:
        """Return whether somebody vouched for a plugin or a hook."""
        trusted = self.config.trusted_plugins
        hook = isinstance(plugin, ModuleType) and "hooks" in trusted
        return hook or name.rpartition("/")[2] in SETTLED or name in trusted

    on_post_build = CombinedEvent(_all_written, _all_done)

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        """Leave the last good site where it is."""
        self._abandon()

    def on_shutdown(self) -> None:
        """Leave nothing beside the site, also when the build was interrupted."""
        self._abandon()

    def _abandon(self) -> None:
        """Throw away what was built, if it isn't published."""
        self._trace.end()
        self._listening.close()
        if self._keeper is not None:
            self._keeper.stop_helpers()
        if self._staged is not None:
            discard(self._staged)
            self._restore()
            if self._memo is not None:
                self._memo.save(whole=False)

    def _restore(self) -> None:
        """Let the configuration name the site again."""
        if self._keeper is not None:
            self._keeper.processes = 1  # a page made after this build is made here
        if self._built is not None and self._staged is not None:
            self._built.site_dir = str(self._staged.live)
        self._built = self._staged = self._keeper = None


def _warned() -> bool:
    """Return whether MkDocs has counted a warning, for which a strict build is refused."""
    handlers = logging.getLogger("mkdocs").handlers
    return any(handler.get_counts() for handler in handlers if isinstance(handler, CountHandler))


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
