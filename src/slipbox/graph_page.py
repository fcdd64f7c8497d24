"""Write the page of the whole graph: a picture that works by mouse and keyboard, and a table that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape

from slipbox.graph_data import listed, pairs
from slipbox.listing import by_title, page, spoken_in
from slipbox.model import Note, NotePath
from slipbox.pipeline import Edition
from slipbox.words import word

GRAPH_PAGE = NotePath("graph/index.md")
"""The page's path, as if it were in the vault."""


def graph_page(edition: Edition, url: Callable[[Note], str], script: str) -> str:
    """Return the page; `url` gives a note's URL below the site's root.

    `script` is the URL of the script that draws the picture, as seen from the page.
    """
    language = spoken_in(edition, GRAPH_PAGE)
    words = {
        key: word(f"graph_{key}", language) for key in ("search", "folder", "tag", "all", "help", "canvas")
    }
    controls = (
        f'<p class="slipbox-graph-controls"><label>{words["search"]} <input type="search" data-search></label> '
        f'<label>{words["folder"]} <select data-folder><option value="">{words["all"]}</option></select></label> '
        f'<label>{words["tag"]} <select data-tag><option value="">{words["all"]}</option></select></label></p>'
    )
    canvas = (
        f'<canvas tabindex="0" role="application" aria-label="{escape(words["canvas"])}" aria-describedby="slipbox-graph-help"></canvas>'
        f'<p id="slipbox-graph-help" class="slipbox-context">{words["help"]}</p><p aria-live="polite" data-status></p>'
    )
    return page(
        word("graph_title", language),
        f'<div class="slipbox-graph-page" data-graph="../graph.json" hidden>{controls}{canvas}</div>\n\n'
        f'{_table(edition, url, language)}\n\n<script src="{escape(script)}" defer></script>\n',
        language,
    )


def _table(edition: Edition, url: Callable[[Note], str], language: str) -> str:
    """Return the table of all notes with their folder, tags and links."""
    links = pairs(edition)
    outgoing, incoming = Counter(source for source, _ in links), Counter(target for _, target in links)
    heads = "".join(
        f"<th>{word(f'graph_{key}', language)}</th>" for key in ("note", "folder", "tag", "in", "out")
    )
    rows = "".join(
        f'<tr><td><a href="../{escape(url(note))}"{_lang(note, language)}>{escape(note.title)}</a></td>'
        f"<td>{escape(note.folder)}</td><td>{escape(' '.join(sorted({f'#{tag.name}' for tag in note.tags})))}</td>"
        f"<td>{incoming[note.path]}</td><td>{outgoing[note.path]}</td></tr>\n"
        for note in by_title(listed(edition))
    )
    return (
        '<div class="slipbox-graph-rows"><table class="slipbox-graph-table">'
        f"<thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>"
    )


def _lang(note: Note, language: str) -> str:
    """Return the `lang` attribute of a note's title, if its language differs from the page's."""
    return "" if note.language == language else f' lang="{escape(note.lang or note.language)}"'
