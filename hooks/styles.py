"""Join the style sheets of the site into one, without what no page has use for.

The theme brings 150 KB of rules for things that this site doesn't have. A rule stays if each name in one of its selectors (class, id,
element) stands somewhere in a page or a script of the built site; a custom property stays if something reads it. The sheet for paper
stays by itself. A preview keeps the sheets as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tinycss2
from links import resolve
from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

FOLDER = "assets/stylesheets"
_LINK = re.compile(r'<link\b(?=[^>]*\srel="stylesheet")(?![^>]*\smedia=)[^>]*\shref="([^"]+)"[^>]*>\s*')
"""A sheet for the screen; a plugin may have written the page anew, with its attributes in another order."""
THEIRS = (
    "assets/javascripts/bundle.*",
    "assets/javascripts/lunr/**/*.js",
    "assets/javascripts/workers/search.*",
    "assets/stylesheets/*.map",
)
"""What the theme brings and no page of this site loads."""
_TAG = re.compile(r"<([a-zA-Z][\w-]*)")
_NAMED = re.compile(r'\b(?:class|id)="([^"]*)"')
_WORD = re.compile(r"[\w-]+")
_URL = re.compile(r"url\(\s*(?![\"']?(?:data:|#))[\"']?([^\"')]+)[\"']?\s*\)")
_READ = re.compile(r"var\(\s*(--[\w-]+)|getPropertyValue\(\s*[\"'`](--[\w-]+)")
"""Where a custom property is read: by a style, or by a script, which draws with the colours of the page."""
_MARKED = re.compile(r'\[([a-z-]+)="?([\w-]+)"?\]')
"""Where a selector asks for an attribute with a value."""
_NTH = re.compile(r"tab[^,]*:nth-child\((\d+)\)")
_TABS = re.compile(r'\bdata-tabs="\d+:(\d+)"')
"""How many tabs a set has."""
_NEVER = re.compile(r"\[dir=\"?rtl|\.focus-visible|\.md-typeset \.no-js|\[data-md-color-switching")
"""What no page of ours is: set from right to left, without `:focus-visible`, without scripts below its text, between two palettes."""
_SPOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
"""What a script may write into a page stands in quotes."""
_FUNCTION = re.compile(r":(?:is|not|where|has|host|lang|dir|nth-[a-z-]+)\((?:[^()]|\([^()]*\))*\)")
_NAME = re.compile(r"(?<![\w:-])[.#]?[a-zA-Z_][\w-]*")
_run = {"command": "build"}


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this is a preview."""
    _run["command"] = command


@event_priority(-80)
def on_post_build(config: MkDocsConfig) -> None:
    """Write the one sheet, and let the pages load it in the place of the others."""
    if _run["command"] != "serve":
        join(Path(config.site_dir))


def join(site: Path) -> None:
    """Join the sheets that the pages of a built site load, in the order in which they load them."""
    pages = {file: file.read_text(encoding="utf-8") for file in sorted(site.rglob("*.html"))}
    sheets: dict[str, None] = {}
    for file, html in pages.items():
        sheets |= dict.fromkeys(_loaded(file.relative_to(site).as_posix(), html))
    for file in [each for pattern in THEIRS for each in site.glob(pattern)]:
        file.unlink()
    scripts = [
        file.read_text(encoding="utf-8")
        for file in sorted(site.rglob("*.js"))
        if "vendor" not in file.parts and "search" not in file.relative_to(site).parts
    ]
    used = Used(pages.values(), scripts)
    css = "".join(shrink(_rebased(site, sheet), used) for sheet in sheets)
    css = without_unread(css, used)
    name = f"{FOLDER}/site.{sha256(css.encode()).hexdigest()[:12]}.css"
    (site / name).write_text(css, encoding="utf-8")
    for file, html in pages.items():
        if _LINK.search(html):
            up = "../" * (len(file.relative_to(site).parts) - 1)
            if html.startswith("<!doctype") and file.name == "404.html":
                up = _LINK.search(html)[1].partition("assets/")[0]  # type: ignore[index]
            one = f'<link rel="stylesheet" href="{up}{name}">\n'
            first = _LINK.search(html).start()  # type: ignore[union-attr]
            rest = _LINK.sub("", html[first:])
            file.write_text(html[:first] + one + rest, encoding="utf-8")


