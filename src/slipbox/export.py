"""Write what an audience may see as plain Markdown that any engine can build: filtered, resolved, nothing left to hide."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from slipbox.anchors import Anchors
from slipbox.drawings import Drawings, PageUrls
from slipbox.errors import ExportError
from slipbox.extent import MAX_DEPTH, MAX_EMBEDS, extent_of
from slipbox.flavour import prepared
from slipbox.links import DESTINATION
from slipbox.media import Media, media_of, split_size
from slipbox.metadata import visible
from slipbox.model import Link, LinkKind, Note, NotePath
from slipbox.names import fold
from slipbox.pipeline import Edition, State
from slipbox.region import RegionKind
from slipbox.regions import find_regions
from slipbox.render import Renderer, Url, relative_url
from slipbox.resolve import How, Target

MARKER = ".slipbox-export"
"""A file in an exported folder, which says that it may be replaced."""

_TABLE_ROW = re.compile(r"[> \t]*\|")


def export(edition: Edition, vault: Path, out: Path, pages: PageUrls = PageUrls.DIRECTORY) -> int:
    """Write the edition of the vault to the folder `out` and return the number of files.

    `pages` says where the engine that builds it will publish each note: the links in a canvas' picture need that.
    The folder is made whole beside it and then put in its place. Raises ExportError if `out` holds something else.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).exists())):
        raise ExportError(path=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        count = _write(edition, vault, made, pages)
        if out.exists():
            shutil.rmtree(out)
        os.replace(made, out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return count


def _write(edition: Edition, vault: Path, folder: Path, pages: PageUrls) -> int:
    """Write every note and file of the edition below a folder."""
    renderer = Renderer(edition=edition, anchors=Anchors())
    drawings = Drawings(renderer=renderer, pages=pages)
    exporter = Exporter(edition=edition, renderer=renderer, drawings=drawings)
    (folder / MARKER).write_text("Made by slipbox export; replaced by the next one.\n", "utf-8")
    for note in edition.notes.values():
        target = folder / note.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(exporter.text(note), "utf-8")
    kept = [path for path in edition.files if media_of(path) not in (Media.CANVAS, Media.BASE)]
    for path in kept:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(vault / path, folder / path)
    pictures = {f"{path}.svg": drawings.picture(path) for path in edition.canvases}
    for name, picture in pictures.items():
        if picture:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(picture, "utf-8")
    return len(edition.notes) + len(kept) + sum(map(bool, pictures.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trail:
    """What is being embedded in a page, from the outside in, and how many embeds the page has left."""

    steps: tuple[tuple[NotePath, str], ...]
    """Notes, each with a subpath, folded."""
    left: list[int]
    """One number, shared by all trails of a page."""

    @classmethod
    def at(cls, note: Note) -> _Trail:
        """Begin on a note's own page."""
        return cls(steps=((note.path, ""),), left=[MAX_EMBEDS])

    def into(self, note: Note, link: Link) -> _Trail | None:
        """Go into an embedded note; None if it would embed itself, stands too deep, or is one too many."""
        step = (note.path, fold(link.subpath))
        if step in self.steps or len(self.steps) > MAX_DEPTH or not self.left[0]:
            return None
        self.left[0] -= 1
        return _Trail(steps=(*self.steps, step), left=self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Writes notes of an edition as plain Markdown."""

    edition: Edition
    """What may be seen."""
    renderer: Renderer
    """Knows what links show and where they lead."""
    url: Url = relative_url
    """Gives the URL of a file as seen from a page."""
    drawings: Drawings | None = None
    """Draws canvases; without it they are words and links."""

    def text(self, note: Note) -> str:
        """Return the whole text of a note's file."""
        head = self._part(note, note, 0, note.body_start, _Trail.at(note))
        if "%%" in head:
            told = visible(dict(note.properties), note, self.renderer)
            head = f"---\n{json.dumps(told, ensure_ascii=False)}\n---\n"
        return head + self.body(note)

    def body(self, note: Note) -> str:
        """Return a note's text after its properties."""
        body = self._part(note, note, note.body_start, len(note.text), _Trail.at(note))
        return prepared(body, note.language)

    def _part(self, note: Note, page: Note, start: int, end: int, trail: _Trail) -> str:
        """Return a part of a note's text with every link replaced, as it stands on a page; a copy has no ids of blocks."""
        text = note.text
        parts: list[tuple[int, int, str]] = []
        for link in note.links:
            if start <= link.span.start < end:
                written = self._link(link, note, page, trail)
                if written is not None:
                    parts.append((link.span.start, link.span.end, written))
        for block in note.blocks:
            if start <= block.span.start < end:
                own = f'<span id="{block.id}"></span>' if len(trail.steps) == 1 else ""
                parts.append((block.span.start, block.span.end, own))
        for region in find_regions(text, note.body_start):
            if region.kind is RegionKind.COMMENT and start <= region.start < end:
                parts.append((region.start, min(region.end, end), ""))
        done: list[str] = []
        position = start
        for first, last, written in sorted(parts):
            if first >= position:
                done += (text[position:first], written)
                position = last
        return "".join((*done, text[position:end]))

    def _link(self, link: Link, note: Note, page: Note, trail: _Trail) -> str | None:
        """Return what is written for a link; None to leave it as it is."""
        meaning = self.edition.meaning(link, note.path)
        if link.kind in (LinkKind.MARKDOWN, LinkKind.HTML):
            if meaning.state is State.PRIVATE:
                return "" if link.kind is LinkKind.HTML else link.display or ""
            return self._moved(link, meaning.target, note, page)
        text = self.renderer.display(link, meaning, note)
        if meaning.target is None or link.kind is LinkKind.PROPERTY:
            return "" if link.embed and meaning.state is State.PRIVATE else text
        if link.embed:
            return self._embed(link, meaning.target, note, page, trail)
        if media_of(meaning.target.path) in (Media.CANVAS, Media.BASE):
            return text
        row = _TABLE_ROW.match(note.text, note.text.rfind("\n", 0, link.span.start) + 1)
        text = re.sub(r"([\[\]|])" if row else r"([\[\]])", r"\\\1", text)
        return f"[{text}](<{self.renderer.href(link, meaning.target, note, page, self.url)}>)"

    def _moved(self, link: Link, target: Target | None, note: Note, page: Note) -> str | None:
        """Return a link in Markdown's own syntax as it is written where it stands now; None where it can stay."""
        if target is None or link.kind is not LinkKind.MARKDOWN:
            return None
        anchor = self.renderer.anchors.by_words(self.edition.notes.get(target.path), link)
        if note is page and self.url is relative_url and target.how is How.RELATIVE and not anchor:
            return None
        fragment = f"#{anchor or quote(link.subpath)}" if link.subpath else ""
        written = note.text[link.span.start : link.span.end]
        url = f"](<{self.url(page.path, target.path)}{fragment}>)"
        return DESTINATION.sub(lambda _: url, written) if DESTINATION.search(written) else None

    def _embed(self, link: Link, target: Target, note: Note, page: Note, trail: _Trail) -> str:
        """Return the text of an embedded note, or Markdown for a picture, or a link to another file."""
        found = self.edition.notes.get(target.path)
        if found is None:
            alt, width, _ = split_size(link.display)
            url, name = self.url(page.path, target.path), target.path.rpartition("/")[2]
            if media_of(target.path) is Media.CANVAS:
                return self._canvas(target.path, alt or name, page)
            if media_of(target.path) is Media.BASE:
                return alt or name
            mark = "!" if media_of(target.path) is Media.IMAGE else ""
            size = f"{{ width={width} }}" if mark and width else ""
            return f"{mark}[{alt or name}](<{url}>){size}"
        inner = trail.into(found, link)
        href = self.renderer.href(link, Target(path=found.path, how=How.PATH), note, page, self.url)
        source = f"[{found.title}](<{href}>)"
        if inner is None:
            return source
        start, end = extent_of(found, link.subpath)
        return f"\n\n{self._part(found, page, start, end, inner).strip()}\n\n{source}\n\n"

    def _canvas(self, path: NotePath, words: str, page: Note) -> str:
        """Return what stands for a canvas: its picture, where the export has one, and the links in it as a list."""
        canvas = self.edition.canvases.get(path)
        if canvas is None or not canvas.is_read:
            return words
        drawings = self.drawings
        shown = drawings.shown(path, words, page.path) if drawings and drawings.picture(path) else words
        links = (
            self._link(replace(link, embed=False), card, page, _Trail.at(page))
            for link, card in self.renderer.picture(canvas, lambda link: "").seen()
        )
        listed = "".join(f"- {link}\n" for link in dict.fromkeys(links) if link)
        return f"\n\n{shown}\n\n{listed}\n" if listed else shown
