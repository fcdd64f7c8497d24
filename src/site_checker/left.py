"""Find the Markdown that stands in a page's text as it was written."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_CODE = [
    "code",
    "pre",
    "script",
    "style",
    "kbd",
    "samp",
    "textarea",
    "template",
    "noscript",
    "svg",
    "math",
    "mjx-container",
]
_MARKS = ("[[", "][", "](", "[^", "--8<--")
"""Without one of these, nothing is left."""
_LEFT = re.compile(
    r"!?\[\[(?=[^\]\n\x00]*\w)[^\[\]\n\x00]+\]\]|\[\^[^\]\s\x00]{1,60}\](?!\()|--8<--|(?<![\w\])])!?\[[^\[\]\n\x00]+\]\([^()\s\x00][^()\n\x00]*\)"
    r"|(?<![\w\])])\[[^\[\]\n\x00]+\]\[[^\[\]\n\x00]*\]"
)


def left_in(tree: LexborHTMLParser) -> list[str]:
    """Return what is left; code, mathematics and drawings are taken out of the tree first."""
    tree.strip_tags(_CODE, recursive=True)
    for node in tree.css(".arithmatex, .math, .katex, .mermaid, [data-markdown-as-text]"):
        node.decompose()
    body = tree.body
    text = body.text(deep=True, separator="\0") if body is not None else ""
    return list(dict.fromkeys(_LEFT.findall(text))) if any(mark in text for mark in _MARKS) else []
