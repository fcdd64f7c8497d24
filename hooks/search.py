"""Index the built site for its search: the browser fetches of the index what a query needs.

There are three indexes: the English pages, the Norwegian pages, and the snippets, which have no language. Each page goes
in as a lean copy: the text without marks and labels, and as metadata the words that it should also be found by. What was
read of a page, and an index of which no copy has changed, are kept with what `incremental_build` keeps.
"""

from __future__ import annotations

import gzip
import logging
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import search_pieces
import search_text
from search_pieces import Copy
from search_text import Reader, Text
from search_words import aliases, names, near, subjects, told, vocabulary

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

Keep = Callable[[str, str, str, Callable[[], Any]], Any]
"""Gives what was made of the same before, or makes it: of which kind, under which name, with which key, by what."""

log = logging.getLogger("mkdocs.hooks.search")

FOLDER = "search"
"""Where the index lies in the site."""
CODE = "zxx"
"""The language of the snippets: ISO 639's code for no linguistic content."""
LISTINGS = ("tags/", "recent/", "graph/")
"""Pages that only list others: the filter by tag and the pages themselves are found instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that can be found."""

    file: Path
    url: str
    area: str
    tags: tuple[str, ...]
    names: tuple[str, ...]
    """Its other names."""


_entries: dict[str, Entry] = {}
_serving = False
_kept: tempfile.TemporaryDirectory[str] | None = None


def on_startup(command: str, dirty: bool) -> None:
    """Remember whether somebody writes and looks."""
    global _serving
    _serving = command == "serve"


def on_pre_build(config: MkDocsConfig) -> None:
    """Forget the pages of the last build."""
    _entries.clear()


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Note a page, unless its front matter keeps it out of the search."""
    excluded = (page.meta.get("search") or {}).get("exclude")
    if not excluded and not page.file.src_uri.startswith(LISTINGS):
        _entries[page.file.src_uri] = Entry(
            file=Path(page.file.abs_dest_path),
            url=page.url,
            area=page.ancestors[-1].title if page.ancestors else "",
            tags=_texts(page.meta.get("tags")),
            names=_texts(page.meta.get("aliases")),
        )
    return output


def on_post_build(config: MkDocsConfig) -> None:
    """Write the index into the site. While somebody writes, the first build's index serves for them all."""
    global _kept
    target = Path(config.site_dir) / FOLDER
    if _kept is not None:
        shutil.copytree(Path(_kept.name) / FOLDER, target, dirs_exist_ok=True)
        return
    index([_entries[name] for name in sorted(_entries)], target, *_keeping(config))
    if _serving:
        _kept = tempfile.TemporaryDirectory(prefix="search-")
        shutil.copytree(target, Path(_kept.name) / FOLDER)


def _keeping(config: MkDocsConfig) -> tuple[Keep, Path | None]:
    """Return what keeps what was read of a page, and the folder for indexes, if something keeps anything here."""
    plugin: Any = config.plugins.get("incremental_build")
    keep: Keep | None = getattr(config.plugins.get("slipbox"), "keep", None)
    if plugin is None or keep is None or not plugin.config.enabled:
        return _at_once, None
    root = Path(config.config_file_path).parent if config.config_file_path else Path()
    return keep, root / plugin.config.cache_dir / FOLDER


def _at_once(kind: str, name: str, key: str, make: Callable[[], Any]) -> Any:
    """Make a value, where nothing is kept."""
    return make()


def index(
    entries: list[Entry], target: Path, keep: Keep = _at_once, indexes_kept: Path | None = None
) -> None:
    """Index pages into a folder; equal pages give equal files, whatever was kept."""
    read = [(entry, *_read(entry, keep)) for entry in entries]
    known: Counter[str] = Counter()
    saying: dict[str, Counter[str]] = defaultdict(Counter)
    for _, lang, text in read:
        saying[lang].update(text.said.keys())
        if lang == "nb":
            known.update(text.words)
    languages = Counter(lang for _, lang, _ in read)
    copies: dict[str, list[Copy]] = defaultdict(list)
    for entry, lang, text in read:
        often, rest = names(text)
        also = {
            "near": " ".join(near(text.title, lang, known)),
            "told": " ".join(told(text)),
            "subjects": " ".join(subjects(text, saying[lang], languages[lang])),
            "alias": " ".join(aliases(text, lang, known)),
            "named": " ".join(often),
            "code": " ".join(rest),
        }
        copies[lang].append(_copy(lang, f"{entry.url}index.html", entry, text.title, text.html, also))
        for number, snippet in enumerate(text.snippets):
            place = entry.url + (f"#{snippet.place}" if snippet.place else "")
            of = {"place": place, "page": text.title, "heading": snippet.heading, "language": lang}
            body = f"<h1>{escape(snippet.file)}</h1><pre>{escape(snippet.code, quote=False)}</pre>"
            name = f"code/{entry.url}{number}.html"
            copies[CODE].append(_copy(CODE, name, entry, snippet.file, body, of))
    shutil.rmtree(target, ignore_errors=True)
    if not search_pieces.write(copies, target, indexes_kept, code=CODE):
        return
    words = " ".join(vocabulary(text for _, _, text in read))
    (target / "words.gz").write_bytes(gzip.compress(words.encode(), mtime=0))


def _read(entry: Entry, keep: Keep) -> tuple[str, Text]:
    """Return a page's language and what it says."""
    html = entry.file.read_text(encoding="utf-8")
    source = search_text.source(html)
    key = blake2b(source.encode("utf-8", "surrogatepass") + _READER, digest_size=16).hexdigest()
    kept = keep("what the search reads", entry.url, key, lambda: Reader(source).text.kept())
    return _language(html), Text.of(kept)


_READER = Path(search_text.__file__).read_bytes()
"""What reads pages: another reader may read something else."""


def _copy(lang: str, name: str, entry: Entry, title: str, body: str, facts: dict[str, str]) -> Copy:
    """Return the copy of a page that is indexed."""
    facts = {"title": title, "names": " · ".join(entry.names), **facts}
    facts |= {"area": entry.area, "tags": " · ".join(entry.tags)}
    lines = [
        f'<span data-pagefind-meta="{name}[data-value]" data-value="{escape(value)}"></span>'
        for name, value in facts.items()
        if value
    ]
    page = f'<html lang="{lang}"><body><article data-pagefind-body>{"".join(lines)}{body}</article></body></html>'
    return Copy(name=name, html=page, area=entry.area, tags=entry.tags)


def _language(html: str) -> str:
    """Return the language that a page says it has."""
    head = html[: html.find("<head")]
    return "nb" if 'lang="nb"' in head or 'lang="nn"' in head else "en"


def _texts(value: object) -> tuple[str, ...]:
    """Return a property's texts."""
    many = value if isinstance(value, list) else [value]
    return tuple(str(each) for each in many if each is not None and str(each))
