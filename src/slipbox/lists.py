"""Write the lists of a note as Python-Markdown reads them: after a blank line, and indented by four.

In Obsidian, as in CommonMark, a list may begin right below a line of text, and what belongs to an item begins where the item's
words do, two or three columns in. Sources: Obsidian's help page *Basic formatting syntax*; CommonMark 0.31.2, *List items*.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from slipbox.region import Region, RegionKind

_QUOTE = re.compile(r"[ ]{0,3}(?:>[ ]?)*")
_ITEM = re.compile(r"(?P<indent>[ ]*)(?P<marker>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap>[ ]+)(?=\S)")
_EMPTY = re.compile(r"(?P<indent>[ ]*)(?P<marker>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap>[ ]*)$")
_RULE = re.compile(r"[ ]*(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,})$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ ]*$")
"""A rule, or what makes a heading of the line above, if that is text and neither an item nor quoted."""
_FENCE = re.compile(r"[ ]{0,3}(?:`{3}|~{3})")
_ANY = re.compile(r"^[ >\t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]|`{3}|~{3}|-+[ \t]*$|=+[ \t]*$)", re.MULTILINE)
_HEADING = re.compile(r"[ ]*#{1,6}[ ]")
_NO_TEXT = re.compile(r"[ ]*(?:#{1,6}[ ]|\||!!!|\?\?\?|===|\[!|<|:[ ]|\[\^[^\]]+\]:)")
"""A line after which a list may begin already, or whose block must not be cut."""


def spaced(text: str, regions: list[Region]) -> str:
    """Return a note's text with its lists as Python-Markdown reads them; `regions` are those of the text."""
    if not _ANY.search(text):
        return text
    kept = [region for region in regions if "\n" in text[region.start : region.end]]
    return _Lists(text=text, regions=kept).run()


