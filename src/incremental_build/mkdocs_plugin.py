"""The door for MkDocs 1.6 and ProperDocs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.utils import CountHandler

from incremental_build.publication import Staged, begin, discard, publish

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.plugins.incremental_build")

FIRST, LAST = 1000, -1000


class Options(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's options in ``mkdocs.yml``."""

    enabled = config_options.Type(bool, default=True)
    """Whether it does anything."""


class IncrementalBuildPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Builds beside the site and swaps, and keeps what has not changed."""

    def __init__(self) -> None:
        """Begin outside a build."""
        super().__init__()
        self._dirty = False
        self._built: MkDocsConfig | None = None
        self._staged: Staged | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Learn how MkDocs was called."""
        self._dirty = dirty

    @event_priority(FIRST)
    def on_config(self, config: MkDocsConfig) -> None:
        """Have the site built beside the one that is there."""
        self._abandon()
        if self.config.enabled and not self._dirty:
            self._staged = begin(Path(config.site_dir))
            self._built = config
            config.site_dir = str(self._staged.folder)

    @event_priority(LAST)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Publish the site, unless MkDocs is about to refuse it for its warnings."""
        staged = self._staged
        if staged is None:
            return
        if config.strict and _warned():
            self._abandon()
            return
        told = publish(staged)
        self._restore()
        log.info("%d files written, %d unchanged, %d removed", told.written, told.same, told.removed)

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        """Leave the last good site where it is."""
        self._abandon()

    def on_shutdown(self) -> None:
        """Leave nothing beside the site, also when the build was interrupted."""
        self._abandon()

    def _abandon(self) -> None:
        """Throw away what was built, if it isn't published."""
        if self._staged is not None:
            discard(self._staged)
            self._restore()

    def _restore(self) -> None:
        """Let the configuration name the site again."""
        if self._built is not None and self._staged is not None:
            self._built.site_dir = str(self._staged.live)
        self._built = self._staged = None


def _warned() -> bool:
    """Return whether MkDocs has counted a warning, for which a strict build is refused."""
    handlers = logging.getLogger("mkdocs").handlers
    return any(handler.get_counts() for handler in handlers if isinstance(handler, CountHandler))
