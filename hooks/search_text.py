"""What the search reads of a page: its text without the page's furniture, its words, and its snippets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from math import log

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
WORD = re.compile(r"[^\W\d_][\w@#+-]*(?:\.[\w-]+)*")
TOKEN = re.compile(r"[A-Za-z][\w+-]*[A-Za-z0-9]|[1-5]\d\d")
"""A name, a header or a status in code."""
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_BLOCK = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
LETTERS = re.compile(r"[^\W\d_]{2,}")
MATTERS, OFTEN, SUBJECTS = 4, 3, 16
"""Letters from which a word may be a subject, how often the page says it at least, and how many of them a page has at most."""
FOLDS = (str.maketrans({"æ": "ae", "ø": "o", "å": "a"}), str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
"""How the letters are typed on a keyboard without them."""


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
    lede: str = ""
    headings: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """Inline code."""
    blocks: list[str] = field(default_factory=list)
    """Blocks of code and what they printed: not text, but what they name should lead to the page."""
    words: Counter[str] = field(default_factory=Counter)
    snippets: list[Snippet] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the article of a page."""

    def __init__(self, html: str) -> None:
        """Read a page's HTML."""
        super().__init__()
        self.text = Text()
        self._out: list[str] = []
        self._open: list[tuple[str, bool, str]] = []
        """The open elements: the name, whether it starts what is left out, and what it is to us."""
        self._skipping = 0
        self._place = self._heading = self._file = ""
        self._pieces: dict[str, list[str]] = {}
        start, end = html.find("<article"), html.rfind("</article>")
        if 0 <= start < end:
            self.feed(_lean(html[start:end]))
        self.text.html = "".join(self._out)

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
            self.text.words.update(word.lower() for word in LETTERS.findall(data))

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
        elif role == "file":
            self._file = words
        else:
            self.text.blocks.append(said)
        if role == "block" and self._file:
            self.text.snippets.append(
                Snippet(file=self._file, place=self._place, heading=self._heading, code=said)
            )
            self._file = ""


def _lean(html: str) -> str:
    """Return HTML without drawings, and without the marks in blocks of code: four fifths of a page's tags."""
    return _BLOCK.sub(lambda block: f"<pre>{_TAG.sub('', block[1])}</pre>", _DRAWING.sub("", html))


def parts(word: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """Return the two words that a compound is made of, nothing if it is none: `meldingskø` is `melding` and `kø`."""
    best: tuple[int, tuple[str, ...]] = (0, ())
    for at in range(3, len(word) - 1):
        tail = word[at:]
        for head in (word[:at], word[: at - 1] if word[at - 1] in "se" else ""):
            if len(head) >= 3 and len(tail) >= 2 and min(known.get(head, 0), known.get(tail, 0)) >= 2:
                weight = min(len(head), len(tail)) * 100 + min(known[head], known[tail], 99)
                best = max(best, (weight, (head, tail)))
    return best[1]


def aliases(text: Text, lang: str, known: Mapping[str, int]) -> list[str]:
    """Return the words by which a page should be found though it doesn't hold them, sorted."""
    found: set[str] = set()
    told = " ".join([text.title, text.lede, *text.headings]).lower()
    if lang == "nb":
        found |= {part for word in text.words if len(word) >= 7 for part in parts(word, known)}
        often = {word for word, count in text.words.items() if count > 1} | set(LETTERS.findall(told))
        found |= {word.translate(fold) for word in often if set(word) & set("æøå") for fold in FOLDS}
    for said in (*text.code, *text.blocks):
        found |= {token.lower() for token in TOKEN.findall(said)}
    for token in list(found):
        found |= {part.lower() for part in LETTERS.findall(token) if len(part) > 2}
    return sorted(found - set(text.words))


def said(text: Text) -> Counter[str]:
    """Return how often a page says each word and each name in code."""
    count = Counter({word: times for word, times in text.words.items() if len(word) >= MATTERS})
    for each in (*text.code, *text.blocks):
        count.update(token.lower() for token in TOKEN.findall(each))
    return count


def subjects(count: Counter[str], pages: Mapping[str, int], of: int) -> list[str]:
    """Return the words that a page is about, the most telling first: it says them often, and few pages do.

    `pages` tells how many of the language's pages say each word, `of` how many pages there are.
    """
    weights = {
        word: times * log(of / pages[word])
        for word, times in count.items()
        if times >= OFTEN and pages[word] * 8 <= of
    }
    return sorted(weights, key=lambda word: (-weights[word], word))[:SUBJECTS]


def vocabulary(texts: Iterable[Text]) -> list[str]:
    """Return the words that a reader may have meant, the most frequent first."""
    count: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for text in texts:
        told = " ".join(
            [text.title, text.lede, *text.headings, *(each for each in text.code if len(each) < 60)]
        )
        count.update(word.lower() for word in WORD.findall(told))
        everywhere.update(text.words)
    for word in list(count):
        count[word] += everywhere[word]
    count.update({word: times for word, times in everywhere.items() if times >= 6 and word not in count})
    wanted = [(-times, word) for word, times in count.items() if 3 <= len(word) <= 40]
    return [word for _, word in sorted(wanted)]