@dataclass(slots=True)
class _Lists:
    """One pass over the lines, with the list items that are open."""

    text: str
    regions: list[Region]
    open: list[int] = field(default_factory=list)
    """For each open item, from the outside in, the column at which its words begin."""
    numbered: list[bool] = field(default_factory=list)
    """For each list that was begun, from the outside in, whether its last item bears a number."""
    after_blank: bool = True
    after_text: bool = False
    after_fence: bool = False
    after_moved: bool = False
    """Whether the line before is of a second paragraph of an item, which Python-Markdown would go on with."""
    quote: str = ""
    shift: int = 0
    """How far the fence that is being passed was moved to the right."""
    parted: bool = False
    """Whether the line just written is a heading in an item, which blank lines part from the item's text."""

    def run(self) -> str:
        """Write every line."""
        starts = [region.start for region in self.regions]
        done: list[str] = []
        position = 0
        for line in self.text.split("\n"):
            index = bisect_right(starts, position - 1) - 1
            region = self.regions[index] if index >= 0 and self.regions[index].end > position else None
            if region and region.kind is not RegionKind.INDENTED:
                done.append(self._inside(line, region))
            else:
                done.extend(self._line(line))
            position += len(line) + 1
        return "\n".join(done)

    def _inside(self, line: str, region: Region) -> str:
        """Return a line within a fence, a formula or HTML: as it is, or moved with its fence."""
        self.after_text, self.after_blank = False, False
        self.after_fence = region.kind is RegionKind.FENCE
        if region.kind is not RegionKind.FENCE or not self.shift or not line.strip():
            return line
        quote = _QUOTE.match(line)
        end = quote.end() if quote and self.quote else 0
        return f"{line[:end]}{' ' * self.shift}{line[end:]}"

    def _line(self, line: str) -> list[str]:
        """Return what is written for one line, with a blank one before it where a list begins below text."""
        found = _QUOTE.match(line) if ">" in line else None
        quote, rest = (found[0], line[found.end() :]) if found and ">" in found[0] else ("", line)
        below = False
        if quote.count(">") != self.quote.count(">"):
            below = self.quote.count(">") > quote.count(">") and not self.after_blank
            self.open, self.numbered, self.after_text, self.after_blank = [], [], False, True
        self.quote, self.shift = quote, 0
        rest = rest.expandtabs(4) if rest[:1] in " \t" else rest
        after_fence, self.after_fence = self.after_fence, False
        if not rest.strip():
            self.after_blank, self.after_text, self.after_moved = True, False, False
            return [line]
        empty = bool(self.open) and rest.strip() == "-"
        if _UNDERLINE.match(rest) and (below or self._leaves(rest)) and not empty:
            self.open, self.numbered, self.after_text, self.after_blank = [], [], False, False
            return [quote.rstrip(), quote + rest]
        item = None if _RULE.match(rest) else _ITEM.match(rest)
        if not item and (self.open or self.after_blank):
            item = _EMPTY.match(rest)
        if item and (self.open or len(item["indent"]) < 4):
            return self._item(item, quote, rest, parted=after_fence or self.after_moved)
        self.parted = False
        fence = _FENCE.match(rest)
        apart = (after_fence and not self.open) or (fence and (self.after_text or self._leaves(rest)))
        if apart and fence:
            self.open, self.numbered = [], []
        written = quote + self._text(rest)
        if self.parted:
            return [quote.rstrip(), written, quote.rstrip()]
        return [quote.rstrip(), written] if apart else [written]

    def _leaves(self, rest: str) -> bool:
        """Return whether a line right below an item of a list is no part of it, if it is no text."""
        return bool(self.open) and not self.after_blank and len(rest) - len(rest.lstrip(" ")) < self.open[-1]

    def _item(self, item: re.Match[str], quote: str, rest: str, *, parted: bool) -> list[str]:
        """Return a list item's line, after a blank one if it begins a list below text or of another kind, or if that is asked for.

        Text that only looks like an item stays.
        """
        column = len(item["indent"])
        begins = not self.open and self.after_text
        if begins and item["number"] not in (None, "1"):
            return [quote + rest]
        depth, numbered = sum(start <= column for start in self.open), item["number"] is not None
        if self._is_wrapped(item, depth):
            return [quote + self._text(rest)]
        del self.open[depth:]
        parted = parted or (len(self.numbered) > depth and self.numbered[depth] != numbered)
        self.numbered[depth:] = [numbered]
        gap = len(item["gap"]) if len(item["gap"]) < 5 else 1
        self.open.append(column + len(item["marker"]) + gap)
        self.after_blank = self.after_text = self.after_moved = False
        words = rest[item.end("marker") :]
        # A dash alone would underline the line above it.
        marker = item["marker"].replace(")", ".") if words.strip() or numbered else "*"
        written = f"{' ' * 4 * depth}{marker}{words if words.strip() else ' '}"
        return [*([quote.rstrip()] if begins or parted else []), quote + written]

    def _is_wrapped(self, item: re.Match[str], depth: int) -> bool:
        """Return whether what looks like an item goes on with the words of one: a year at the beginning of its second line.

        As in CommonMark, a list begins below text with words, and with the number 1 if it has numbers.
        """
        begins = depth > 0 and len(self.numbered) <= depth and not self.after_blank
        return begins and (item["number"] not in (None, "1") or item.end() == len(item.string))

    def _text(self, rest: str) -> str:
        """Return a line that is no item: what belongs to an item is indented by four for each that is open."""
        column = len(rest) - len(rest.lstrip(" "))
        if self.after_blank or _NO_TEXT.match(rest):
            while self.open and column < self.open[-1]:
                self.open.pop()
            del self.numbered[len(self.open) :]
        heading = bool(_HEADING.match(rest)) and not self.after_blank
        opens = heading or rest.lstrip().startswith(("```", "~~~"))
        moved = self.open and column >= self.open[-1] and (self.after_blank or opens)
        self.after_text = not self.open and column < 4 and not _NO_TEXT.match(rest)
        self.after_blank = False
        if not moved:
            return rest
        self.parted = self.after_blank = heading
        self.after_moved = True
        indent = 4 * len(self.open)
        wanted = max(column, indent + 4) if column - self.open[-1] >= 4 and not opens else indent
        self.shift = wanted - column
        return f"{' ' * wanted}{rest.lstrip(' ')}"
