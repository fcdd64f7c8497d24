"""The MkDocs plugin, for MkDocs 1.6 and ProperDocs: it does what a Markdown extension can't.

It takes away what the audience may not see before any other plugin looks, gives notes their addresses, tells
the extension which note is being rendered, and places the backlinks.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown import Markdown
from mkdocs.config.base import ValidationError
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data

from slipbox.anchors import Anchors
from slipbox.audience import Visibility
from slipbox.config import Leaks, Options, parse_options
from slipbox.desk import Desk
from slipbox.errors import ConfigError, SlipboxError
from slipbox.feeds import FEED, copy_of, with_alternates
from slipbox.flavour import BASELINE_SETTINGS, FENCES, baseline
from slipbox.markdown_extension import SlipboxExtension
from slipbox.media import Media, media_of
from slipbox.metadata import harmless, visible
from slipbox.mkdocs_files import addresses_from, generate, publish, take_away, without_excluded
from slipbox.mkdocs_leaks import check_site
from slipbox.mkdocs_nav import shorten
from slipbox.model import Note, NotePath
from slipbox.pages import survey, with_classes, with_head, with_language
from slipbox.pipeline import edition_of, read_planned
from slipbox.preview import PreviewPlugin
from slipbox.render import Renderer
from slipbox.urls import assign
from slipbox.vault import Vault, read_vault
from slipbox.visibility import without

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.slipbox")

ASSETS = Path(__file__).parent / "assets"
FOLDER = "assets/slipbox"


class SlipboxPlugin(PreviewPlugin):  # type: ignore[no-untyped-call]
    """A vault of linked notes as pages, for one audience."""

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Check the options by ourselves: an unknown one is refused, with the nearest that exists."""
        self.config = dict(options)
        try:
            self.options = parse_options(options, where="plugins: slipbox")
        except ConfigError as error:
            self.options = Options()
            return [(getattr(error, "name", "slipbox"), ValidationError(str(error)))], []
        return [], []

    def on_config(self, config: MkDocsConfig) -> None:
        """Put the Markdown extension in place, with the desk that this plugin lays the notes on."""
        if "language" not in self.config:
            language = config.theme.get("language") or "en"
            self.options = parse_options({**self.config, "language": str(language)}, where="plugins: slipbox")
        toc = config.mdx_configs.get("toc", {})
        anchors = Anchors(
            **{
                name: toc[given]
                for name, given in (("slugify", "slugify"), ("separator", "separator"))
                if given in toc
            }
        )
        empty = edition_of(Vault(notes=(), files=()), self.options)
        kept: list[Any] = [extension for extension in config.markdown_extensions if extension != "slipbox"]
        for name in baseline([name for name in kept if isinstance(name, str)]):
            # Of two that read fences the later one does, and MkDocs always has one that can't read them in lists.
            kept.insert(len(kept) if name == FENCES else 0, name)
            config.mdx_configs.setdefault(name, dict(BASELINE_SETTINGS.get(name, {})))

        def make_markdown(outer: Markdown, desk: Desk) -> Markdown:
            return Markdown(
                extensions=[*kept, SlipboxExtension(desk=desk)],
                extension_configs=config.mdx_configs or {},
            )

        if self.live:
            self.live.begin(config, self.options)
        self.desk = Desk(renderer=Renderer(edition=empty, anchors=anchors), make_markdown=make_markdown)
        config.markdown_extensions = [*kept, SlipboxExtension(desk=self.desk)]  # type: ignore[list-item]
        config.extra_css.insert(0, f"{FOLDER}/slipbox.css")
        wanted = {"preview.js": self.options.previews, "random.js": self.options.random_note}
        for name in (name for name, asked in wanted.items() if asked):
            script = ExtraScriptValue(f"{FOLDER}/{name}")
            script.defer = True
            config.extra_javascript.append(script)

    @event_priority(100)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Read the vault; remove what the audience may not see; give every note its address."""
        root = Path(config.config_file_path).parent if config.config_file_path else Path()
        try:
            self.vault = read_vault(Path(config.docs_dir), self.options, self.vault)
        except SlipboxError as error:
            log.error(str(error))
            self.vault = Vault(notes=(), files=())
        before = self.surroundings
        vault, planned = without_excluded(self.vault, files), read_planned(root, self.options)
        edition = edition_of(
            vault, self.options, planned=planned, before=before.renderer.edition if before else None
        )
        self.desk.renderer = replace(self.desk.renderer, edition=edition)
        for finding in edition.findings:
            log.info("%s", finding)
        whole = [path for path in edition.files if media_of(path) not in (Media.CANVAS, Media.BASE)]
        hidden = take_away(files, config.docs_dir, {*edition.notes, *whole})
        if config.nav is not None:
            config.nav = without(config.nav, hidden)
        addresses = assign(edition.notes.values(), self.options, edition.files)
        for path, address in addresses.paths.items():
            file = files.src_uris.get(path)
            if file is not None:
                publish(file, edition.notes[path], address, directories=config.use_directory_urls)
        urls = {path: file.url for path in edition.notes if (file := files.src_uris.get(path))}

        def published(page: NotePath, path: NotePath) -> str:
            here, there = files.src_uris.get(page), files.src_uris.get(path)
            return get_relative_url(there.url if there else "", here.url if here else "")

        self.desk.renderer = replace(self.desk.renderer, address=published)
        now = survey(self.desk.renderer, self.history(config.docs_dir), urls, self.keep, before)
        self.surroundings, self.desk.renderer, self.desk.dependencies = now, now.renderer, now.dependencies
        keep = self.live.placing.keeping(self.keep) if self.live else self.keep
        generate(files, config, now, addresses, script=f"../{FOLDER}/graph.js", keep=keep)
        for name in ("slipbox.css", "graph.js", "preview.js", "random.js"):
            home = f"{FOLDER}/{name}"
            files.append(File(name, str(ASSETS), config.site_dir, config.use_directory_urls, dest_uri=home))
        if self.options.nav_most and config.nav is None:
            shorten(files, self.options.nav_most)
        return files

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Hand MkDocs a note's text so that it can't take properties for text or text for properties."""
        note = self._note(page)
        if note is None or (note.properties and _plain_yaml(note)):
            return None
        return f"---\n{json.dumps(note.properties, default=str)}\n---\n\n{note.body}"

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Lay the note on the desk, and its title and language into the page's metadata."""
        note = self._note(page)
        self.desk.lay(note)
        if note is None:
            return markdown
        page.meta = harmless(visible(dict(page.meta), note, self.desk.renderer), self.options)
        if any(name in note.properties for name in self.options.names("title")):
            page.meta["title"] = escape(note.title, quote=False)
        if note.lang:
            page.meta["lang"] = note.lang
        if note.visibility is Visibility.UNLISTED:
            page.meta["search"] = {"exclude": True}
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put around the note what a page shows: the line under the title, and what links here."""
        note = self._note(page)
        self.desk.lay(None)
        if note is None or self.surroundings is None:
            return html
        head, foot = self.surroundings.around_note(note, *addresses_from(files, page.url))
        return with_classes(with_head(html, head) if head else html, note) + foot

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Say the page's language, whatever the theme says, and where its Markdown copy and the feed are."""
        note = self._note(page)
        others: dict[str, tuple[str, str]] = {}
        if self.options.feeds and note and note.visibility is not Visibility.UNLISTED:
            others[get_relative_url(copy_of(page.url), page.url)] = ("text/markdown", "")
        if self.options.feeds and config.site_url:
            address = f"{config.site_url.rstrip('/')}/{FEED}"
            others[address] = ("application/rss+xml", str(config.site_name))
        output = with_alternates(output, others)
        made = None if page.file.generated_by is None else str(page.meta.get("lang") or "")
        lang = note.lang if note else made
        return with_language(output, lang) if lang else output

    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig) -> Any:
        """Take the unlisted notes out of the sitemap."""
        if template_name == "sitemap.xml":
            notes = self.desk.renderer.edition.notes
            hidden = {path for path, note in notes.items() if note.visibility is Visibility.UNLISTED}
            context["pages"] = [file for file in context["pages"] if file.src_uri not in hidden]
        return context

    @event_priority(-500)
    def _look_for_leaks(self, *, config: MkDocsConfig) -> None:
        """Look through the site for what is hidden, when nothing writes to it any more."""
        if self.command != "serve" and self.options.leaks is not Leaks.IGNORE:
            check_site(config, self.files, self.desk.renderer.edition, self.keep)

    on_post_build = CombinedEvent(_look_for_leaks, PreviewPlugin.remember)

    def _note(self, page: Page) -> Note | None:
        """Return the note that a page is made from."""
        return self.desk.renderer.edition.notes.get(NotePath(page.file.src_uri))


def _plain_yaml(note: Note) -> bool:
    """Return whether MkDocs finds this note's properties too; where it fails, it takes them for text (`date: 2023-20-12`)."""
    return bool(get_data(note.text[: note.body_start])[1])
