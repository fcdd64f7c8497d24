"""Write a block of code with as few marks as look the same, and with what a browser needs to leave it alone until it is seen.

Pygments names each token; a reader sees eleven colours. So tokens of one colour bear one name, neighbours of one name are one mark, and
what has the colour of the text, as signs have, bears none. On a module that is a quarter of all elements.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 88
"""Columns of code that fit beside a page's navigation; a longer line goes on below itself, further in."""
ROWS = 4
"""Lines from which a browser is told how high a block is, so that it can leave it alone while it is out of sight."""
NAMED = {
    "k": "k kd kn kp kr kt nd ni nl nt ow",
    "s": "s cpf l s1 s2 sb sc si ss dl",
    "se": "se cp sh sr sx",
    "m": "m il mb mf mh mi mo",
    "nb": "nb bp no",
    "nf": "nf nc ne nn",
    "c": "c c1 ch cm cs sd",
    "na": "na nv vc vg vi",
    "go": "go ge gh gp gr gs gt gu",
    "gd": "gd",
    "gi": "gi",
}
"""Pygments' names that the style sheet gives one colour, by the one that stands for them. Words that are operators are words."""
_STANDS_FOR = {name: one for one, names in NAMED.items() for name in names.split()}
_TOKEN = re.compile(r'<span class="([a-z][a-z0-9]{0,2})">([^<]*)</span>')
_TWINS = re.compile(r'<span class="([a-z]{1,2})">([^<]*)</span>([ \n]*)<span class="\1">')
_BLOCK = re.compile(r"(<pre[^>]*>)(<code[^>]*>|)(.*?)((?:</code>)?</pre>)", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_SPAN = re.compile(r"<(/?)span\b[^>]*>")


def tidy(block: str) -> str:
    """Return a block of code with its tokens marked as they look, its long lines as elements that can wrap, and its height."""
    found = _BLOCK.fullmatch(block.replace("<span></span>", ""))
    if found is None:
        return block
    text = _TOKEN.sub(_marked, found[3])
    text, again = join(text), text
    while text != again:
        text, again = join(text), text
    lines = text.splitlines(keepends=True)
    start = found[2]
    if len(lines) >= ROWS and start == "<code>":
        start = f'<code style="--rows:{len(lines)}">'
    return found[1] + start + "".join(_wrapped(lines)) + found[4]


def join(text: str) -> str:
    """Return code in which two marks of one name with nothing but space between them are one."""
    return _TWINS.sub(r'<span class="\1">\2\3', text)


def _marked(token: re.Match[str]) -> str:
    if token[1] == "hll":  # a line that the author highlighted
        return token[0]
    name = _STANDS_FOR.get(token[1])
    return f'<span class="{name}">{token[2]}</span>' if name else token[2]


def _wrapped(lines: list[str]) -> Iterator[str]:
    """Yield lines of code, the long ones as elements; a mark that goes on over the edge of one is closed there and opened again."""
    marks: list[str] = []
    closed = False  # the marks that are open in the text are closed in what was yielded
    for line in lines:
        before, marks = marks, _open_behind(line, marks)
        text = unescape(_TAG.sub("", line)).rstrip("\n")
        long = len(text) > COLUMNS
        if long and not closed:
            yield "</span>" * len(before)
        if long or closed:
            while before and line.startswith("</span>"):
                before, line = before[:-1], line.removeprefix("</span>")
            line = "".join(before) + line
        if long:
            indent = len(text) - len(text.lstrip()) + 4
            line = f'<span class="code-long" style="--in:{indent}ch">{line}{"</span>" * len(marks)}</span>'
        yield line
        closed = long
    if closed:
        yield "".join(marks)


def _open_behind(line: str, marks: list[str]) -> list[str]:
    """Return the marks that are open behind a line, of which ``marks`` were open before it."""
    marks = list(marks)
    for mark in _SPAN.finditer(line):
        if not mark[1]:
            marks.append(mark[0])
        elif marks:
            marks.pop()
    return marks
