"""Read callouts: quotes that begin with `[!type]`, foldable with `-` and `+`, nested, with or without a title.

Source: Obsidian's help page *Callouts*. The markup is the one that themes style as admonitions.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.util import HTML_PLACEHOLDER_RE

from slipbox.desk import Desk
from slipbox.words import CALLOUTS as NORWEGIAN

CALLOUTS = {
    "note": "", "abstract": "summary tldr", "info": "", "todo": "", "tip": "hint important", "success": "check done",
    "question": "help faq", "warning": "caution attention", "failure": "fail missing", "danger": "error", "bug": "",
    "example": "", "quote": "cite",
}  # fmt: skip
"""The types of callouts, each with its aliases."""

_TYPES = {name: kind for kind, aliases in CALLOUTS.items() for name in (kind, *aliases.split())}
_OPENING = re.compile(
    r"\[!(?P<type>[^\]|\n]+)(?:\|(?P<meta>[^\]\n]*))?\](?P<fold>[+-]?)(?![(\[])[ \t]*(?P<title>[^\n]*)(?:\n|\Z)"
)
_STASHED = re.compile(rf"^({HTML_PLACEHOLDER_RE.pattern})$".replace("([0-9]+)", "[0-9]+"), re.MULTILINE)
"""A line that stands for code or raw HTML: a block of its own, whether there are empty lines around it or not."""


class Callouts(BlockQuoteProcessor):
    """Makes callouts of quotes that say they are, and keeps a quote apart from the one before it, as Python-Markdown doesn't."""

    def __init__(self, parser: BlockParser, desk: Desk) -> None:
        super().__init__(parser)
        self.desk = desk

    def test(self, parent: Element, block: str) -> bool:
        """Return whether a quote begins in this block that is a callout, or that another quote stands before."""
        if not super().test(parent, block):
            return False
        last = self.lastChild(parent)
        return self._opening(block) is not None or (last is not None and last.tag == "blockquote")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Make the callout, or the quote, and read its content."""
        block = blocks.pop(0)
        quote = self.RE.search(block)
        assert quote is not None
        self.parser.parseBlocks(parent, [block[: quote.start()]] if block[: quote.start()].strip() else [])
        content = self._content(block[quote.start() :])
        found = _OPENING.match(content)
        language = self.desk.note.language if self.desk.note else "en"
        holder = _element(parent, found, language) if found else SubElement(parent, "blockquote")
        self.parser.state.set("blockquote")
        self.parser.parseChunk(holder, _STASHED.sub(r"\n\1\n", content[found.end() if found else 0 :]))
        self.parser.state.reset()

    def _opening(self, block: str) -> re.Match[str] | None:
        """Return the first line of the callout that begins in this block, read; None for another quote."""
        quote = self.RE.search(block) if "[!" in block else None
        return _OPENING.match(self._content(block[quote.start() :])) if quote else None

    def _content(self, quote: str) -> str:
        """Return a quote's text without `>`."""
        return "\n".join(self.clean(line) for line in quote.strip("\n").split("\n"))


def _element(parent: Element, found: re.Match[str], language: str) -> Element:
    """Add the element of a callout with its title to `parent`."""
    written = found["type"].strip()
    kind = _TYPES.get(written.lower(), "note")
    classes = f"admonition callout {kind}" if not found["fold"] else f"callout {kind}"
    callout = SubElement(
        parent, "details" if found["fold"] else "div", {"class": classes, "data-callout": written.lower()}
    )
    if found["fold"] == "+":
        callout.set("open", "open")
    if found["meta"]:
        callout.set("data-callout-metadata", found["meta"].strip())
    title = SubElement(callout, "summary" if found["fold"] else "p")
    if not found["fold"]:
        title.set("class", "admonition-title")
    title.text = (found["title"] or "").strip() or _name(written, language)
    return callout


def _name(written: str, language: str) -> str:
    """Return the title of a callout whose author gave none: its type, in the language of its note."""
    kind = _TYPES.get(written.lower())
    return NORWEGIAN[kind] if kind and language == "nb" else written[:1].upper() + written[1:]
