"""The interface's words, in English and Norwegian bokmål; a page is spoken to in its own language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "backlinks": "Linked from",
        "unresolved": "No such note",
        "planned": "Not written yet",
        "private": "private note",
        "cycle": "This note embeds itself",
        "too_deep": "Embedded too deeply",
        "too_many": "More embeds than one page shows",
        "unsupported": "Not supported yet",
        "unmade": "This page could not be made",
        "mentions": "Mentioned without a link",
        "graph": "Nearby notes",
        "tags": "Tags",
        "recent": "Recently changed",
        "orphans": "Nothing links here",
        "dead_ends": "Links to nothing",
        "created": "Written",
        "changed": "Changed",
        "ways": "Other ways",
        "random": "A random note",
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
        "too_many": "Flere innbygde notater enn én side viser",
        "unsupported": "Støttes ikke ennå",
        "unmade": "Denne siden lot seg ikke lage",
        "mentions": "Nevnt uten lenke",
        "graph": "Notater i nærheten",
        "tags": "Emner",
        "recent": "Nylig endret",
        "orphans": "Ingen lenker hit",
        "dead_ends": "Lenker ikke videre",
        "created": "Skrevet",
        "changed": "Endret",
        "ways": "Andre veier",
        "random": "Et tilfeldig notat",
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


CALLOUTS: Mapping[str, str] = {
    "note": "Merknad", "abstract": "Sammendrag", "info": "Info", "todo": "Gjøremål", "tip": "Tips", "success": "Lyktes",
    "question": "Spørsmål", "warning": "Advarsel", "failure": "Mislyktes", "danger": "Fare", "bug": "Programfeil",
    "example": "Eksempel", "quote": "Sitat",
}  # fmt: skip
"""The Norwegian title of each type of callout; the English one is its name."""

_ALPHABET = {
    "æ": "z\ue001",
    "ä": "z\ue001",
    "ø": "z\ue002",
    "ö": "z\ue002",
    "å": "z\ue003",
    "ü": "y",
    "ð": "d",
    "þ": "th",
}


def sort_key(text: str) -> str:
    """Return a key that sorts as Norwegian does: case and accents don't count, and æ, ø and å come after z."""
    letters = unicodedata.normalize("NFC", text).casefold()
    return "".join(_ALPHABET.get(letter) or _plain(letter) for letter in letters)


def _plain(letter: str) -> str:
    """Return a letter without its accents."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
