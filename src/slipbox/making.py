"""Make some pages of a site again, as MkDocs made them for the last whole build, and what was made of all notes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.commands import build as engine
from mkdocs.structure.files import InclusionLevel

from slipbox.feeds import markdown_copies
from slipbox.graph_data import graph_json, listed
from slipbox.graph_page import GRAPH_PAGE, graph_page
from slipbox.keep import Keep
from slipbox.listing import ends_file
from slipbox.model import Note, NotePath
from slipbox.names import Folded
from slipbox.pages import Surroundings
from slipbox.placing import Places
from slipbox.vault import Vault

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation


class Moved(Exception):
    """A page has another name, or another place in the index, so other pages differ too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the last build left."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: jinja2.Environment
    outside: object
    """The state of what the site is made of besides notes, from before they were read."""
    planned: frozenset[Folded]
    vault: Vault
    """All that was read."""
    surroundings: Surroundings
    """What the audience may see of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Makes files of a site again."""

    scene: Scene
    now: Surroundings
    keep: Keep

    def pages(self, paths: Collection[NotePath]) -> None:
        """Make these pages as MkDocs does; raise Moved if one is called something else now."""
        config, files, nav, env = self.scene.config, self.scene.files, self.scene.nav, self.scene.env
        documents = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        wanted = {str(path) for path in paths}
        mine = [file for file in documents if file.src_uri in wanted]
        for file in mine:
            file.dest_dir = config.site_dir  # which may have been another while the site was built
            file.__dict__.pop("abs_dest_path", None)
            page = _page(file)
            title = page.title
            engine._populate_page(page, config, files)
            if page.title != title:
                raise Moved(file.src_uri)
        entries = Entries.of(config)
        for file in mine:
            excluded = file.inclusion.is_excluded()  # type: ignore[no-untyped-call]
            build = partial(engine._build_page, _page(file), config, documents, nav, env, excluded=excluded)
            entries.renew(_page(file).url, build)
        for file in documents:
            _page(file).validate_anchor_links(files=files, log_level=config.validation.links.anchors)
        if mine:
            entries.write(config)

    def listings(self) -> list[NotePath]:
        """Write the pages anew that show how notes are linked; return which differ."""
        renderer, options = self.now.renderer, self.now.options
        made: dict[NotePath, str] = {}
        if file := self._generated(GRAPH_PAGE):
            script = file.content_string.rpartition('<script src="')[2].partition('"')[0]
            made[GRAPH_PAGE] = graph_page(renderer.edition, self._url, script)
        if options.listings:
            made |= ends_file(renderer.edition)
        differing = []
        for path, content in made.items():
            file = self._generated(path)
            if file is not None and file.content_string != content:
                file.content_string = content
                differing.append(path)
        return differing

    def copies(self, paths: Collection[NotePath]) -> None:
        """Write the Markdown copies of some notes."""
        if not self.now.options.feeds:
            return
        wanted = {*paths}
        notes = [note for note in listed(self.now.renderer.edition) if note.path in wanted]
        copies = markdown_copies(self.now.renderer, self._url, self.keep, self.now.dependencies, notes)
        for name, text in copies.items():
            self._write(name, text)

    def graph(self, places: Places) -> None:
        """Write the graph's data."""
        self._write("graph.json", graph_json(self.now.renderer.edition, self._url, places=places))

    def has(self, name: str) -> bool:
        """Return whether a file of this name was made from the vault."""
        return self._generated(f"{name}.txt") is not None

    def _generated(self, path: str) -> File | None:
        file = self.scene.files.src_uris.get(path)
        return file if file is not None and file.generated_by == "slipbox" else None

    def _url(self, note: Note) -> str:
        file = self.scene.files.src_uris.get(note.path)
        return file.url.removeprefix("./") if file else ""

    def _write(self, name: str, text: str) -> None:
        """Replace a file of the site that was made from the vault, in one step."""
        if self.has(name):
            path = Path(self.scene.config.site_dir, name)
            beside = path.with_name(f".{path.name}.{os.getpid()}")
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)


def _page(file: File) -> Any:
    assert file.page is not None
    return file.page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What the search index has of the pages, in their order."""

    plugin: Any
    """The search plugin; None where there is no search."""
    listed: list[dict[str, Any]]
    """Its own list."""

    @classmethod
    def of(cls, config: MkDocsConfig) -> Entries:
        """Find the entries of MkDocs' or Material's search."""
        for plugin in config.plugins.values():
            index: Any = getattr(plugin, "search_index", None)
            if index is not None:
                return cls(
                    plugin=plugin, listed=index.entries if hasattr(index, "entries") else index._entries
                )
        return cls(plugin=None, listed=[])

    def renew(self, url: str, build: Callable[[], None]) -> None:
        """Build a page, and put its new entries, which come to the end, where the old ones were. Raises Moved."""
        places = [
            number for number, each in enumerate(self.listed) if each["location"].partition("#")[0] == url
        ]
        first = places[0] if places else len(self.listed)
        if places != list(range(first, first + len(places))):
            raise Moved(url)
        del self.listed[first : first + len(places)]
        length = len(self.listed)
        build()
        added = self.listed[length:]
        if added and not places:
            raise Moved(url)
        del self.listed[length:]
        self.listed[first:first] = added

    def write(self, config: MkDocsConfig) -> None:
        """Write the index."""
        if self.plugin is not None:
            self.plugin.on_post_build(config=config)
