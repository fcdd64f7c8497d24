"""Make the questions of the modules into cards: on their pages, and on one page that asks them all.

A page's "Interview lens" has headings with folded answers below; each becomes a card, known by its page and its heading. Their
answers go into a file for each page, which `curriculum/practice.md` asks for when a card of that page is shown. On that page an empty
`<div data-practice="list"></div>` becomes the list of all questions, which leads to them also without a script. What a reader knows
is the browser's business (`assets/javascripts/cards/`). The deck for Anki is made of the same questions (`tools/cards.py`) and kept in
`.cache/` until one of them changes.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.practice")

PAGE = "curriculum/practice.md"
LIST = '<div data-practice="list"></div>'
LINK = '<a data-practice="deck">'
ASSETS = "assets/javascripts/cards/{}.js"
SHEET = "assets/stylesheets/cards.css"
DECK = "curriculum/practice/cards.apkg"
_LENS = re.compile(r'<h2 id="interview-lens">.*?(?=<h2\b|<div class="footnote">|\Z)', re.DOTALL)
_CARD = re.compile(
    r'<h3 id="(?P<slug>[^"]+)">(?P<question>.*?)</h3>(?P<prompt>(?:(?!<h3\b).)*?)'
    r'<details class="note">\s*<summary>A good answer covers</summary>(?P<answer>.*?)</details>',
    re.DOTALL,
)
_PERMALINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
_MARK = re.compile(r'<sup id="fnref.*?</sup>', re.DOTALL)
_ID = re.compile(r'(<[^>]*?) id="[^"]*"')
_ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')
_BASE = "http://this-site.invalid/"
_WAY = "Practise these questions as cards, with those of the other modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question of a page."""

    slug: str
    """The id of its heading."""
    question: str
    """HTML."""
    prompt: str
    """HTML between the question and its answer, usually none."""
    answer: str
    """The points, as HTML."""


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Mark the cards when every page is read, write their answers, and fill the page that asks them."""
    home = files.get_file_from_path(PAGE)
    if home is None or home.page is None or home.page.content is None:
        return env
    listed = []
    for file in sorted(files.documentation_pages(), key=lambda file: file.src_uri):
        page = file.page
        found = _LENS.search(page.content or "") if page is not None else None
        cards = list(read_cards(found[0])) if found else []
        if found and cards:
            name = Path(file.src_uri).stem
            page.content = page.content.replace(found[0], marked(found[0], name, file.url, home.url), 1)
            answers = {card.slug: moved(card, file.url, home.url) for card in cards}
            text = json.dumps(answers, ensure_ascii=False, separators=(",", ":"))
            data = f"{Path(PAGE).with_suffix('').as_posix()}/{name}.json"
            files.append(File.generated(config, data, content=text))
            title = f"{page.meta.get('module') or ''} {unescape(str(page.title))}".strip()
            listed.append(
                write_module(title, name, get_relative_url(data, home.url), cards, file.url, home.url)
            )
    script = get_relative_url(ASSETS.format("practice"), home.url)
    sheet = get_relative_url(SHEET, home.url)
    html = (
        f'<link rel="stylesheet" href="{sheet}"><div class="cards-list" data-cards data-search-exclude>'
        f'{"".join(listed)}</div><script type="module" src="{script}"></script>'
    )
    link = f'<a href="{get_relative_url(DECK, home.url)}" download>'
    home.page.content = home.page.content.replace(LIST, html).replace(LINK, link)
    files.append(File.generated(config, DECK, abs_src_path=str(make_deck(Path(config.docs_dir)))))
    return env


def read_cards(lens: str) -> Iterator[Card]:
    """Yield the cards of an "Interview lens", as HTML."""
    for found in _CARD.finditer(lens):
        question = _PERMALINK.sub("", found["question"])
        yield Card(
            slug=found["slug"],
            question=question.strip(),
            prompt=found["prompt"].strip(),
            answer=found["answer"].strip(),
        )


def marked(lens: str, name: str, url: str, home: str) -> str:
    """Return an "Interview lens" whose folded answers say which card they are; below its heading the way to all cards."""
    text = _CARD.sub(
        lambda found: found[0].replace(
            '<details class="note">', f'<details class="note" data-card="{name}#{found["slug"]}">', 1
        ),
        lens,
    )
    way = (
        f'<link rel="stylesheet" href="{get_relative_url(SHEET, url)}">'
        f'<p class="cards-way" data-search-exclude><a href="{get_relative_url(home, url)}">{_WAY}</a></p>'
    )
    script = f'<script type="module" src="{get_relative_url(ASSETS.format("lens"), url)}"></script>\n'
    return text.replace("</h2>", f"</h2>\n{way}", 1) + script


def moved(card: Card, source: str, target: str) -> dict[str, str]:
    """Return what a card shows on another page: its links lead where they led, footnote marks and ids are left behind."""

    def address(found: re.Match[str]) -> str:
        parts = urlsplit(urljoin(_BASE + source, unescape(found[2])))
        if not parts.geturl().startswith(_BASE):
            return found[0]
        path = get_relative_url(parts.path.removeprefix("/"), target)
        return f'{found[1]}="{escape(path + (f"#{parts.fragment}" if parts.fragment else ""))}"'

    def alone(html: str) -> str:
        return _ADDRESS.sub(address, _ID.sub(r"\1", _MARK.sub("", html)))

    made = {"answer": alone(card.answer)}
    return {"prompt": alone(card.prompt), **made} if card.prompt else made


def write_module(title: str, name: str, data: str, cards: list[Card], url: str, home: str) -> str:
    """Return the folded list of a module's questions, each a link to its place."""
    there = get_relative_url(url, home)
    items = "".join(
        f'<li><a href="{there}#{card.slug}" data-card="{name}#{card.slug}">{card.question}</a></li>'
        for card in cards
    )
    return (
        f'<details data-module="{escape(title)}" data-answers="{data}">'
        f"<summary>{escape(title)} ({len(cards)})</summary><ol>{items}</ol></details>"
    )


def make_deck(docs: Path) -> Path:
    """Return the deck for Anki, made anew when a module or its maker has changed."""
    root = docs.parent
    sources = [*sorted(docs.glob("curriculum/m*.md")), root / "tools/cards.py", root / "tools/pages.py"]
    key = sha256(b"\0".join(file.read_bytes() for file in sources)).hexdigest()[:16]
    target = root / f".cache/cards/{key}.apkg"
    if not target.is_file():
        log.info("making the deck for Anki")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "tools.cards", "--date-of-sources", str(target)],
            cwd=root,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return target
