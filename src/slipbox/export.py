"""Write what an audience may see as plain Markdown that any engine can build: filtered, resolved, nothing left to hide."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from slipbox.anchors import Anchors
from slipbox.config import Leaks
from slipbox.drawings import Drawings, PageUrls
from slipbox.errors import ExportError
from slipbox.exporter import Exporter
from slipbox.leaks import look_through, refuse
from slipbox.media import Media, media_of
from slipbox.pipeline import Edition
from slipbox.render import Renderer
from slipbox.signs import public_texts, watch_for

MARKER = ".slipbox-export"
"""A file in an exported folder, which says that it may be replaced."""


def export(edition: Edition, vault: Path, out: Path, pages: PageUrls = PageUrls.DIRECTORY) -> int:
    """Write the edition of the vault to the folder `out` and return the number of files.

    `pages` says where the engine that builds it will publish each note: the links in a canvas' picture need that.
    The folder is made whole beside it and then put in its place. Raises ExportError if `out` holds something else, and LeakError
    if something hidden would stand in it.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).exists())):
        raise ExportError(path=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        count = _write(edition, vault, made, pages)
        if edition.options.leaks is Leaks.FAIL:
            refuse(
                look_through(
                    made, watch_for(edition, edition.options.not_leaks), lambda: openly(edition, vault)
                )
            )
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


def openly(edition: Edition, vault: Path) -> Iterator[str]:
    """Yield what is public whatever the vault hides: what the notes show, and the published files that are text."""
    for note in edition.notes.values():
        yield from public_texts(note, edition)
    for path in edition.files:
        if path.endswith((".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".xml")):
            yield (vault / path).read_text("utf-8", errors="replace")
