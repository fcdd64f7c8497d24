"""The short way of a live preview: of what MkDocs made for the last whole build, the pages that a saved note changed are made again.

Where anything else changed, or went wrong on the way, the whole site is built.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from slipbox.config import Options
from slipbox.desk import Desk
from slipbox.graph_data import lines_of, listed
from slipbox.keep import Keep
from slipbox.making import Making, Scene
from slipbox.mkdocs_files import addresses_from, only
from slipbox.model import Note
from slipbox.pages import Surroundings, survey
from slipbox.pipeline import Edition, edition_of, read_planned
from slipbox.placing import Placing
from slipbox.unmoved import is_watched_only, outside, same_outlines, why_not
from slipbox.vault import Vault, read_vault

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation

log = logging.getLogger("mkdocs.plugins.slipbox")

MOST = 60
"""How many pages the short way makes; for more the whole site is built, which has helpers."""


class Room(Protocol):
    """The plugin, as far as it is asked for here."""

    options: Options
    desk: Desk
    keep: Keep
    vault: Vault | None
    surroundings: Surroundings | None


class Live:
    """Remembers the last build of a preview, and makes again what a change concerns."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.placing = Placing()
        self._scene: Scene | None = None
        self._outside: object = None
        self._nav: Navigation | None = None
        self._made: tuple[Files, jinja2.Environment] | None = None

    def begin(self, config: MkDocsConfig, options: Options) -> None:
        """Forget the last build, and look at what this one may read."""
        self.placing.stop()
        self._scene = self._made = None
        self._outside = outside(config, history=options.page_line or options.listings)

    def pass_on(self, nav: Navigation) -> None:
        """Take the navigation."""
        self._nav = nav

    def populated(self, files: Files, env: jinja2.Environment) -> None:
        """Take the pages."""
        self._made = (files, env)

    def done(self, room: Room, config: MkDocsConfig) -> None:
        """Keep a build that succeeded, if the short way can be taken from there."""
        if reason := why_not(config):
            log.debug("each save builds the whole site: %s", reason)
        if reason or self._made is None or self._nav is None:
            return
        files, env = self._made
        if room.vault is None or room.surroundings is None:
            return
        self._scene = Scene(
            config=config, files=files, nav=self._nav, env=env, outside=self._outside, vault=room.vault,
            surroundings=room.surroundings, planned=room.surroundings.renderer.edition.planned,
        )  # fmt: skip

    def attach(self, server: LiveReloadServer, room: Room) -> None:
        """Let a server try the short way first."""
        whole = server.builder

        def builder() -> None:
            began = time.monotonic()
            try:
                count = self.again(room, list(server._watched_paths))
            except Exception as error:  # whatever it is, the whole build says it
                log.debug("the short way failed: %s", error)
                count = None
            if count is None:
                whole()
            else:
                log.info("%d pages made again in %.2f seconds", count, time.monotonic() - began)

        server.builder = builder

    def again(self, room: Room, watched: Collection[str]) -> int | None:
        """Make again what has changed since the last build; return how many pages, None if the whole site has to be built."""
        scene, self._scene = self._scene, None
        if scene is None or not is_watched_only(scene.config, watched):
            return None
        options, config = room.options, scene.config
        if scene.outside != outside(config, history=options.page_line or options.listings):
            return None
        vault = read_vault(Path(config.docs_dir), options, scene.vault)
        before = scene.surroundings
        edition = self._edition(scene, vault, options) if same_outlines(scene.vault, vault) else None
        if edition is None:
            return None
        anchors = replace(before.renderer.anchors, _made={})
        renderer = replace(before.renderer, edition=edition, anchors=anchors)
        addresses = before.dependencies.addresses
        now = survey(renderer, before.dates, addresses, room.keep, before)
        changed = [path for path, note in edition.notes.items() if _differs(note, before, now, scene.files)]
        if len(changed) > MOST:
            return None
        for finding in edition.findings:
            log.info("%s", finding)
        room.vault, room.surroundings = vault, now
        room.desk.renderer, room.desk.dependencies = now.renderer, now.dependencies
        made = Making(scene=scene, now=now, keep=room.keep)
        listed_again = made.listings() if now.links != before.links else []
        made.pages([*changed, *listed_again])
        made.copies(changed)
        if now.links != before.links:
            self._graph(made)
        self._scene = replace(scene, vault=vault, surroundings=now)
        return len(changed) + len(listed_again)

    def _edition(self, scene: Scene, vault: Vault, options: Options) -> Edition | None:
        """Return what the audience may see now; None if other notes or files, or other titles of notes."""
        before = scene.surroundings.renderer.edition
        config = Path(scene.config.config_file_path or "")
        if read_planned(config.parent, options) != scene.planned:
            return None
        own = only({*before.whole.notes, *before.whole.files}, vault)
        edition = edition_of(own, options, planned=scene.planned, before=before)
        titles = [[note.title for note in each.notes.values()] for each in (before, edition)]
        return edition if edition.files == before.files and titles[0] == titles[1] else None

    def _graph(self, made: Making) -> None:
        """Write the graph with the places that its notes had, and again with their new ones when these are known."""
        if made.has("graph.json"):
            made.graph(self.placing.last)
            notes = listed(made.now.renderer.edition)
            self.placing.begin(*lines_of(notes, made.now.links), made.graph)


def _differs(note: Note, before: Surroundings, now: Surroundings, files: Files) -> bool:
    """Return whether a note's page differs from what it was."""
    old = before.renderer.edition.notes[note.path]
    if now.seen_of(note) == before.seen_of(old):
        return False
    if now.dependencies.of_note(note) != before.dependencies.of_note(old):
        return True
    file = files.src_uris.get(note.path)
    url, at = addresses_from(files, file.url if file else "")
    return now.shown_around(note, url, at) != before.shown_around(old, url, at)
