"""Give each note its published address: readable, stable, and its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from slipbox.config import Options, UrlCase
from slipbox.frontmatter import FrontMatter
from slipbox.model import Code, Finding, Note, NotePath
from slipbox.names import fold, is_index, stem_of
from slipbox.note import key_place, texts

_UNSAFE = re.compile(r"[^\w.~-]+")
_DASHES = re.compile(r"-{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the notes of an edition are published."""

    paths: Mapping[NotePath, str]
    """For each note its path below the site's root: `folder/note`, empty for the home page."""
    findings: tuple[Finding, ...]
    """Addresses that several notes wanted, or that no reader could type."""

    def url(self, path: NotePath) -> str:
        """Return a note's URL below the site's root, percent-encoded."""
        address = self.paths[path]
        return quote(f"{address}/") if address else ""


def assign(notes: Iterable[Note], options: Options, files: Iterable[NotePath] = ()) -> Addresses:
    """Give every note an address; a contested one goes to who asked for it, then to the first by path.

    The other files of the vault are published under their paths, which no note gets.
    """
    taken: dict[str, NotePath] = {fold(path): path for path in files}
    paths: dict[NotePath, str] = {}
    findings: list[Finding] = []
    for note in sorted(notes, key=lambda note: (not _stated(note, options), note.path)):
        stated = _stated(note, options)
        if stated and not kept_parts(note, stated):
            findings.append(_finding(note, f'"{stated}" has no letter that an address can keep', options))
        address = address_of(note, options)
        holder = taken.get(fold(address))
        if holder is not None:
            findings.append(_finding(note, f"/{address}/ is the address of {holder} too", options))
            address = _free(note, address, taken)
        taken[fold(address)] = note.path
        paths[note.path] = address
    return Addresses(paths=paths, findings=tuple(findings))


def _free(note: Note, address: str, taken: Mapping[str, NotePath]) -> str:
    """Return an address near to a contested one that nobody has."""
    number = 2
    while fold(f"{address or note.stem}-{number}") in taken:
        number += 1
    return f"{address or note.stem}-{number}"


def _finding(note: Note, message: str, options: Options) -> Finding:
    """Make a finding at the property that asks for an address."""
    front = FrontMatter(properties=note.properties, start=0, end=note.body_start)
    named = next((name for name in options.names("permalink") if name in note.properties), "")
    place = key_place(note.path, note.text, front, named)
    hint = "give it another permalink: or slug:"
    return Finding.at(place, note.text, code=Code.SLUG_COLLISION, message=message, hint=hint)


def _stated(note: Note, options: Options) -> str:
    """Return the address that the properties ask for, `/a/path/` or `slug`; empty if they ask for none."""
    return next((value for value in texts(note.properties, options.names("permalink"), separator=None)), "")


def address_of(note: Note, options: Options) -> str:
    """Return the address a note asks for, by property or by its place in the vault."""
    stated = _stated(note, options)
    folder, _, name = note.path.rpartition("/")
    own = "" if is_index(name) else stem_of(name)
    kept = kept_parts(note, stated) if stated else []
    if kept:
        return "/".join(kept)
    parts = [segment(part) or spelled(part) for part in (*folder.split("/"), own) if part]
    address = "/".join(parts)
    return address.lower() if options.url_case is UrlCase.LOWER else address


def kept_parts(note: Note, stated: str) -> list[str]:
    """Return the parts of the address that properties ask for; none if one has no letter left."""
    parts = stated.strip("/").split("/") if "/" in stated else [*note.folder.split("/"), stated]
    kept = [segment(part) for part in parts if part not in ("", ".", "..")]
    return kept if all(kept) else []


def segment(name: str) -> str:
    """Make one part of an address: letters of every script stay, spaces become dashes, emoji go."""
    text = _UNSAFE.sub("-", unicodedata.normalize("NFC", name))
    return _DASHES.sub("-", text).strip("-.") if text != name else name.strip(".")


def spelled(name: str) -> str:
    """Spell a part that has no letters by the Unicode names of its characters: 🛠 is `hammer-and-wrench`."""
    names = (unicodedata.name(letter, f"u{ord(letter):x}") for letter in name if not _is_silent(letter))
    return segment("-".join(names).lower())


def _is_silent(letter: str) -> bool:
    """Return whether a character is a space, a joiner or a mark that only says how another is drawn."""
    return unicodedata.category(letter)[0] in "ZM" or unicodedata.category(letter) == "Cf"
