"""Give a page its quiet line, with tags below it, and a note's page a column of its own: what is around it stands beside its text.

A page of a module keeps its graph and backlinks below the text, where its long contents leave them room. In the page's source they
come after the text either way, so that a phone, a screen reader and a reader without style sheets meet the text first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipbox.history import written_day

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

FOLDERS = ("🛠 Ressurser/", "📥 Inbox/", "be03/tema/")
"""Where notes are, as opposed to pages of a course."""
WORDS = {
    "en": {"around": "Around this note", "one": "1 snippet", "many": "{n} snippets", "on": "verified", "not": "not verified"},
    "nb": {"around": "Rundt notatet", "one": "1 kodebit", "many": "{n} kodebiter", "on": "verifisert", "not": "ikke verifisert"},
}  # fmt: skip
_LINE = re.compile(
    r'<p class="slipbox-line"(?=[^>]*\blang="(?P<lang>\w+)")[^>]*>(?P<parts>.*?)</p>', re.DOTALL
)
_FOOT = re.compile(
    r'<p class="snippets-footer">(?P<count>\d+)[^<]*(?:<time datetime="(?P<day>[\d-]{10})[^>]*>[^<]*</time>)?(?P<rest>[^<]*)</p>'
)
_BESIDE = re.compile(r'<section class="slipbox-(?P<kind>graph|backlinks)"[^>]*>.*?</section>\s*', re.DOTALL)
_ROW = re.compile(r'<a href="#[^"]*" class="md-nav__link"')
INNER = 'class="md-main__inner md-grid"'
_END = re.compile(r"</article>\s*</div>")


def on_post_page(output: str, *, page: Page, config: Any) -> str:
    """Return the page with its line set, and a note's page with its own column."""
    del config
    output = _LINE.sub(lambda line: quiet(line, _FOOT.search(output)), output, count=1)
    if page.is_homepage or page.file.generated_by:
        kind = "home" if page.is_homepage else "list"
        output = output.replace(INNER, f'class="md-main__inner md-main__inner--{kind} md-grid"', 1)
    return beside(output) if page.file.src_uri.startswith(FOLDERS) else output


def quiet(line: re.Match[str], foot: re.Match[str] | None) -> str:
    """Return the line under a title, with what the page's foot says of its snippets; below it the tags, and the way to a copy."""
    parts = line["parts"].split(" · ")
    below = [each for each in parts if 'class="slipbox-tag"' in each or 'class="copy-page"' in each]
    above = [each for each in parts if each not in below]
    if foot:
        above.append(verified(foot, line["lang"]))
    start = f'lang="{line["lang"]}" data-search-exclude>'
    # A dot stands before its part, so that a style sheet can leave it out where a line begins.
    told = "</span><span><i> · </i>".join(above)
    rest = f'\n<p class="slipbox-line note-tags" {start}{" ".join(below)}</p>' if below else ""
    return f'<p class="slipbox-line" {start}<span>{told}</span></p>{rest}'


def verified(foot: re.Match[str], lang: str) -> str:
    """Return how many snippets a page shows and when they last passed, from the line at its foot."""
    words = WORDS.get(lang, WORDS["en"])
    counted = words["one"] if foot["count"] == "1" else words["many"].format(n=foot["count"])
    if not foot["day"] or "(" in foot["rest"]:
        return f"{counted}, {words['not']}"
    return f'{counted}, {words["on"]} <time datetime="{foot["day"]}">{written_day(foot["day"], lang)}</time>'


def beside(html: str) -> str:
    """Return a note's page with its graph and backlinks behind the text, in an element that a wide window sets beside it."""
    found = {each["kind"]: each[0] for each in _BESIDE.finditer(html)}
    if not found:
        return html
    lang = "nb" if '<html lang="nb"' in html else "en"
    inner = found.get("graph", "") + found.get("backlinks", "")
    aside = f'<aside class="site-around md-typeset" aria-label="{WORDS[lang]["around"]}">{inner}</aside>'
    # Said before the text, so that nothing moves when the browser comes to what is behind it.
    rows = len(_ROW.findall(html.partition('class="site-contents"')[2].partition("</details>")[0]))
    html = html.replace(
        INNER, f'class="md-main__inner md-main__inner--note md-grid" style="--rows:{rows}"', 1
    )
    return _END.sub(lambda end: end[0] + aside, _BESIDE.sub("", html), count=1)
