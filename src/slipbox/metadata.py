"""Hand a note's properties to other programs without the names of what the audience may not see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from slipbox.config import Options
from slipbox.frontmatter import uncommented, with_texts
from slipbox.links import UNMARKED, parse_wikilink
from slipbox.model import LinkKind, Note, NotePath, Span
from slipbox.pipeline import State
from slipbox.render import Renderer

_NOWHERE = Span(path=NotePath(""), start=0, end=0)


def visible(value: Any, note: Note, renderer: Renderer) -> Any:
    """Return a property's value, of any shape, without comments, and each link to a hidden note as its readers see it."""

    def shown(found: re.Match[str]) -> str:
        link = parse_wikilink(found["inner"], _NOWHERE, kind=LinkKind.PROPERTY)
        meaning = renderer.edition.meaning(link, note.path) if link else None
        hidden = meaning is not None and meaning.state is State.PRIVATE
        return renderer.display(link, meaning, note) if link and meaning and hidden else found[0]

    return with_texts(value, lambda text: UNMARKED.sub(shown, uncommented(text)))


def harmless(meta: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """Return metadata that a theme may print as it is: Material puts `status`, for one, into an attribute unescaped.

    The title is escaped where it is put into place.
    """
    handled = options.names("title")
    return {
        key: escape(value)
        if isinstance(value, str) and key not in handled and set(value) & set('<>"')
        else value
        for key, value in meta.items()
    }