class Used:
    """The names that the pages of a site hold, and the words of its scripts."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]) -> None:
        """Read the names: elements, classes and ids of the pages, and whatever a script may write."""
        pages, scripts = tuple(pages), tuple(scripts)
        self._texts = (*pages, *scripts)
        self._words = {
            word for text in scripts for said in _SPOKEN.findall(text) for word in _WORD.findall(said)
        }
        self._values = frozenset(self._words)
        self.tabs = 0
        for text in pages:
            sizes = [*map(int, _TABS.findall(text)), text.count('class="md-tabs__item')]
            self.tabs = max(self.tabs, *sizes)
            named = [*_TAG.findall(text), *(name for many in _NAMED.findall(text) for name in many.split())]
            self._words.update(named)
        self._pairs: dict[tuple[str, str], bool] = {}

    def word(self, name: str) -> bool:
        """Return whether a name stands somewhere."""
        return name in self._words

    def pair(self, name: str, value: str) -> bool:
        """Return whether an attribute has a value somewhere, in a page or by a script."""
        if (name, value) not in self._pairs:
            written = re.compile(rf'\b{name}="?{re.escape(value)}(?![\w-])')
            self._pairs[name, value] = value in self._values or any(map(written.search, self._texts))
        return self._pairs[name, value]

    def read(self) -> set[str]:
        """Return the custom properties that pages and scripts read."""
        return {name for text in self._texts for name in _names(text)}


def _names(text: str) -> Iterator[str]:
    """Yield the custom properties that a text reads."""
    return (found[1] or found[2] for found in _READ.finditer(text))


def shrink(css: str, used: Used) -> str:
    """Return a sheet without comments, white space, and rules that fit nothing."""
    return "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used))


def _rules(rules: Iterable[Any], used: Used) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [each for each in _selectors(tinycss2.serialize(rule.prelude)) if fits(each, used)]
            if kept:
                yield f"{','.join(map(_small, kept))}{{{_small(tinycss2.serialize(rule.content))}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer"):
            inner = "".join(
                _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), used)
            )
            if inner:
                yield f"@{rule.at_keyword} {_small(tinycss2.serialize(rule.prelude))}{{{inner}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            yield _small(rule.serialize())


def fits(selector: str, used: Used) -> bool:
    """Return whether each name of a selector stands somewhere; what stands in `:is()`, `:not()` and the like is not asked."""
    if _NEVER.search(selector) or any(int(most) > used.tabs for most in _NTH.findall(selector)):
        return False
    if any(not used.pair(name, value) for name, value in _MARKED.findall(selector)):
        return False
    bare = re.sub(r"\[[^\]]*\]|::?[\w-]+", " ", _FUNCTION.sub(" ", selector)).replace("\\", "")
    return all(used.word(name.lstrip(".#")) for name in _NAME.findall(bare))


def without_unread(css: str, used: Used) -> str:
    """Return a sheet without custom properties that nothing reads."""
    read = set(_names(css)) | used.read()
    declared = re.compile(r"(?<=[{;])(--[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*'|url\([^)]*\))*;?")
    return declared.sub(lambda found: found[0] if found[1] in read else "", css)


def _selectors(prelude: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for at, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(prelude[last:at])
            last = at + 1
    return [*parts, prelude[last:]]


def _small(css: str) -> str:
    """Return CSS without comments and the white space that means nothing; quoted text stays."""
    pieces = re.split(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|url\([^)]*\))", css)
    for at in range(0, len(pieces), 2):
        text = re.sub(r"/\*.*?\*/", "", pieces[at], flags=re.DOTALL)
        text = re.sub(r"\s+", " ", text)
        text = re.sub(r" ?([{};,]) ?", r"\1", text)
        pieces[at] = re.sub(r"(?<=[\w-]): (?=[^{}]*$|[^{]*;)", ":", text)
    return "".join(pieces).strip().rstrip(";")


def _rebased(site: Path, sheet: str) -> str:
    """Return a sheet whose addresses are as seen from the joined one."""
    css = (site / sheet).read_text(encoding="utf-8")
    up = "../" * len(Path(FOLDER).parts)

    def address(found: re.Match[str]) -> str:
        target = resolve(sheet, found[1])
        return f"url({up}{target})" if target else found[0]

    return _URL.sub(address, css)


def _loaded(page: str, html: str) -> list[str]:
    found = (resolve(page, address.partition("?")[0]) for address in _LINK.findall(html))
    return [target for target in found if target]
