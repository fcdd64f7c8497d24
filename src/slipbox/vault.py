"""Read a vault whole: every note once, every other file by its name; one bad note never stops the others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slipbox.cards import Canvas, read_canvas
from slipbox.config import Options
from slipbox.errors import VaultError
from slipbox.model import Code, Finding, Note, NotePath
from slipbox.names import is_note
from slipbox.note import parse_note
from slipbox.webm import HEAD, is_sound

MAX_NOTE = 16 * 1024 * 1024
"""Largest note that is read, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """All that stands in a folder of notes."""

    notes: tuple[Note, ...]
    """The notes, by path."""
    files: tuple[NotePath, ...]
    """The paths of all other files."""
    findings: tuple[Finding, ...] = ()
    """What was wrong while reading."""
    canvases: Mapping[NotePath, Canvas] = field(default_factory=dict)
    """The canvases, by path."""
    sounds: frozenset[NotePath] = frozenset()
    """The WebM files that hold no picture, which their names don't tell."""


def read_vault(root: Path, options: Options) -> Vault:
    """Read every note below `root`; names that begin with a dot and symbolic links are left out.

    Raises VaultError if `root` is no folder.
    """
    if not root.is_dir():
        raise VaultError(path=str(root), why="no such folder")
    notes: list[Note] = []
    files: list[NotePath] = []
    findings: list[Finding] = []
    canvases: dict[NotePath, Canvas] = {}
    sounds: set[NotePath] = set()
    for path in sorted(walk(root)):
        if not is_note(path):
            files.append(path)
            if path.lower().endswith(".webm") and is_sound(_head(root / path)):
                sounds.add(path)
            if path.endswith(".canvas"):
                canvases[path] = read_canvas(path, _text(root / path), options)
            continue
        try:
            notes.append(read_note(root, path, options))
        except OSError as error:
            notes.append(_unreadable(path, str(error.strerror or error), options))
    findings.extend(finding for note in notes for finding in note.findings)
    findings.extend(finding for canvas in canvases.values() for finding in canvas.findings)
    return Vault(
        notes=tuple(notes),
        files=tuple(files),
        findings=tuple(findings),
        canvases=canvases,
        sounds=frozenset(sounds),
    )


def _head(file: Path) -> bytes:
    """Return the beginning of a file, nothing if it can't be read."""
    try:
        with open(file, "rb") as opened:
            return opened.read(HEAD)
    except OSError:
        return b""


def _text(file: Path) -> str:
    """Return a canvas' text; something that is none if it can't be read or is larger than MAX_NOTE."""
    try:
        return (
            file.read_text("utf-8-sig", errors="replace") if file.stat().st_size <= MAX_NOTE else "too large"
        )
    except OSError:
        return "unreadable"


def walk(root: Path, folder: str = "") -> Iterator[NotePath]:
    """Yield the path of every regular file below a folder of the vault."""
    with os.scandir(root / folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir():
                yield from walk(root, path)
            elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                yield NotePath(path)


def read_note(root: Path, path: NotePath, options: Options) -> Note:
    """Read one note from its file.

    Raises OSError if the file can't be read or is larger than MAX_NOTE.
    """
    with open(root / path, "rb") as file:
        raw = file.read(MAX_NOTE + 1)
    if len(raw) > MAX_NOTE:
        raise OSError(f"the note is larger than {MAX_NOTE // 2**20} MiB")
    try:
        return parse_note(path, raw.decode("utf-8-sig"), options)
    except UnicodeDecodeError as error:
        note = parse_note(path, raw.decode("utf-8-sig", errors="replace"), options, hidden=True)
        line = raw.count(b"\n", 0, error.start) + 1
        finding = Finding(
            path=path,
            line=line,
            column=1,
            code=Code.NOT_UTF8,
            message="the note is not UTF-8, so it is kept internal",
            hint="save it as UTF-8",
        )
        return _with(note, finding)


def _unreadable(path: NotePath, why: str, options: Options) -> Note:
    """Return the empty, internal note that stands for a file which can't be read: nobody knows who may see it."""
    message = f"{why}; the note is kept internal"
    finding = Finding(path=path, line=1, column=1, code=Code.UNREADABLE_NOTE, message=message)
    return _with(parse_note(path, "", options, hidden=True), finding)


def _with(note: Note, finding: Finding) -> Note:
    """Return the note with one more finding."""
    values = {name: getattr(note, name) for name in Note.__slots__}
    return Note(**{**values, "findings": (*note.findings, finding)})
