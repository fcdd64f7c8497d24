"""Make a note's text ready for Python-Markdown: no comments, footnotes by reference, unsupported blocks named.

Sources: Obsidian's help pages *Basic formatting syntax* and *Obsidian Flavored Markdown*.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from slipbox.comments import stand_ins
from slipbox.links import REFERENCE
from slipbox.lists import spaced
from slipbox.raw_html import At, with_urls
from slipbox.region import RegionKind, mask
from slipbox.regions import find_regions, opens_markdown
from slipbox.unsupported import BANNER, in_place, unsupported_in, within_link
from slipbox.words import word

_MERMAID = re.compile(r"[> \t]*(?:`{3,}|~{3,})[ \t]*\{?[ \t.]*mermaid\b")
_LINKED_NODES = re.compile(
    r"^(?P<indent>[> \t]*)class[ \t]+(?P<nodes>[\w,\- \t]+?)[ \t]+internal-link\b", re.MULTILINE
)
_BELOW_TEXT = re.compile(
    r"^(?P<quote>[> ]*)(?=[^|\s>])[^|\n]*\n(?=[^|\n]*\|[^\n]*\n(?P<rule>[>: \t|-]+)$)", re.MULTILINE
)
"""A line of text, without a pipe, above one with a pipe and one that may be the rule below a table's head."""
_FOOTNOTE = re.compile(r"\^\[")
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")


def prepared(
    text: str,
    language: str = "en",
    at: At | None = None,
    address: Callable[[str], str | None] | None = None,
) -> str:
    """Return a note's body as Python-Markdown can read it; code, math and HTML stay as they are.

    `at` gives what is written for a URL in raw HTML. `address` gives the URL of the note that a
    node of a Mermaid diagram names (empty for none): nodes of the class `internal-link` become links; those that name a hidden
    note (None) get a word that says nothing.
    """
    parts: list[str] = []
    position = 0
    regions = find_regions(text)
    comments = dict(stand_ins(text, [region for region in regions if region.kind is RegionKind.COMMENT]))
    for region in regions:
        start, end, new = region.start, region.end, None
        if region in comments:
            start, new = max(start, position), comments[region]
        elif region.kind is RegionKind.HTML:
            new = (
                f'{text[start : end - 1]} markdown="1">' if opens_markdown(text, region) else text[start:end]
            )
            new = with_urls(new, at) if at is not None else new
        elif address is not None and region.kind is RegionKind.FENCE and _MERMAID.match(text, start):
            new = _with_links(text[start:end], address, word("private", language))
        elif name := unsupported_in(text, region):
            start, end = within_link(text, region)
            if start < position:
                start, end = region.start, region.end
            new = in_place(text, region, _not_yet(name, language))
        if new is not None and position <= start <= end:
            parts.extend((text[position:start], new))
            position = end
    text = "".join((*parts, text[position:]))
    text = _parted_tables(_footnotes(_plain_destinations(_without_banner(text, language))))
    return spaced(text, find_regions(text))


def _without_banner(text: str, language: str) -> str:
    """Return the text of a drawing with words for its readers in the place of those for its author."""
    if "EXCALIDRAW VIEW" not in text:
        return text
    for found in reversed(list(BANNER.finditer(mask(text, find_regions(text))))):
        said = f'<span class="slipbox-unsupported">{_not_yet("Excalidraw", language)}</span>'
        text = text[: found.start()] + said + text[found.end() :]
    return text


def _plain_destinations(text: str) -> str:
    """Return the text with the spaces in `[name]: <a path.md>` encoded: Python-Markdown ends a destination at a space."""
    if "]: <" not in text:
        return text
    regions = find_regions(text)
    for found in reversed(list(REFERENCE.finditer(mask(text, regions)))):
        if found["angle"] and " " in found["angle"]:
            start, end = found.span("angle")
            text = text[:start] + text[start:end].replace(" ", "%20") + text[end:]
    return text


