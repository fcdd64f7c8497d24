"""What the Markdown processors share while a page is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from markdown import Markdown

from slipbox.dependencies import Dependencies
from slipbox.model import Note, NotePath
from slipbox.render import Renderer

Place = tuple[NotePath, str]
"""A note and a subpath in it, folded."""


@dataclass(slots=True)
class Desk:
    """What lies on the desk: the renderer, the note that is being rendered, and the page it is shown on."""

    renderer: Renderer
    """Renders links for the audience."""
    note: Note | None = None
    """The note whose text is being rendered; None for text that is no note of the vault."""
    page: Note | None = None
    """The note on whose page it is shown; another one inside an embed."""
    stack: tuple[Place, ...] = ()
    """What is being embedded, from the outside in."""
    embedded: list[Place] = field(default_factory=list, repr=False)
    """What has been embedded in the page so far; shared by the desks of its embeds."""
    make_markdown: Callable[[Markdown, Desk], Markdown] | None = field(default=None, repr=False)
    """Makes the `Markdown` that renders an embedded note as the page's own does."""

    dependencies: Dependencies | None = field(default=None, repr=False)
    """Says what pages depend on, if somebody may ask."""

    def lay(self, note: Note | None) -> None:
        """Lay a note on the desk, to be rendered on its own page."""
        self.note = self.page = note
        self.stack = ((note.path, ""),) if note else ()
        self.embedded.clear()
