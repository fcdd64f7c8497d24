"""Find the name an author probably meant."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher

from slipbox.index import Index
from slipbox.model import Note
from slipbox.names import fold, stem_of

_NEAR = 0.65
_NO_NAME = re.compile(r"^\[|\]$|\[\[|\]\]|[|#]|^\s|\s$")
"""What a link can't have in its name, because it would end there or begin elsewhere."""


class Suggester:
    """Knows every name in an index; made once, asked for each link that leads nowhere."""

    def __init__(self, index: Index) -> None:
        """Collect the names: notes by stem, aliases, other files by name."""
        names: dict[str, str] = {}
        for note in index.notes.values():
            names.setdefault(fold(note.stem), note.stem)
            for alias in note.aliases:
                names.setdefault(fold(alias), alias if fold(alias) in index.aliases else note.stem)
        for paths in index.paths.values():
            for path in paths:
                if path not in index.notes:
                    names.setdefault(fold(path), path)
        self._names = names
        self._paths = {fold(path): path for paths in index.paths.values() for path in paths}
        self._by_part: dict[str, list[str]] | None = None
        self._known: dict[str, str] = {}

    def name(self, wanted: str, *, is_file: bool = False) -> str:
        """Return `did you mean "[[…]]"?` for the nearest name, else how to go on; a file can't be written as a note."""
        if wanted.endswith("/"):
            return f"no note has this address: give one the property permalink: {wanted}"
        near = self._nearest(fold(wanted.rpartition("/")[2]))
        if near and _NO_NAME.search(near):
            return f'no link can name "{near}": rename it; "|", "#", and a bracket or a space at an end stop a link'
        if near:
            return f'did you mean "[[{near}]]"?'
        return (
            "put the file into the vault, or correct its name"
            if is_file
            else f'write the note, or make one: slipbox new "{wanted}"'
        )

    def path(self, wanted: str) -> str:
        """Return `did you mean "…"?` for the file whose name is nearest to the one a Markdown link gives."""
        near = self._nearest(fold(stem_of(wanted.rpartition("/")[2])))
        return f'did you mean "[[{near}]]"?' if near else "the path is taken from the folder of the note"

    def subpath(self, note: Note, wanted: str) -> str:
        """Return the nearest heading or block of a note, or what it has."""
        if wanted.startswith("^"):
            ids = [f"^{block.id}" for block in note.blocks]
            near = _best(wanted, ids)
            return f'did you mean "#{near}"?' if near else f"its blocks: {', '.join(ids) or 'none'}"
        texts = [heading.text for heading in note.headings]
        near = _best(wanted.rpartition("#")[2], texts)
        return f'did you mean "#{near}"?' if near else f"its headings: {', '.join(texts[:8]) or 'none'}"

    def _nearest(self, wanted: str) -> str:
        """Return the name nearest to `wanted`; an author who errs once errs often, so answers are kept."""
        if wanted not in self._known:
            self._known[wanted] = self._search(wanted)
        return self._known[wanted]

    def _search(self, wanted: str) -> str:
        """Look for the nearest name among those that share some of the letters."""
        if self._by_part is None:
            self._by_part = defaultdict(list)
            for folded in self._names:
                for part in _parts(folded):
                    self._by_part[part].append(folded)
        shared = Counter(name for part in _parts(wanted) for name in self._by_part.get(part, ())[:2000])
        candidates = [name for name, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:40]]
        best = _best(wanted, candidates)
        return self._names[best] if best else ""


def _parts(text: str) -> set[str]:
    """Return the runs of three letters in a text, its ends marked."""
    marked = f"^{text}$"
    return {marked[i : i + 3] for i in range(len(marked) - 2)}


def _best(wanted: str, candidates: list[str]) -> str:
    """Return the candidate most like `wanted`, or an empty text if none is near."""
    best, ratio = "", _NEAR
    for candidate in candidates:
        found = SequenceMatcher(None, fold(candidate), fold(wanted)).ratio()
        if found > ratio:
            best, ratio = candidate, found
    return best
