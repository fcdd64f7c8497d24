"""What a test of a vault needs: write one, and render it as the site does, without a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from slipbox.anchors import Anchors
from slipbox.backlinks import Backlinks
from slipbox.config import Options
from slipbox.desk import Desk
from slipbox.extent import MAX_EMBEDS
from slipbox.markdown_extension import SlipboxExtension
from slipbox.model import Note, NotePath
from slipbox.pages import with_classes
from slipbox.pipeline import Edition, read_edition
from slipbox.render import Renderer, relative_url

EXTENSIONS: Sequence[str] = (
    "admonition", "attr_list", "footnotes", "md_in_html", "sane_lists", "tables", "toc", "pymdownx.superfences", "pymdownx.mark",
    "pymdownx.tilde", "pymdownx.tasklist", "pymdownx.arithmatex", "pymdownx.details", "pymdownx.tabbed",
)  # fmt: skip
"""The Markdown extensions of a usual site."""
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.superfences": {},
}
"""Their settings."""


def write_vault(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder and return it."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def render_vault(
    vault: Path, options: Options, *, root: Path | None = None, toc: Mapping[str, Any] | None = None
) -> dict[NotePath, str]:
    """Render every note that the audience may see, backlinks included; addresses are paths in the vault.

    `toc` has settings of the `toc` extension: `slugify`, `separator`.
    """
    edition = read_edition(vault, root or vault, options)
    return {path: render_note(edition, note, toc=toc) for path, note in edition.notes.items()}


def render_note(
    edition: Edition, note: Note, *, embeds: bool = True, toc: Mapping[str, Any] | None = None
) -> str:
    """Render one note of an edition with a real `Markdown()`; without `embeds`, embedded notes are left out."""
    renderer = Renderer(edition=edition, anchors=Anchors(**(toc or {})))
    make_markdown = partial(_markdown, toc=toc or {})
    desk = Desk(renderer=renderer, make_markdown=make_markdown)
    desk.lay(note)
    desk.embedded.extend([] if embeds else [(note.path, "")] * MAX_EMBEDS)

    def url(source: Note, anchor: str) -> str:
        return relative_url(note.path, source.path) + (f"#{anchor}" if anchor else "")

    html = make_markdown(None, desk).convert(note.body) + Backlinks(renderer=renderer).section(note, url)
    return with_classes(html, note)


def _markdown(outer: Markdown | None, desk: Desk, *, toc: Mapping[str, Any]) -> Markdown:
    """Make a `Markdown` for what lies on a desk."""
    extensions: list[str | Extension] = [*EXTENSIONS, SlipboxExtension(desk=desk)]
    return Markdown(
        extensions=extensions,
        extension_configs={name: dict(given) for name, given in (*SETTINGS.items(), ("toc", toc))},
    )
