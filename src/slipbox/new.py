"""Make a new note: named so that links find it, hidden until its author says otherwise."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from pathlib import Path

from slipbox.errors import BadName, NoteExists
from slipbox.model import Link, LinkKind, NotePath, Span
from slipbox.pipeline import Edition
from slipbox.resolve import resolve

_FORBIDDEN = '\\/:*?"<>|#^[]'


def new_note(edition: Edition, vault: Path, name: str, *, folder: str = "", language: str = "") -> Path:
    """Write a new note and return its file.

    Raises BadName, and NoteExists if a link of this name finds a note already.
    """
    title = " ".join(unicodedata.normalize("NFC", name).split())
    _check(title)
    link = Link(span=Span(path=NotePath(""), start=0, end=0), kind=LinkKind.WIKI, target=title)
    found = resolve(edition.index, link, NotePath(f"{folder}/x.md" if folder else "x.md"))
    if found:
        raise NoteExists(name=title, path=found.path)
    file = vault / folder / f"{title}.md"
    if file.exists():
        raise NoteExists(name=title, path=str(file))
    write_whole(file, template(title, language))
    return file


def template(title: str, language: str = "") -> str:
    """Return the text of a new note: a draft with its title."""
    quoted = f'"{title}"' if ":" in title or title[:1] in "@`%&*!|>'-?{}[],#" else title
    lang = f"lang: {language}\n" if language else ""
    return f"---\ntitle: {quoted}\n{lang}draft: true\ntags: []\n---\n\n"


def _check(title: str) -> None:
    """Refuse a name that a file system or a link can't carry."""
    if not title or title.startswith("."):
        raise BadName(name=title, why="it is empty or begins with a dot")
    bad = [letter for letter in title if letter in _FORBIDDEN or ord(letter) < 32]
    if bad:
        raise BadName(name=title, why=f"it has {bad[0]!r} in it")
    if len(f"{title}.md".encode()) > 255:
        raise BadName(name=title, why="it is longer than 255 bytes")


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".slipbox-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