def _parted_tables(text: str) -> str:
    """Return the text with a blank line before each table that begins right below a line of text."""
    if "|" not in text:
        return text
    for found in reversed(list(_BELOW_TEXT.finditer(mask(text, find_regions(text))))):
        if "-" in found["rule"] and "|" in found["rule"]:
            text = f"{text[: found.end()]}{found['quote'].rstrip()}\n{text[found.end() :]}"
    return text


def _not_yet(name: str, language: str) -> str:
    """Return the words for what isn't supported, as HTML."""
    return f"{word('unsupported', language)}: {escape(name)}"


def _with_links(diagram: str, address: Callable[[str], str | None], private: str) -> str:
    """Return a Mermaid fence in which each node of the class `internal-link` leads to the note it names.

    One that names a hidden note is called `private`.
    """
    clicks: list[str] = []
    hidden: list[tuple[str, str]] = []
    for found in _LINKED_NODES.finditer(diagram):
        for node in (name.strip() for name in found["nodes"].split(",")):
            label = re.search(rf"\b{re.escape(node)}[\[({{>]+\"?([^\])}}\"|\n]+)", diagram)
            url = address(label[1].strip() if label else node)
            if url is None:
                hidden.append((label[1], private) if label else (node, f"private{len(hidden)}"))
            elif url:
                clicks.append(f'{found["indent"]}click {node} href "{url}"\n')
    for name, written in hidden:
        diagram = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", written, diagram)
    end = diagram.rfind("\n") + 1
    return diagram[:end] + "".join(clicks) + diagram[end:]


def _footnotes(text: str) -> str:
    """Return the text with each `^[footnote]` as a reference, and its words at the end."""
    if "^[" not in text:
        return text
    masked = mask(text, find_regions(text))
    notes: list[str] = []
    parts: list[str] = []
    position = 0
    closers = _closers(masked)
    for opening in _FOOTNOTE.finditer(masked):
        end = closers.get(opening.end() - 1, -1)
        if opening.start() < position or end < 0:
            continue
        notes.append(" ".join(text[opening.end() : end].split()))
        parts.append(f"{text[position : opening.start()]}[^inline-{len(notes)}]")
        position = end + 1
    parts.append(text[position:])
    words = "".join(f"\n\n[^inline-{number}]: {note}" for number, note in enumerate(notes, 1))
    return "".join(parts) + (f"{words}\n" if words else "")


def _closers(masked: str) -> dict[int, int]:
    """Return for each bracket that opens the offset of the one that closes it in the same paragraph."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for mark in _BRACKET.finditer(masked):
        if mark[0] == "[":
            waiting.append(mark.start())
        elif mark[0] != "]":
            waiting.clear()
        elif waiting:
            found[waiting.pop()] = mark.start()
    return found


def baseline(present: list[str]) -> list[str]:
    """Return the Markdown extensions that Obsidian's flavour needs and that aren't there, by name."""
    return [name for name, others in BASELINE.items() if not {name, *others} & set(present)]


FENCES = "pymdownx.superfences"
"""The one of the baseline that reads fences, in lists and quotes too."""
BASELINE = {
    "md_in_html": ("markdown.extensions.md_in_html", "extra", "markdown.extensions.extra", "pymdownx.extra"),
    "sane_lists": ("markdown.extensions.sane_lists",),
    "tables": ("markdown.extensions.tables", "extra", "markdown.extensions.extra"),
    "footnotes": ("markdown.extensions.footnotes", "extra", "markdown.extensions.extra"),
    FENCES: ("pymdownx.extra",),
    "pymdownx.mark": (),
    "pymdownx.tilde": (),
    "pymdownx.tasklist": (),
    "pymdownx.arithmatex": (),
}
"""What the flavour needs, each with the names of extensions that do the same."""
BASELINE_SETTINGS = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.tilde": {"subscript": False},
}
"""Their settings, where Obsidian differs from the default."""
