"""Say what the things that an audience may not see are known by: their names, headings and sentences, as far as nothing public says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from slipbox.discretion import spoken
from slipbox.frontmatter import with_texts
from slipbox.guises import guises, slugs
from slipbox.keep import digest
from slipbox.links import REFERENCE, UNMARKED
from slipbox.model import Note, NotePath
from slipbox.names import stem_of
from slipbox.pipeline import Edition, State
from slipbox.region import MASK
from slipbox.sieve import SHORTEST, Sieve
from slipbox.syntax import plain_text

_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\W_]+(?:(?:, |[ -])[^\W_]+)*")
"""Words in a row that no markup parts: a page shows them as they were written."""
_PIECE, _WORDS = 40, 6
"""How many bytes and how many words of a sentence tell that it is this one."""
_LONG = 15
"""How many letters make a single word a name that is unusual enough."""
_SAMPLES = 2_000
"""How many public notes are read for what is frequent."""
_PIECES, _FEWEST, _ALL = 32, 1, 1_000
"""How many headings and how many pieces of a note are looked for at the most, at the least, and of all notes together; of more, so many that are evenly spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A text that tells of something hidden."""

    path: NotePath
    """The note or file that it tells of."""
    what: str
    """What of it: `title`, `name`, `path`, `heading`, `sentence`, `comment`."""
    text: str
    """The text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is looked for in a site."""

    signs: tuple[Sign, ...]
    """The signs, in an order that the same vault always gives."""
    sieve: Sieve
    """Finds them in every guise."""
    meant: tuple[tuple[int, ...], ...]
    """For each string of the sieve the signs that it is a guise of: a title and a file's name may share some."""
    hidden: int
    """How many notes the audience may not see."""

    @property
    def key(self) -> str:
        """Return what stands for all that is looked for."""
        return digest(self.sieve.strings, self.meant)

    def found_in(self, data: bytes) -> list[tuple[int, int]]:
        """Return where signs stand in a file, and which, in order."""
        strings = self.sieve.find(data.lower())
        return sorted({(place, sign) for place, string in strings for sign in self.meant[string]})

    def said_in(self, *texts: str) -> set[int]:
        """Return the signs that stand in texts."""
        return {sign for text in texts for _, sign in self.found_in(text.encode("utf-8", "surrogatepass"))}

    def without(self, signs: set[int], samples: Iterable[bytes]) -> Watch:
        """Return a watch for all signs but these; samples tell what is frequent in public text."""
        return _watch(
            [sign for number, sign in enumerate(self.signs) if number not in signs], self.hidden, samples
        )


def watch_for(edition: Edition, allowed: Iterable[str] = ()) -> Watch:
    """Return what is looked for in what an audience gets: what tells of something hidden, and nothing public says."""
    hidden = [note for path, note in edition.whole.notes.items() if path not in edition.notes]
    signs = [*_signs(hidden, edition), *(sign for note in edition.notes.values() for sign in _comments(note))]
    watch = _watch(list(dict.fromkeys(signs)), len(hidden))
    if not signs:
        return watch
    said = watch.said_in(*allowed, *edition.notes, *edition.files)
    for note in edition.notes.values():
        if watch.said_in(_told(note), note.shown[note.body_start :]):
            said |= watch.said_in(*public_texts(note, edition))
    samples = (note.shown.lower().encode("utf-8", "replace") for note in edition.notes.values())
    return watch.without(said, islice(samples, _SAMPLES))


def public_texts(note: Note, edition: Edition) -> Iterator[str]:
    """Yield what a note says to its readers, as it is written and as it is shown; nothing that leads to what is hidden."""
    text, position, parts = note.shown, note.body_start, list[str]()
    for link in note.links:
        if link.span.start >= position and edition.meaning(link, note.path).state is State.PRIVATE:
            parts += (text[position : link.span.start], spoken(link, note.language, edition.options))
            position = link.span.end
    body = REFERENCE.sub("", "".join((*parts, text[position:])).replace(MASK, ""))
    yield from (_told(note), body, plain_text(body))


def _told(note: Note) -> str:
    """Return what the properties of a note and its title say, without what they lead to."""
    properties = (UNMARKED.sub("", text) for text in _property_texts(note))
    return "\n".join((note.title, *properties, *(tag.name for tag in note.tags)))


