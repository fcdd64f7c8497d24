"""What the search reads of a page: its text without the page's furniture, its words and where they stand, and its snippets."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

VOID = frozenset(
    {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "track", "wbr"}
)
LEFT_OUT = frozenset({"script", "style", "svg", "label", "button", "select", "video", "audio", "iframe"})
"""Elements without a word of the page's own."""
FURNITURE = frozenset(
    {
        "headerlink", "footnote-ref", "footnote-backref", "tabbed-labels", "linenos", "linenodiv", "mermaid",
        "diagram", "arithmatex", "snippet-foot", "snippet-badge", "snippet-output__label", "snippets-footer", "md-source-file",
        "md-tags", "slipbox-tag", "md-content__button",
    }
)  # fmt: skip
"""Classes of what stands around the text: marks, labels, tags, line numbers, formulas, drawings."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
KEPT = HEADINGS | {"p", "li", "dt", "dd", "td", "th", "blockquote", "summary", "figcaption"}
"""Elements that part words from each other, and so stay."""
TOKEN = re.compile(r"[A-Za-z][\w+-]*[A-Za-z0-9]|[1-5]\d\d")
"""A name, a header or a status in code."""
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_BLOCK = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
LETTERS = re.compile(r"[^\W\d_]{2,}")
MATTERS = 4
"""Letters from which a word may be what a page is about."""
PLACES = 500
"""How many headings of a page are results of their own at most."""
COUNTS = ("words", "said")
"""What counts words."""
_DESCRIPTION = re.compile(r'<meta\b[^>]*\bname="?description"?[^>]*\bcontent="([^"]*)"')


@dataclass(slots=True)
class Snippet:
    """One block of code that has a file's name."""

    file: str
    place: str
    """The id of the heading above it."""
    heading: str
    code: str = ""


@dataclass(slots=True)
class Text:
    """What a page says."""

    html: str = ""
    title: str = ""
    description: str = ""
    lede: str = ""
    headings: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """Inline code."""
    tokens: list[str] = field(default_factory=list)
    """What its code names, inline and in blocks, each once, sorted. A block is not text, but its names should lead to the page."""
    words: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    """In how many of its parts (paragraphs, items, cells, headings, blocks of code) it says each word and each name in code."""
    parts: int = 0
    """How many parts it has."""
    snippets: list[Snippet] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        counts = {name: dict(plain[name]) for name in COUNTS}
        return {**plain, **counts, "snippets": [asdict(each) for each in self.snippets]}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Text:
        """Return what was kept."""
        counts = {name: Counter(kept[name]) for name in COUNTS}
        return cls(**{**kept, **counts, "snippets": [Snippet(**each) for each in kept["snippets"]]})


def source(html: str) -> str:
    """Return what is read of a page's HTML: its description and its article."""
    start, end = html.find("<article"), html.rfind("</article>")
    told = _DESCRIPTION.search(html[: max(start, 0)])
    description = " ".join(told[1].split()) if told else ""
    return f"{description}\n{html[start:end] if 0 <= start < end else ''}"


class Reader(HTMLParser):
    """Reads the article of a page."""

    def __init__(self, source: str) -> None:
        """Read what `source` gives of a page."""
        super().__init__()
        self.text = Text()
        self._out: list[str] = []
        self._open: list[tuple[str, bool, str]] = []
        """The open elements: the name, whether it starts what is left out, and what it is to us."""
        self._skipping = 0
        self._place = self._heading = self._file = ""
        self._pieces: dict[str, list[str]] = {}
        self._tokens: set[str] = set()
        self._part: set[str] = set()
        description, _, article = source.partition("\n")
        self.text.description = unescape(description)
        self.feed(_lean(article))
        self._end_part()
        self.text.html = _with_few_places("".join(self._out))
        self.text.tokens = sorted(self._tokens)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element that parts words, and note what it is."""
        if tag in VOID:
            return
        values = {name: value or "" for name, value in attrs}
        classes = set(values.get("class", "").split())
        left_out = (
            tag in LEFT_OUT or tag == "pre" or bool(classes & FURNITURE) or "data-search-exclude" in values
        )
        self._skipping += left_out
        role = self._role(tag, classes)
        self._open.append((tag, left_out, role))
        if role:
            self._pieces[role] = []
        if not self._skipping and tag in KEPT:
            place = f' id="{escape(values["id"])}"' if tag in HEADINGS and values.get("id") else ""
            self._place = values.get("id", self._place) if place else self._place
            self._end_part()
            self._out.append(f"<{tag}{place}>")

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and keep what it said; what was not opened closes nothing, as `<br/>`."""
        if all(name != tag for name, _, _ in self._open):
            return
        while self._open:
            name, left_out, role = self._open.pop()
            if role and self._skipping <= (role == "block"):
                self._keep(role, "".join(self._pieces.pop(role, [])))
            if not self._skipping and name in KEPT:
                self._end_part()
                self._out.append(f"</{name}>")
            self._skipping -= left_out
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if self._skipping == 1 and "block" in self._pieces:
            self._pieces["block"].append(data)
        if self._skipping:
            return
        self._out.append(escape(data, quote=False))
        for pieces in self._pieces.values():
            pieces.append(data)
        if "code" not in self._pieces:
            words = [word.lower() for word in LETTERS.findall(data)]
            self.text.words.update(words)
            if all(name != "a" for name, _, _ in self._open):  # what a link says, another page is about
                self._part.update(word for word in words if len(word) >= MATTERS)

    def _end_part(self) -> None:
        """Count the words of a paragraph or its like, each once."""
        if self._part:
            self.text.said.update(self._part)
            self.text.parts += 1
            self._part = set()

    def _name(self, said: str) -> None:
        """Note the names in code."""
        found = {token.lower() for token in TOKEN.findall(said)}
        self._tokens |= found
        self._part |= found

    def _role(self, tag: str, classes: set[str]) -> str:
        """Return what an element is to the search, empty if nothing."""
        names = [name for name, _, _ in self._open]
        if tag in HEADINGS:
            return "heading" if tag != "h1" or self.text.title else "title"
        if "filename" in classes:
            return "file"
        if tag == "pre":
            return "block"
        if tag == "code" and "pre" not in names:
            return "code"
        return "lede" if tag == "p" and not self.text.lede and self.text.title else ""

    def _keep(self, role: str, said: str) -> None:
        """Put what an element said where it belongs."""
        words = " ".join(said.split())
        if role == "title":
            self.text.title = words
        elif role == "heading":
            self._heading = words
            self.text.headings.append(words)
        elif role == "lede":
            self.text.lede = words
        elif role == "code":
            self.text.code.append(words)
            self._name(said)
        elif role == "file":
            self._file = words
        elif role == "block":
            self._end_part()
            self._name(said)
            self._end_part()
        if role == "block" and self._file:
            self.text.snippets.append(
                Snippet(file=self._file, place=self._place, heading=self._heading, code=said)
            )
            self._file = ""


def _lean(html: str) -> str:
    """Return HTML without drawings, and without the marks in blocks of code: four fifths of a page's tags."""
    return _BLOCK.sub(lambda block: f"<pre>{_TAG.sub('', block[1])}</pre>", _DRAWING.sub("", html))


def _with_few_places(html: str) -> str:
    """Return HTML in which the lower headings are no results of their own, if there are too many.

    The dialog's worker goes through the whole page for each heading under which something is found.
    """
    for level in "65432":
        if html.count(' id="') <= PLACES:
            break
        html = re.sub(rf'<h{level} id="[^"]*">', f"<h{level}>", html)
    return html
