"""Find the addresses in style sheets, and the modules that a script imports."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAMESPACE = re.compile(r"@namespace[^;]*;")
_URL = re.compile(
    r"\burl\(\s*(?:\"([^\"]*)\"|'([^']*)'|((?:[^)\s\"'\\]|\\[0-9a-f]{1,6}\s?|\\.)*))\s*\)|@import\s+[\"']([^\"']+)[\"']",
    re.I,
)
_SET = re.compile(r"image-set\(([^;{}]*)\)", re.I)
_QUOTED = re.compile(r"(?<!type\()\"([^\"]+)\"|(?<!type\()'([^']+)'")
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.I)
_IMPORT = re.compile(
    r"(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*${},\s]+?\bfrom\s*)?[\"'](\.{0,2}/[^\"'\n]+)[\"']|\bimport\(\s*[\"'](\.{0,2}/[^\"'\n]+)[\"']\s*\)"
)


def addresses_in(text: str) -> list[str]:
    """Return the addresses in a style sheet or a `style` attribute, without `data:` and places in the page itself."""
    text = _NAMESPACE.sub("", _COMMENT.sub(" ", text))
    found = [next((part for part in each if part), "") for each in _URL.findall(text)]
    for inner in _SET.findall(text):
        found += [a or b for a, b in _QUOTED.findall(re.sub(r"url\([^)]*\)|type\([^)]*\)", "", inner))]
    found = [_ESCAPE.sub(_meant, each) for each in found]
    return [each for each in found if not each.lower().startswith(("data:", "#", "about:", "var("))]


def _meant(escape: re.Match[str]) -> str:
    """Return the character that an escape stands for (CSS Syntax, 4.3.7)."""
    if not escape[1]:
        return escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def imports_in(text: str) -> list[str]:
    """Return the addresses of the modules that a script imports by a relative or absolute path."""
    return [first or second for first, second in _IMPORT.findall(_COMMENT.sub(" ", text))]