def _watch(signs: list[Sign], hidden: int, samples: Iterable[bytes] = ()) -> Watch:
    """Return a watch for signs."""
    meant: dict[bytes, list[int]] = {}
    for number, sign in enumerate(signs):
        forms = {sign.text} if sign.what in ("sentence", "comment") else {sign.text, *slugs(sign.text)}
        for form in sorted(each for each in forms if is_unusual(each)):
            for string in sorted(guises(form)):
                meant.setdefault(string, []).append(number)
    sieve = Sieve.of(meant, samples)
    return Watch(
        signs=tuple(signs),
        sieve=sieve,
        meant=tuple(tuple(meant[each]) for each in sieve.strings),
        hidden=hidden,
    )


def is_unusual(name: str) -> bool:
    """Return whether a name tells of one note: of several words or parts, with letters and digits in one, or one long word."""
    words = _WORD.findall(name)
    mixed = any(not word.isalpha() and not word.isdigit() for word in words)
    several = sum(len(word) > 1 for word in words) > 1
    long = any(len(word) >= _LONG for word in words)
    return (
        len(name.encode("utf-8", "surrogatepass")) >= SHORTEST
        and any(map(str.isalpha, name))
        and (several or mixed or long)
    )


def _signs(hidden: list[Note], edition: Edition) -> Iterator[Sign]:
    """Yield what hidden notes and files are known by."""
    most = min(_PIECES, max(_FEWEST, _ALL // max(1, len(hidden))))
    for note in hidden:
        yield Sign(path=note.path, what="title", text=note.title)
        for name in (note.stem, *note.aliases, *(each.strip("/") for each in note.permalinks)):
            yield Sign(path=note.path, what="name", text=name)
        for heading in note.headings[:most]:
            yield Sign(path=note.path, what="heading", text=heading.text)
        if note.folder:
            yield Sign(path=note.path, what="path", text=stem_of(note.path))
        for piece in _pieces("\n".join((*_property_texts(note), note.body)), most):
            yield Sign(path=note.path, what="sentence", text=piece)
    seen = {*edition.notes, *edition.files}
    everything = {path for paths in edition.whole.paths.values() for path in paths}
    for path in sorted(everything - seen):
        if path not in edition.whole.notes:
            yield Sign(path=path, what="name", text=path.rpartition("/")[2])
    shown = {folder for path in seen for folder in _folders(path)}
    for path in sorted(everything - seen):
        for folder in _folders(path):
            if folder not in shown:
                yield Sign(path=path, what="path", text=folder)


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path


def _comments(note: Note) -> Iterator[Sign]:
    """Yield the sentences in the comments of a note that readers see."""
    if MASK in note.shown:
        runs = groupby(zip(note.text, note.shown, strict=True), key=lambda pair: pair[1] == MASK)
        hidden = "\n".join("".join(letter for letter, _ in run) for masked, run in runs if masked)
        yield from (Sign(path=note.path, what="comment", text=piece) for piece in _pieces(hidden))


def _property_texts(note: Note) -> list[str]:
    """Return the texts in a note's properties."""
    found: list[str] = []

    def kept(text: str) -> str:
        found.append(text)
        return text

    with_texts(dict(note.properties), kept)
    return found


def _pieces(text: str, most: int = _PIECES) -> list[str]:
    """Return pieces of a text that tell where they come from."""
    found = list(dict.fromkeys(piece for run in _RUN.finditer(text) for piece in _cut(run[0])))
    step = max(1.0, len(found) / most)
    return [found[int(number * step)] for number in range(min(len(found), most))]


def _cut(run: str) -> Iterator[str]:
    """Yield pieces of words in a row, each long enough; a long word of a script without spaces is cut too."""
    start = words = 0
    for word in _WORD.finditer(run):
        words += 1
        size = len(run[start : word.end()].encode("utf-8", "surrogatepass"))
        unspaced = not word[0].isascii() and len(word[0]) >= _LONG
        if size >= _PIECE and (words >= _WORDS or unspaced):
            yield run[start : word.end()]
            start, words = word.end() + 1, 0
