"""The names of files, folders and properties: made comparable, and told apart by their suffix."""

from __future__ import annotations

import unicodedata
from typing import NewType

Folded = NewType("Folded", str)
"""Text made comparable: NFC, then case-folded (see `fold`)."""

NOTE_SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
"""The suffixes, in any case, of the files that are notes: those that MkDocs renders; Obsidian's first."""


def fold(text: str) -> Folded:
    """Make text comparable: NFC, case-folded."""
    if text.isascii():
        return Folded(text.lower())
    return Folded(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()))


def is_note(path: str) -> bool:
    """Return whether a file is a note, by its suffix."""
    return path.lower().endswith(NOTE_SUFFIXES)


def stem_of(name: str) -> str:
    """Return a path or name without a note's suffix; any other stays whole."""
    suffix = next((suffix for suffix in NOTE_SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def is_index(name: str) -> bool:
    """Return whether a file of this name stands for its folder, as `index.md` and `README.md` do."""
    return is_note(name) and stem_of(name).lower() in ("index", "readme")
