"""Decide who may see a note, and leave out what an audience may not see; when in doubt, nobody may.

Sources: Obsidian's help page *Publish*; the digital garden plugin's `dg-publish`; this project's `synlighet`
and `livsyklus`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slipbox.audience import Audience, Visibility
from slipbox.config import Options, nearest
from slipbox.errors import did_you_mean
from slipbox.model import Note

VISIBILITIES: Mapping[str, Visibility] = {
    "public": Visibility.PUBLIC,
    "offentlig": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "ulistet": Visibility.UNLISTED,
    "internal": Visibility.INTERNAL,
    "intern": Visibility.INTERNAL,
    "private": Visibility.INTERNAL,
    "privat": Visibility.INTERNAL,
    "draft": Visibility.DRAFT,
    "utkast": Visibility.DRAFT,
}
"""The values of a `visibility` property and what each means."""

_YES = ("true", "yes", "ja")
_NO = ("false", "no", "nei")
_DRAFTS = ("utkast", "draft")


class Doubt(Exception):
    """A property that decides on visibility has a value that means nothing."""

    kept = Visibility.INTERNAL
    """What the note is kept."""

    def __init__(self, *, name: str, value: object, known: Iterable[str]) -> None:
        """Name the property, its value and the values it takes."""
        text = "nothing" if value is None else f'"{value}"'
        super().__init__(f'"{name}" is {text}, so the note is kept internal')
        self.name = name
        self.hint = did_you_mean(str(value).lower(), known) or f"it takes {', '.join(known)}"


class Contradiction(Doubt):
    """A note says that it is no draft, and that it is at the stage of a draft."""

    kept = Visibility.DRAFT

    def __init__(self, *, name: str, stage: object) -> None:
        """Name the property with the stage."""
        Exception.__init__(
            self, f'"{name}" is "{stage}" and the note says that it is no draft, so it is kept one'
        )
        self.name = name
        self.hint = "say who may see it, with `visibility`, or give it another stage"


def guarded_names(options: Options) -> frozenset[str]:
    """Return the names of the properties that decide who may see a note."""
    return frozenset(
        name for meaning in ("publish", "draft", "visibility", "lifecycle") for name in options.names(meaning)
    )


def visibility_of(properties: Mapping[str, object], folder: str, options: Options) -> Visibility:
    """Return who may see a note with these properties in this folder; the strictest statement holds.

    Raises Doubt for a property that is there with an unknown value, or for two that contradict each other: the caller keeps
    the note from readers.
    """
    said = [*_said(properties, options)]
    if said:
        return max(said, key=lambda visibility: visibility.restriction)
    for name in options.names("lifecycle"):
        stage = _single(properties.get(name, ""))
        if isinstance(stage, list | dict):
            raise Doubt(name=name, value=stage, known=(*_DRAFTS, "or another word"))
        if str(stage).strip().casefold() in _DRAFTS:
            if any(draft in properties for draft in options.names("draft")):
                raise Contradiction(name=name, stage=stage)
            return Visibility.DRAFT
    return _folder_default(folder, options)


def _said(properties: Mapping[str, object], options: Options) -> Iterable[Visibility]:
    """Yield each visibility that a property states."""
    for name in options.names("publish"):
        if name in properties:
            yield Visibility.PUBLIC if _truth(name, properties[name]) else Visibility.INTERNAL
    for name in options.names("draft"):
        if name in properties and _truth(name, properties[name]):
            yield Visibility.DRAFT
    for name in options.names("visibility"):
        if name in properties:
            value = _single(properties[name])
            stated = VISIBILITIES.get(value.strip().casefold()) if isinstance(value, str) else None
            if stated is None:
                raise Doubt(name=name, value=value, known=VISIBILITIES)
            yield stated


def _truth(name: str, value: object) -> bool:
    """Read true or false; raise Doubt for anything else."""
    value = _single(value)
    text = str(value).strip().casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Doubt(name=name, value=value, known=("true", "false"))


def _single(value: object) -> object:
    """Return the value of a list that holds one, and any other as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _folder_default(folder: str, options: Options) -> Visibility:
    """Return the visibility of notes in this folder that say nothing, by the nearest folder's setting."""
    return nearest(dict(options.default_visibility), folder) or Visibility.INTERNAL


def visible_to(audience: Audience, notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return the notes that exist for an audience."""
    return tuple(note for note in notes if audience.sees(note.visibility))


def without(nav: Any, hidden: set[str]) -> Any:
    """Return a navigation without the files that are hidden, and without sections that become empty."""
    if isinstance(nav, Mapping):
        kept = {title: without(item, hidden) for title, item in nav.items()}
        return {title: item for title, item in kept.items() if item not in (None, [], {})} or None
    if isinstance(nav, list):
        return [item for item in (without(item, hidden) for item in nav) if item not in (None, [], {})]
    return None if nav in hidden else nav
