"""Read a vault whole: every note once, every other file by its name; one bad note never stops the others."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slipbox.config import Options, interface_language, nearest
from slipbox.errors import PropertiesError, VaultError
from slipbox.flavour import unsupported_in
from slipbox.frontmatter import FrontMatter, read_frontmatter
from slipbox.links import property_links
from slipbox.model import Code, Finding, Level, Note, NotePath, Span, Tag, Visibility
from slipbox.region import RegionKind
from slipbox.syntax import Reading, read
from slipbox.visibility import Doubt, guarded_names, visibility_of

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
    canvases: Mapping[NotePath, str] = field(default_factory=dict)
    """The text of each canvas."""


def read_vault(root: Path, options: Options) -> Vault:
    """Read every note below `root`; names that begin with a dot and symbolic links are left out.

    Raises VaultError if `root` is no folder.
    """
    if not root.is_dir():
        raise VaultError(path=str(root), why="no such folder")
    notes: list[Note] = []
    files: list[NotePath] = []
    findings: list[Finding] = []
    canvases: dict[NotePath, str] = {}
    for path in sorted(walk(root)):
        if not path.endswith(".md"):
            files.append(path)
            if path.endswith(".canvas"):
                canvases[path] = _read_canvas(root / path)
            continue
        try:
            notes.append(read_note(root, path, options))
        except OSError as error:
            findings.append(
                Finding(
                    path=path,
                    line=1,
                    column=1,
                    code=Code.UNREADABLE_NOTE,
                    message=str(error.strerror or error),
                )
            )
    findings.extend(finding for note in notes for finding in note.findings)
    return Vault(notes=tuple(notes), files=tuple(files), findings=tuple(findings), canvases=canvases)


def _read_canvas(file: Path) -> str:
    """Return a canvas' text; empty if it can't be read or is larger than MAX_NOTE."""
    try:
        return file.read_text("utf-8", errors="replace") if file.stat().st_size <= MAX_NOTE else ""
    except OSError:
        return ""


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


def _with(note: Note, finding: Finding) -> Note:
    """Return the note with one more finding."""
    values = {name: getattr(note, name) for name in Note.__slots__}
    return Note(**{**values, "findings": (*note.findings, finding)})


def parse_note(path: NotePath, text: str, options: Options, *, hidden: bool = False) -> Note:
    """Make a note of a file's text; `hidden` keeps it internal whatever it says."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    folder = path.rpartition("/")[0]
    findings: list[Finding] = []
    front = _front_matter(path, text, options, findings)
    visibility = Visibility.INTERNAL
    if front is not None:
        visibility = _visibility(path, text, front, folder, options, findings)
    block = front or FrontMatter(properties={}, start=0, end=_after_bad_block(text))
    if hidden and visibility.restriction < Visibility.INTERNAL.restriction:
        visibility = Visibility.INTERNAL
    return _note(path, text, block, visibility, tuple(findings), options)


def _front_matter(path: NotePath, text: str, options: Options, findings: list[Finding]) -> FrontMatter | None:
    """Read the properties; None, with a finding, if they don't parse."""
    try:
        return read_frontmatter(text, guarded_names(options))
    except PropertiesError as error:
        place = Span(path=path, start=error.offset, end=error.offset)
        message = f"{error.message}; the note is kept internal"
        findings.append(Finding.at(place, text, code=Code.BAD_PROPERTIES, message=message, hint=error.hint))
        return None


def _visibility(
    path: NotePath, text: str, front: FrontMatter, folder: str, options: Options, findings: list[Finding]
) -> Visibility:
    """Decide who may see the note; internal, with a finding, when a property leaves it in doubt."""
    try:
        return visibility_of(front.properties, folder, options)
    except Doubt as doubt:
        place = key_place(path, text, front, doubt.name)
        findings.append(
            Finding.at(place, text, code=Code.BAD_PROPERTIES, message=str(doubt), hint=doubt.hint)
        )
        return Visibility.INTERNAL


def key_place(path: NotePath, text: str, front: FrontMatter, name: str) -> Span:
    """Return where a property's name stands in the front matter."""
    found = re.compile(rf'^[ \t{{,]*"?{re.escape(name)}"?[ \t]*:', re.MULTILINE).search(
        text, front.start, front.end
    )
    start = text.find(name, found.start()) if found else front.start
    return Span(path=path, start=start, end=start + len(name))


def _after_bad_block(text: str) -> int:
    """Return where the body begins after properties that don't parse."""
    found = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL).match(text)
    return found.end() if found else 0


def _note(
    path: NotePath,
    text: str,
    front: FrontMatter,
    visibility: Visibility,
    findings: tuple[Finding, ...],
    options: Options,
) -> Note:
    """Put the note together from its properties and what the scanner finds."""
    properties = front.properties
    reading = read(path, text, front.end)
    findings = (*findings, *_content_findings(path, text, reading))
    stated = _first_text(properties, options.names("language"))
    language = stated or nearest(dict(options.languages), path.rpartition("/")[0]) or ""
    title = _first_text(properties, options.names("title"))
    heading = next((heading.text for heading in reading.headings if heading.level == 1 and heading.text), "")
    stem = unicodedata.normalize("NFC", path.rpartition("/")[2].removesuffix(".md"))
    named = [
        Tag(span=Span(path=path, start=0, end=0), name=name.lstrip("#"))
        for name in texts(properties, options.names("tags"))
    ]
    return Note(
        path=path,
        text=text,
        shown=reading.shown,
        body_start=front.end,
        properties=properties,
        title=title or heading or stem,
        language=interface_language(language or options.language),
        lang=language or None,
        visibility=visibility,
        aliases=tuple(texts(properties, options.names("aliases"), separator=",")),
        permalinks=tuple(
            texts(properties, (*options.names("permalink"), *options.names("id")), separator=None)
        ),
        tags=(*named, *reading.tags),
        links=(*property_links(path, properties, text, front.end), *reading.links),
        headings=reading.headings,
        blocks=reading.blocks,
        findings=findings,
    )


def _content_findings(path: NotePath, text: str, reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong in a note's body, apart from its links."""
    for region in reading.regions:
        place = Span(path=path, start=region.start, end=region.end)
        if region.kind is RegionKind.COMMENT and not text.endswith("%%", region.start + 2, region.end):
            message = "the comment is never closed, so everything after it is hidden"
            yield Finding.at(
                place, text, code=Code.UNCLOSED_COMMENT, message=message, hint="close it with %%"
            )
        name = unsupported_in(text, region)
        if name:
            message = f'a block of "{name}" isn\'t supported yet'
            hint = "the page says so in its place"
            yield Finding.at(place, text, code=Code.UNSUPPORTED, message=message, hint=hint, level=Level.INFO)


def _first_text(properties: Mapping[str, object], names: tuple[str, ...]) -> str:
    """Return the first of these properties that is a text that says something."""
    values = (properties.get(name) for name in names)
    return next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")


def texts(
    properties: Mapping[str, object], names: tuple[str, ...], *, separator: str | None = r"[,\s]+"
) -> Iterator[str]:
    """Yield the texts in properties: of a list, or of one text with a separator (a pattern) in it."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str):
            items: list[object] = list(re.split(separator, value)) if separator else [value]
        else:
            items = value if isinstance(value, list) else []
        for item in items:
            if isinstance(item, str) and item.strip():
                yield item.strip()
