"""What the MkDocs plugin is besides a part of one build: a part of a live preview, which stays in place from build to build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import BasePlugin, event_priority

from slipbox.config import Options
from slipbox.desk import Desk
from slipbox.history import Dates, history_of, read_history
from slipbox.keep import Keep, at_once
from slipbox.live import Live
from slipbox.model import NotePath
from slipbox.pages import Surroundings
from slipbox.vault import Vault
from slipbox.watching import keep_watching

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation

LAST = -2000


class PreviewPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """A plugin that remembers what it read."""

    options: Options
    desk: Desk
    keep: Keep = staticmethod(at_once)
    """Gives what was made before; another plugin may put its own way in before a build."""
    surroundings: Surroundings | None = None
    """What was read for the last build of this process, as its audience sees it."""
    vault: Vault | None = None
    """All that was read."""
    live: Live | None = None
    """The short way of a live preview."""
    command = "build"
    files: Files
    """What the site has; known once its templates are."""
    _dates: tuple[object, Mapping[NotePath, Dates]] = ((), {})

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Stay, as MkDocs has it with plugins that ask for this, from one build of a live preview to the next."""
        self.command = command
        self.live = Live() if command == "serve" and not dirty else None

    @event_priority(LAST)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Show the preview's short way the navigation."""
        if self.live:
            self.live.pass_on(nav)

    @event_priority(LAST)
    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Note which files there are, and show it the pages."""
        self.files = files
        if self.live:
            self.live.populated(files, env)

    @event_priority(LAST)
    def remember(self, *, config: MkDocsConfig) -> None:
        """Tell it that the build succeeded."""
        if self.live:
            self.live.done(self, config)

    @event_priority(LAST)
    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Try the short way first, and watch the folder of notes again when it comes back after it was moved away."""
        if self.live:
            self.live.attach(server, self)
        keep_watching(server)
        return server

    def on_shutdown(self) -> None:
        """Leave no process behind."""
        if self.live:
            self.live.placing.stop()

    def history(self, docs_dir: str) -> Mapping[NotePath, Dates]:
        """Return when the notes were written and changed, as git says; asked once for each state of the history."""
        if not (self.options.page_line or self.options.listings):
            return {}
        state = (docs_dir, history_of(Path(docs_dir)))
        if state != self._dates[0]:
            self._dates = (state, read_history(Path(docs_dir)))
        return self._dates[1]
