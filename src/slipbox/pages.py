"""Say what a page shows around its note, and which files are made from the vault as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape

from slipbox.audience import Audience
from slipbox.backlinks import Address, Backlinks
from slipbox.config import Options
from slipbox.dependencies import Dependencies
from slipbox.feeds import FEED, llms, markdown_copies, rss
from slipbox.graph_data import graph_json, pairs
from slipbox.graph_page import GRAPH_PAGE, graph_page
from slipbox.history import Dates, written_day
from slipbox.keep import Keep, at_once, digest
from slipbox.listing import ends_file, folder_files, recent_file, same_tags, tag_files, tag_pages
from slipbox.local_graph import local_graph, neighbours
from slipbox.mentions import Mention, Named, find_mentions, find_names
from slipbox.model import Note, NotePath
from slipbox.names import Folded, fold
from slipbox.note import texts
from slipbox.pipeline import Edition
from slipbox.redirects import redirect_files, redirects
from slipbox.region import MASK, mask
from slipbox.regions import find_regions
from slipbox.render import Renderer
from slipbox.urls import Addresses
from slipbox.words import word

WORDS_A_MINUTE = 220
_WORD = re.compile(r"\w+")
_HTML = re.compile(r"<html\b[^>]*>", re.IGNORECASE)
_LANG = re.compile(r"""\slang=(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_H1 = re.compile(r"\s*<h1\b.*?</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around every note of an edition, worked out once."""

    renderer: Renderer
    """Renders links, with the pages of tags."""
    around: dict[NotePath, dict[NotePath, None]]
    """The neighbours of each note."""
    mentions: Mapping[NotePath, tuple[Mention, ...]]
    """Where each note is named without a link."""
    dates: Mapping[NotePath, Dates]
    """When each note was written and changed."""
    dependencies: Dependencies
    """What each page depends on."""
    links: list[tuple[NotePath, NotePath]]
    """Which listed note links to which other."""
    named: Named | None = None
    """Where notes name each other, if that is asked for."""
    keep: Keep = at_once
    """Gives what was made before."""

    @property
    def options(self) -> Options:
        """Return the settings."""
        return self.renderer.edition.options

    def seen_of(self, note: Note) -> str:
        """Return what stands for all that is shown around a note."""
        return self.dependencies.of_surroundings(note, self.around, self.mentions.get(note.path, ()))

    def around_note(self, note: Note, url: Address, page: Callable[[NotePath], str]) -> tuple[str, str]:
        """Return what stands above and below a note, from the last build if it is the same."""
        seen, dates = self.seen_of(note), self.dates.get(note.path)
        head, foot = self.keep(
            "slipbox.around", note.path, digest(seen, dates),
            lambda: self.shown_around(note, url, page),
        )  # fmt: skip
        return head, foot

    def shown_around(self, note: Note, url: Address, page: Callable[[NotePath], str]) -> tuple[str, str]:
        """Return what stands above and below a note."""
        return self.head(note, page) if self.options.page_line else "", self.foot(note, url, page)

    def head(self, note: Note, url: Callable[[NotePath], str]) -> str:
        """Return the quiet line under a page's title: date, reading time, stage, tags; `url` is that of a tag's page."""
        parts = []
        dates = self.dates.get(note.path)
        if dates:
            parts += self._dates(dates, note.language)
        parts.append(f"{reading_minutes(note)} {word('reading', note.language)}")
        stage = next(texts(note.properties, self.options.names("lifecycle"), separator=None), "")
        if stage:
            parts.append(f'<span class="slipbox-stage">{escape(stage)}</span>')
        names = dict.fromkeys(tag.name for tag in note.tags if not tag.span.end)
        parts += [self._tag(name, url) for name in names]
        return f'<p class="slipbox-line" lang="{note.language}" data-search-exclude>{" · ".join(parts)}</p>\n'

    def _dates(self, dates: Dates, language: str) -> list[str]:
        """Return when a note was written and when it was changed, in words; one of them if they are one day."""
        days = {"created": dates.created, "changed": dates.changed if dates.changed != dates.created else ""}
        return [
            f'{word(key, language)} <time datetime="{day}">{written_day(day, language)}</time>'
            for key, day in days.items()
            if day
        ]

    def _tag(self, name: str, url: Callable[[NotePath], str]) -> str:
        """Return a tag as HTML."""
        page = self.renderer.tag_pages.get(fold(name))
        if page is None:
            return f'<span class="slipbox-tag">#{escape(name)}</span>'
        return f'<a class="slipbox-tag" href="{escape(url(page))}">#{escape(name)}</a>'

    def foot(self, note: Note, url: Address, page: Callable[[NotePath], str]) -> str:
        """Return what stands below a note: backlinks, unlinked mentions, the local graph, ways on.

        `page` gives the URL of a page that is made from the vault.
        """
        backlinks, options = Backlinks(renderer=self.renderer), self.options
        mentions = self.mentions.get(note.path, ())
        parts = (
            backlinks.section(note, url) if options.backlinks else "",
            backlinks.mentions(note, mentions, url) if options.unlinked_mentions else "",
            local_graph(self.renderer.edition, note, self.around, url) if options.local_graph else "",
            ways_on(note, page(GRAPH_PAGE)) if options.random_note and options.graph_page else "",
        )
        return "".join(parts)


def ways_on(note: Note, all_notes: str) -> str:
    """Return the line with the ways to all notes and to a random one; without script both lead to all."""
    href, language = escape(all_notes), note.language
    return (
        f'<nav class="slipbox-ways" aria-label="{word("ways", language)}" lang="{language}" data-search-exclude>'
        f'<a href="{href}">{word("graph_title", language)}</a> · '
        f'<a href="{href}" data-slipbox-random="../graph.json">{word("random", language)}</a></nav>\n'
    )


def survey(
    renderer: Renderer,
    dates: Mapping[NotePath, Dates],
    addresses: Mapping[NotePath, str] | None = None,
    keep: Keep = at_once,
    before: Surroundings | None = None,
) -> Surroundings:
    """Work out what stands around the notes of the renderer's edition; what can't have changed is taken from `before`."""
    edition = renderer.edition
    options = edition.options
    pages: dict[Folded, NotePath] = {}
    if options.listings:
        same = before is not None and same_tags(before.renderer.edition, edition)
        pages = dict(before.renderer.tag_pages) if before and same else {}
        pages = pages or {key: page.path for key, page in tag_pages(edition).items()}
    renderer = replace(renderer, tag_pages=pages)
    named = find_names(edition, keep, before.named if before else None) if options.unlinked_mentions else None
    links = pairs(edition)
    return Surroundings(
        renderer=renderer,
        links=links,
        dependencies=Dependencies.of(renderer, addresses or {}, before.dependencies if before else None),
        keep=keep,
        around=before.around if before and before.links == links else neighbours(links),
        named=named,
        mentions=find_mentions(edition, named) if named else {},
        dates={path: found for path, found in dates.items() if path in edition.notes},
    )


def with_head(html: str, head: str) -> str:
    """Return a page's content with a line under its first heading, or at its start."""
    title = _H1.match(html)
    return html[: title.end()] + "\n" + head + html[title.end() :] if title else head + html


def with_classes(html: str, note: Note) -> str:
    """Return a page's content within an element of the classes that the note's `cssclasses` name."""
    names = texts(note.properties, ("cssclasses", "cssclass"))
    classes = " ".join(name for name in names if re.fullmatch(r"-?[A-Za-z_][\w-]*", name))
    return f'<div class="{classes}">\n{html}\n</div>\n' if classes else html


def reading_minutes(note: Note) -> int:
    """Return how many minutes a note takes to read, code left out, at least one."""
    masked = mask(note.text, find_regions(note.text, note.body_start)).replace(MASK, "")
    return max(1, round(len(_WORD.findall(masked)) / WORDS_A_MINUTE))


def listing_pages(
    surroundings: Surroundings, url: Callable[[Note], str], script: str, site: str = ""
) -> dict[NotePath, str]:
    """Return the Markdown pages that are made from the vault: tags, folders, recent changes, the graph.

    For authors also the loose ends. `script` is the URL of the graph's script as seen from its page; a `site` of this
    name gets a first page, if no note is one.
    """
    edition, options = surroundings.renderer.edition, surroundings.options
    made = {GRAPH_PAGE: graph_page(edition, url, script)} if options.graph_page else {}
    if not options.listings:
        return made
    changed = {path: dates.changed for path, dates in surroundings.dates.items()}
    return {
        **made,
        **tag_files(edition),
        **folder_files(edition, options.language, site),
        **recent_file(edition, changed),
        **(ends_file(edition) if options.audience is Audience.SERVE else {}),
    }


def data_files(
    edition: Edition, addresses: Addresses, url: Callable[[Note], str], keep: Keep = at_once
) -> dict[str, str]:
    """Return the other files that are made from the vault: redirects and the graph's data."""
    found, _ = redirects(edition.notes.values(), addresses, edition.options)
    return {**redirect_files(found, edition.notes, url), "graph.json": graph_json(edition, url, keep)}


def feed_files(
    surroundings: Surroundings, site: str, name: str, url: Callable[[Note], str]
) -> dict[str, str]:
    """Return what other programs read: `llms.txt` with the notes as Markdown, and, for a site with an address, a feed."""
    renderer = surroundings.renderer
    copies = markdown_copies(renderer, url, surroundings.keep, surroundings.dependencies)
    made = {"llms.txt": llms(renderer, name, url), **copies}
    if site:
        made[FEED] = rss(renderer, surroundings.dates, site.rstrip("/") + "/", name, url)
    return made


def with_language(output: str, lang: str) -> str:
    """Return a page whose `html` element has this `lang`."""

    def said(found: re.Match[str]) -> str:
        tag = _LANG.sub("", found[0])
        return f'{tag[:5]} lang="{escape(lang)}"{tag[5:]}'

    return _HTML.sub(said, output, count=1)
