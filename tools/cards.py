"""Make cards for Anki from the interview lens of each module: `make cards`.

The pages are the one source. A question is the front of a card, its folded answer the back. A card is known by its page and its
question, so that importing a newer file updates the answers and keeps what Anki knows of the learner.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

import genanki

from tools.chapter_text import drop
from tools.document import folded_answer
from tools.pages import ROOT, Page, plain, read_page, shown, subsections
from tools.specification import Kind, Wanted, read_specification

LENS = "Interview lens"
DECK = "Backend, from first principles"
TARGET = ROOT / "cards.apkg"
DATED = "--date-of-sources"
"""Asks for a file that is the same whenever it is made of the same pages."""
_STYLE = """
.card { font-family: sans-serif; font-size: 1.1em; line-height: 1.45; max-width: 42em; margin: 1em auto; padding: 0 1em; }
.question { font-weight: bold; }
.from { color: gray; font-size: 0.8em; }
code { font-size: 0.9em; }
li { margin-bottom: 0.4em; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question and what a good answer covers."""

    module: str
    """The module's number, as `M12`."""
    theme: str
    """What the module is about, in one word."""
    title: str
    """The module's title."""
    page: str
    """The name of the page."""
    question: str
    """Plain text."""
    answer: str
    """The points, as HTML."""

    @property
    def identity(self) -> str:
        """Return what makes the card this card: another answer is the same card, another question is another card."""
        found: str = genanki.guid_for(self.page, self.question)
        return found


def read_cards(specification: Iterable[Wanted]) -> Iterator[Card]:
    """Yield the cards of the modules that are written, in the order of the modules and their questions."""
    for wanted in specification:
        if wanted.kind is Kind.MODULE and wanted.path.is_file():
            for file in wanted.files():
                yield from cards_of(read_page(file))


def cards_of(page: Page) -> Iterator[Card]:
    """Yield the cards of one page; a question without a folded answer makes none."""
    lens = page.part(LENS)
    for question in subsections(lens) if lens else ():
        answer = folded_answer(question)
        if answer is not None:
            yield Card(
                module=str(page.properties.get("module") or page.name.partition("-")[0].upper()),
                theme=str(page.properties.get("theme", "")),
                title=str(page.properties.get("title") or page.name),
                page=page.name,
                question=question.title,
                answer=_html(answer),
            )


def write_cards(cards: Iterable[Card], target: Path, *, timestamp: float | None = None) -> int:
    """Write the cards into an Anki package, one deck for each module, and return how many there are.

    Args:
        cards: What to write.
        target: The file, usually `….apkg`.
        timestamp: When the cards were made, in seconds since 1970; now, if it isn't given. Anki takes the newer of two.
    """
    decks: dict[str, genanki.Deck] = {}
    model = _model()
    count = 0
    for card in cards:
        name = f"{DECK}::{card.module} {card.title}"
        deck = decks.setdefault(name, genanki.Deck(_number(card.page), name))
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[escape(card.question), card.answer, escape(f"{card.module} · {card.title}")],
                tags=[tag for tag in (card.module, card.theme.replace(" ", "-").lower()) if tag],
                guid=card.identity,
            )
        )
        count += 1
    part = target.with_name(f".{os.getpid()}-{target.name}")  # a build may be looking for the file now
    genanki.Package(list(decks.values())).write_to_file(part, timestamp=timestamp)
    if timestamp is not None:
        _settle(part)
    part.replace(target)
    return count


def main(arguments: list[str]) -> int:
    """Write the cards into the file that is named, else into `cards.apkg`."""
    named = [argument for argument in arguments if argument != DATED]
    target = Path(named[0]) if named else TARGET
    timestamp = date_of_sources() if DATED in arguments else None
    count = write_cards(read_cards(read_specification()), target, timestamp=timestamp)
    print(f"{count} cards are in {target}; in Anki: File → Import")
    return 0


def date_of_sources() -> float | None:
    """Return when a module was last committed, in seconds since 1970; None where git doesn't know."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct", "--", "docs/curriculum"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return float(done.stdout) if done.returncode == 0 and done.stdout.strip() else None


def _settle(package: Path) -> None:
    """Write a package anew without the time at which its parts were written."""
    with zipfile.ZipFile(package) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _model() -> genanki.Model:
    """Return the type of the notes; its number never changes, or Anki would take the cards for new ones."""
    return genanki.Model(
        1_700_126_110,
        f"{DECK}: question and points",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "From"}],
        templates=[
            {
                "name": "Question",
                "qfmt": '<div class="question">{{Question}}</div><div class="from">{{From}}</div>',
                "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}',
            }
        ],
        css=_STYLE,
    )


def _number(name: str) -> int:
    """Return a number for a deck that depends on its name only."""
    return (1 << 30) + int.from_bytes(sha256(name.encode()).digest()[:4]) % (1 << 30)


def _html(answer: Element) -> str:
    """Return the points of an answer as HTML that stands on its own: no footnotes, no links within the site."""
    parts = [_alone(deepcopy(child)) for child in answer if child.tag != "summary"]
    return shown("".join(tostring(part, encoding="unicode", method="html") for part in parts)).strip()


def _alone(element: Element) -> Element:
    """Take footnote marks out, and let the links within the site be their text."""
    for parent in list(element.iter()):
        for child in list(parent):
            if child.tag == "sup" and (child.get("id") or "").startswith("fnref"):
                drop(parent, child)
            elif child.tag == "a" and "://" not in (child.get("href") or ""):
                child.tag, child.text = "span", plain(child).strip()
                child.attrib.clear()
                child[:] = []
    return element


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
