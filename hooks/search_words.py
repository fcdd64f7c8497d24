"""The words by which the search finds a page: what it nearly says, what it is about, and what a reader may have meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from search_text import LETTERS, Text

WORD = re.compile(r"[^\W\d_][\w@#+-]*(?:\.[\w-]+)*")
OFTEN, SUBJECTS, MORE = 3, 16, 8
"""In how many parts a page says what it is about at least; how many such words it has at most; for how many of its parts it has one more."""
ALIKE = 2
"""How many names in code that begin with the same word a page is found by."""
FOLDS = (str.maketrans({"æ": "ae", "ø": "o", "å": "a"}), str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
"""How the letters are typed on a keyboard without them."""


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


def near(title: str, lang: str, known: Mapping[str, int]) -> list[str]:
    """Return what a title nearly says, sorted: the parts of its compounds, and its words without the letters that some keyboards lack."""
    words = [word.lower() for word in LETTERS.findall(title)]
    if lang != "nb":
        return []
    found = {part for word in words if len(word) >= 7 for part in parts(word, known)}
    return sorted((found | _folded(words)) - set(words))


def aliases(text: Text, lang: str, known: Mapping[str, int]) -> list[str]:
    """Return the words by which a page should be found though its text nearly says them, sorted."""
    if lang != "nb":
        return []
    told = " ".join([text.title, text.lede, *text.headings]).lower()
    found = {part for word in text.words if len(word) >= 7 for part in parts(word, known)}
    often = {word for word, count in text.words.items() if count > 1} | set(LETTERS.findall(told))
    return sorted((found | _folded(often)) - set(text.words))


def told(text: Text) -> list[str]:
    """Return the words of a page's description and headings, sorted; of those that begin alike, the shortest."""
    said = " ".join([text.description, *text.headings]).lower()
    words = {word.rstrip(".-") for word in WORD.findall(said)}
    return sorted(_apart(sorted(words, key=lambda word: (len(word), word)), 1))


def names(text: Text) -> tuple[list[str], list[str]]:
    """Return what a page's code names in several parts, and what else it names with the words of these names; sorted, without what its text says."""
    pieces = {piece.lower() for token in text.tokens for piece in LETTERS.findall(token) if len(piece) > 2}
    tokens = sorted(set(text.tokens) - set(text.words), key=lambda token: (-text.said[token], token))
    often = _apart([token for token in tokens if text.said[token] > 1], 1)
    rest = pieces | set(_apart(tokens, ALIKE))
    return sorted(often), sorted(rest - set(text.words) - set(often))


def _apart(words: Iterable[str], most: int) -> list[str]:
    """Return words without those that begin with the same letters as others before them, up to a mark.

    Pagefind takes a word for each word in a field that begins with it, and the page then counts for the cube of their number.
    """
    alike: Counter[str] = Counter()
    chosen = []
    for word in words:
        head = re.split(r"[^a-zæøå]", word, maxsplit=1)[0]
        alike[head] += len(head) > 2
        if alike[head] <= most:
            chosen.append(word)
    return chosen


def _folded(words: Iterable[str]) -> set[str]:
    return {word.translate(fold) for word in words if set(word) & set("æøå") for fold in FOLDS}


def subjects(text: Text, pages: Mapping[str, int], of: int) -> list[str]:
    """Return the words that a page is about, the most telling first: it comes back to them, and few pages say them. A long page has more.

    `pages` tells how many of the language's pages say each word, `of` how many pages there are.
    """
    weights = {
        word: times * log(of / pages[word])
        for word, times in text.said.items()
        if times >= OFTEN and pages[word] * 8 <= of
    }
    most = SUBJECTS + text.parts // MORE
    return _apart(sorted(weights, key=lambda word: (-weights[word], word)), 1)[:most]


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
