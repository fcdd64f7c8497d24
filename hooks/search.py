"""Index the built site for its search, with Pagefind: the browser fetches of the index what a query needs.

There are three indexes: the English pages, the Norwegian pages, and the snippets, which have no language. Each page goes
in as a lean copy: the text without marks and labels, and as metadata the words that it should also be found by.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from html import escape
from importlib.metadata import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from search_text import Reader, aliases, said, subjects, vocabulary

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.search")

FOLDER = "search"
"""Where the index lies in the site."""
CHARACTERS = "_-@#+"
"""What belongs to a word besides letters and digits."""
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
    index([_entries[name] for name in sorted(_entries)], target)
    if _serving:
        _kept = tempfile.TemporaryDirectory(prefix="search-")
        shutil.copytree(target, Path(_kept.name) / FOLDER)


def index(entries: list[Entry], target: Path) -> None:
    """Index pages into a folder; equal pages give equal files."""
    sources = [(entry, entry.file.read_text(encoding="utf-8")) for entry in entries]
    read = [(entry, _language(html), Reader(html).text) for entry, html in sources]
    known: Counter[str] = Counter()
    counts = [said(text) for _, _, text in read]
    saying: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, lang, text), count in zip(read, counts, strict=True):
        saying[lang].update(count.keys())
        if lang == "nb":
            known.update(text.words)
    languages = Counter(lang for _, lang, _ in read)
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        for (entry, lang, text), count in zip(read, counts, strict=True):
            also = {
                "alias": " ".join(aliases(text, lang, known)),
                "subjects": " ".join(subjects(count, saying[lang], languages[lang])),
            }
            _write(Path(folder, entry.url, "index.html"), lang, entry, text.title, text.html, also)
            for number, snippet in enumerate(text.snippets):
                place = entry.url + (f"#{snippet.place}" if snippet.place else "")
                told = {"place": place, "page": text.title, "heading": snippet.heading, "language": lang}
                body = f"<h1>{escape(snippet.file)}</h1><pre>{escape(snippet.code, quote=False)}</pre>"
                _write(
                    Path(folder, "code", entry.url, f"{number}.html"), CODE, entry, snippet.file, body, told
                )
        if not _run(Path(folder), target):
            return
    _tidy(target, entries)
    words = " ".join(vocabulary(text for _, _, text in read))
    (target / "words.gz").write_bytes(gzip.compress(words.encode(), mtime=0))


def _write(file: Path, lang: str, entry: Entry, title: str, body: str, told: dict[str, str]) -> None:
    """Write the copy of a page that is indexed."""
    told = {"title": title, "names": " · ".join(entry.names), **told}
    told |= {"area": entry.area, "tags": " · ".join(entry.tags)}
    lines = [
        f'<span data-pagefind-meta="{name}[data-value]" data-value="{escape(value)}"></span>'
        for name, value in told.items()
        if value
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    page = f'<html lang="{lang}"><body><article data-pagefind-body>{"".join(lines)}{body}</article></body></html>'
    file.write_text(page, encoding="utf-8")


def _run(source: Path, target: Path) -> bool:
    """Run Pagefind, and keep of what it writes what our dialog uses; tell of what prevents it."""
    try:
        from pagefind_bin import get_executable
    except ImportError:
        log.warning("the search has no index: Pagefind is missing; hint: make setup")
        return False
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run(
        [
            get_executable(),
            "--site",
            source,
            "--output-path",
            target,
            "--include-characters",
            CHARACTERS,
            "--quiet",
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        log.warning("the search has no index: Pagefind ended with %d\n%s", done.returncode, done.stderr)
        return False
    for file in sorted(target.glob("pagefind*")):
        if file.suffix in (".js", ".css") and file.name != "pagefind-worker.js":
            file.unlink()
    theirs = metadata("pagefind_bin")
    notice = f"The worker and the WebAssembly here are of Pagefind {theirs['Version']}, licence {theirs['License']}.\n"
    (target / "NOTICE.txt").write_text(notice, encoding="utf-8")
    return True


def _tidy(target: Path, entries: list[Entry]) -> None:
    """Write what our dialog filters by, and put in order what Pagefind writes in another order each time.

    So the filters are ours and not Pagefind's: those files would differ from build to build. Which areas and tags there are is a small
    file, which each reader gets; which page has them is another, for those who choose one.
    """
    entry = target / "pagefind-entry.json"
    _json(entry, json.loads(entry.read_text(encoding="utf-8")))
    areas = list(dict.fromkeys(each.area for each in entries))
    tags = sorted({tag for each in entries for tag in each.tags})
    pages: dict[str, list[int]] = {}
    code: dict[str, list[int]] = {}
    for file in sorted((target / "fragment").glob("*.pf_fragment")):
        told = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))["meta"]
        numbers = [tags.index(tag) for tag in told.get("tags", "").split(" · ") if tag]
        mine = code if file.name.startswith(CODE) else pages
        mine[file.name.partition(".")[0]] = [areas.index(told.get("area", "")), *numbers]
    _json(target / "filters.json", {"areas": areas, "tags": tags})
    _json(target / "pages.json", pages)
    _json(target / "snippets.json", code)


def _json(file: Path, told: object) -> None:
    file.write_text(
        json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True), encoding="utf-8"
    )


def _language(html: str) -> str:
    """Return the language that a page says it has."""
    head = html[: html.find("<head")]
    return "nb" if 'lang="nb"' in head or 'lang="nn"' in head else "en"


def _texts(value: object) -> tuple[str, ...]:
    """Return a property's texts."""
    many = value if isinstance(value, list) else [value]
    return tuple(str(each) for each in many if each is not None and str(each))
