"""Link the first use of each term on a page to the glossary, with its meaning at hand.

The glossaries are pages: a table whose first column holds the term (several forms with commas between) and another its meaning. Each row
gets an id, and each page in the glossary's language and folders a link at the first place where a term stands in running text. It is a
plain link; the script `terms.js` shows the meaning on hover, focus and touch. Names in code, headings, links and folded answers
are left alone, and so is a term on the page that explains it, or behind the place where it stands in bold, which is where a page does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from mkdocs.utils import get_relative_url
from term_marks import Term, mark

from slipbox.keep import Keep, at_once, digest
from slipbox.words import sort_key

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files

SCRIPT = "assets/javascripts/terms.js"
SHEET = "assets/stylesheets/terms.css"
keep: Keep = at_once
"""Gives a page's content with its marks, as it was made before; `incremental_build` puts its own way in before a build."""
_ROW = re.compile(r"<tr>\s*<td[^>]*>(?P<names>.*?)</td>(?P<rest>.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_H1 = re.compile(r"<h1\b.*?</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """One page of terms."""

    page: str
    """Its path."""
    meaning: int
    """Which column says what a term means, counted from the term's own as 0."""
    folders: tuple[str, ...]
    """Where its terms are marked."""
    endings: str
    """What may stand behind a term, as a regular expression."""


GLOSSARIES = (
    Glossary(
        page="about/glossary.md", meaning=1, folders=("curriculum/", "advanced/"), endings="(?:s|es|'s)?"
    ),
    Glossary(
        page="about/ordliste.md",
        meaning=2,
        folders=("🛠 Ressurser/", "be03/", "📥 Inbox/"),
        endings="(?:en|et|er|ene|r|ne|n|s)?",
    ),
)


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Give the rows their ids and the pages their links, when every page is read."""
    for glossary in GLOSSARIES:
        home = files.get_file_from_path(glossary.page)
        if home is None or home.page is None or not home.page.content:
            continue
        skipped = frozenset(str(name) for name in home.page.meta.get("not_marked") or ())
        home.page.content, terms = read_terms(home.page.content, glossary, skipped)
        for file in files.documentation_pages():
            if (
                file.src_uri.startswith(glossary.folders)
                and file.page is not None
                and file.generated_by is None
            ):
                file.page.content = _kept_page(file, home, terms, glossary.endings)
    return env


def _kept_page(file: File, home: File, terms: Sequence[Term], endings: str) -> str:
    """Return a page's content with its terms marked, as it was made before of the same."""
    key = digest(terms, endings, home.url, file.url, file.page.content if file.page else "")
    made: str = keep("glossary", file.src_uri, key, lambda: write_page(file, home, terms, endings))
    return made


def write_page(file: File, home: File, terms: Sequence[Term], endings: str) -> str:
    """Return a page's content with its terms marked, and with what shows their meaning."""
    content = str(file.page.content if file.page else "")
    own = get_relative_url(file.url, home.url)
    others = [term for term in terms if own not in term.explained]
    marked = mark(content, others, get_relative_url(home.url, file.url), endings)
    if marked == content:
        return content
    head = f'<link rel="stylesheet" href="{get_relative_url(SHEET, file.url)}">'
    title = _H1.search(marked)
    place = title.end() if title else 0
    script = f'<script src="{get_relative_url(SCRIPT, file.url)}" defer></script>'
    return f"{marked[:place]}{head}{marked[place:]}{script}"


def read_terms(
    html: str, glossary: Glossary, skipped: frozenset[str] = frozenset()
) -> tuple[str, list[Term]]:
    """Return a glossary's content with ids on its rows, and its terms; `skipped` are not marked, though they have a row."""
    terms: list[Term] = []

    def row(found: re.Match[str]) -> str:
        cells = [found["names"], *_CELL.findall(found["rest"])]
        if len(cells) <= glossary.meaning:
            return found[0]
        text = re.sub(r"\s*\([^)]*\)", "", _plain(cells[0]))
        names = tuple(name.strip() for name in re.split(r",\s", text) if "/" not in name)
        slug = re.sub(r"\W+", "-", sort_key(text.partition(",")[0]).encode("ascii", "ignore").decode()).strip(
            "-"
        )
        explained = frozenset(href.partition("#")[0] for href in re.findall(r'href="([^"#]+)', found["rest"]))
        terms.append(
            Term(
                id=f"term-{slug}-{len(terms)}"
                if any(term.id == f"term-{slug}" for term in terms)
                else f"term-{slug}",
                names=tuple(name for name in names if name and name not in skipped),
                meaning=_plain(cells[glossary.meaning]),
                explained=explained,
            )
        )
        return found[0].replace("<tr>", f'<tr id="{terms[-1].id}">', 1)

    return _ROW.sub(row, html), terms


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
