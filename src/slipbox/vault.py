"""Read a vault whole: every note once, every other file by its name; one bad note never stops the others."""

from __future__ import annotations

import os
import stat
import time
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
Stamp = tuple[int, int, int, int]
"""Time of change in content, time of change in anything, size and number (inode) of a file."""
_FINE, _COARSE = 20_000_000, 2_000_000_000
"""Nanoseconds in which a file may change twice without another time, on file systems that count them, and on those that count seconds."""


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
    stamps: Mapping[NotePath, Stamp] = field(default_factory=dict, repr=False)
    """What each file was like when it was read; without those that could have changed since and look the same."""
    options: Options | None = None
    """The settings it was read with."""


def read_vault(root: Path, options: Options, before: Vault | None = None) -> Vault:
    """Read every note below `root`; names that begin with a dot and symbolic links are left out.

    Of `before`, what was read in this folder earlier, the files that are as they were are taken: their notes are the same objects.
    Raises VaultError if `root` is no folder.
    """
    if not root.is_dir():
        raise VaultError(path=str(root), why="no such folder")
    known = _Known.of(before if before and before.options == options else None)
    stamps: dict[NotePath, Stamp] = {}
    notes: list[Note] = []
    files: list[NotePath] = []
    findings: list[Finding] = []
    canvases: dict[NotePath, Canvas] = {}
    sounds: set[NotePath] = set()
    for path, stamp in sorted(_stamped(root)):
        same = stamp == known.stamps.get(path)
        if _is_settled(stamp):
            stamps[path] = stamp
        if not is_note(path):
            files.append(path)
            if path.lower().endswith(".webm"):
                sounds.update(
                    [path] if (path in known.sounds if same else is_sound(_head(root / path))) else ()
                )
            if path.endswith(".canvas"):
                kept = known.canvases.get(path) if same else None
                canvases[path] = kept or read_canvas(path, _text(root / path), options)
            continue
        try:
            notes.append(known.notes[path] if same else known.note(read_note(root, path, options)))
        except OSError as error:
            stamps.pop(path, None)
            notes.append(_unreadable(path, str(error.strerror or error), options))
    findings.extend(finding for note in notes for finding in note.findings)
    findings.extend(finding for canvas in canvases.values() for finding in canvas.findings)
    return Vault(
        notes=tuple(notes),
        files=tuple(files),
        findings=tuple(findings),
        canvases=canvases,
        sounds=frozenset(sounds),
        stamps=stamps,
        options=options,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read before."""

    notes: Mapping[NotePath, Note]
    canvases: Mapping[NotePath, Canvas]
    sounds: frozenset[NotePath]
    stamps: Mapping[NotePath, Stamp]

    @classmethod
    def of(cls, vault: Vault | None) -> _Known:
        """Take what there is."""
        vault = vault or Vault(notes=(), files=())
        notes = {note.path: note for note in vault.notes}
        return cls(notes=notes, canvases=vault.canvases, sounds=vault.sounds, stamps=vault.stamps)

    def note(self, note: Note) -> Note:
        """Return the note of before, if one that was read anew is the same."""
        old = self.notes.get(note.path)
        return old if old is not None and old == note else note


def _is_settled(stamp: Stamp) -> bool:
    """Return whether a file that changes from now on gets another stamp."""
    changed = max(stamp[0], stamp[1])
    return time.time_ns() - changed > (_FINE if stamp[0] % 1_000_000_000 else _COARSE)


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


def _stamped(root: Path, folder: str = "") -> Iterator[tuple[NotePath, Stamp]]:
    """Yield the path of every regular file below a folder of the vault, with its stamp."""
    with os.scandir(root / folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir():
                yield from _stamped(root, path)
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(found.st_mode):
                yield NotePath(path), (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


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
