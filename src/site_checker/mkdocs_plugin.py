"""The MkDocs plugin, for MkDocs 1.6 and ProperDocs: after a build, every fault of the site is a warning at its place."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.plugins import BasePlugin, event_priority

from site_checker.address import Base
from site_checker.errors import SiteCheckerError
from site_checker.model import Code
from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.plugins.site_checker")


class Settings(Config):  # type: ignore[no-untyped-call]
    """The plugin's settings."""

    ignore = config_options.ListOfItems(config_options.Choice([each.value for each in Code]), default=[])
    """Kinds of findings that are not told."""
    unlinked = config_options.ListOfItems(config_options.Type(str), default=[])
    """Patterns of pages that no other needs to lead to."""


class SiteCheckerPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Checks the site that was just written."""

    command = "build"
    sources: Sources

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Note whether this is a preview, which isn't checked."""
        self.command = command

    @event_priority(-100)
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Note which file of the site is made from which source."""
        made = {file.dest_uri: file.abs_src_path for file in files if file.abs_src_path}
        self.sources = Sources(files={name: Path(path) for name, path in made.items() if path})

    @event_priority(-110)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Check the site when nothing changes it any more."""
        if self.command == "serve":
            return
        base = Base.of(config.site_url or "")
        wishes = Wishes(
            base=base, ignored=frozenset(map(Code, self.config.ignore)), unlinked=tuple(self.config.unlinked)
        )
        try:
            told = check_site(Path(config.site_dir), wishes, lambda _: self.sources)
        except SiteCheckerError as error:
            log.error("%s", error)
            return
        for finding in told.findings:
            log.warning("%s", finding)
        log.info("%s links of %s pages followed", f"{told.links:,}", f"{told.pages:,}")
