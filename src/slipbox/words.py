"""The interface's words, in English and Norwegian bokmål; a page is spoken to in its own language."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "backlinks": "Linked from",
        "unresolved": "No such note",
        "planned": "Not written yet",
        "private": "private note",
        "cycle": "This note embeds itself",
        "too_deep": "Embedded too deeply",
        "unsupported": "Not supported yet",
        "mentions": "Mentioned without a link",
        "graph": "Nearby notes",
        "tags": "Tags",
        "recent": "Recently changed",
        "orphans": "Nothing links here",
        "dead_ends": "Links to nothing",
        "changed": "Changed",
        "reading": "min read",
        "graph_title": "All notes",
        "graph_search": "Find",
        "graph_folder": "Folder",
        "graph_tag": "Tag",
        "graph_all": "all",
        "graph_note": "Note",
        "graph_in": "Links in",
        "graph_out": "Links out",
        "graph_canvas": "Graph of all notes; the table below says the same",
        "graph_help": "Drag to move, scroll or + and − to zoom. Arrow keys go from note to note, Enter opens one.",
    },
    "nb": {
        "backlinks": "Lenket hit fra",
        "unresolved": "Notatet finnes ikke",
        "planned": "Ikke skrevet ennå",
        "private": "privat notat",
        "cycle": "Notatet bygger inn seg selv",
        "too_deep": "Bygget inn for dypt",
        "unsupported": "Støttes ikke ennå",
        "mentions": "Nevnt uten lenke",
        "graph": "Notater i nærheten",
        "tags": "Emner",
        "recent": "Nylig endret",
        "orphans": "Ingen lenker hit",
        "dead_ends": "Lenker ikke videre",
        "changed": "Endret",
        "reading": "min lesetid",
        "graph_title": "Alle notater",
        "graph_search": "Finn",
        "graph_folder": "Mappe",
        "graph_tag": "Emne",
        "graph_all": "alle",
        "graph_note": "Notat",
        "graph_in": "Lenker inn",
        "graph_out": "Lenker ut",
        "graph_canvas": "Graf over alle notater; tabellen under sier det samme",
        "graph_help": "Dra for å flytte, rull eller + og − for å zoome. Piltastene går fra notat til notat, Enter åpner.",
    },
}
"""For each language, the words by their key."""


def word(key: str, language: str) -> str:
    """Return the word for `key` in a language of the interface (`en` or `nb`)."""
    return WORDS[language][key]


_ALPHABET = {"æ": "z1", "ä": "z1", "ø": "z2", "ö": "z2", "å": "z3"}


def sort_key(text: str) -> str:
    """Return a key that sorts titles without regard to case, with æ, ø and å after z."""
    return "".join(_ALPHABET.get(letter, letter) for letter in text.casefold())
