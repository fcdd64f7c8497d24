"""Say in which bytes a text may stand in a file of a site: as it is, escaped for HTML, JSON and addresses, as a slug, composed or not.

Letters of ASCII are small throughout, since the files are read so too.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from html import escape
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus

_PLAIN = re.compile(r"[A-Za-z0-9 _.-]+")
"""What is written alike everywhere, but for its spaces."""
_NO_WORD = re.compile(r"[^\w]+")
_NO_SLUG = re.compile(r"[^\w\s/.-]+")
_NO_ADDRESS = re.compile(r"[^\w/.~]+")
_QUOTES = str.maketrans({"'": "\u2019", '"': "\u201d"})


def guises(text: str) -> frozenset[bytes]:
    """Return the bytes that a text may be."""
    if _PLAIN.fullmatch(text):
        plain = text.lower().encode()
        return frozenset((plain, plain.replace(b" ", b"%20"), plain.replace(b" ", b"+")))
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    forms |= {form.lower() for form in forms}
    if text.translate(_QUOTES) != text:
        forms |= {form.translate(_QUOTES) for form in set(forms)}
    return frozenset(
        written.encode("utf-8", "surrogatepass").lower() for form in forms for written in _written(form)
    )


def _written(text: str) -> Iterator[str]:
    """Yield the ways in which a text is written in HTML, XML, JSON and addresses."""
    yield text
    if not text.isalnum() or not text.isascii():
        yield from (quote(text, safe="/,"), quote(text, safe=""), quote_plus(text))
    if set(text) & set("&<>\"'"):
        html = escape(text)
        yield from (
            html,
            escape(text, quote=False),
            html.replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
        )
        yield from (html.replace("&#x27;", "&apos;"), json.dumps(html)[1:-1])
    if set(text) & set("\\\"<>&'") or not text.isascii():
        strings = {json.dumps(text, ensure_ascii=each)[1:-1] for each in (True, False)}
        yield from strings
        yield from (_for_script(each) for each in strings)
    if not text.isascii():
        html = escape(text, quote=False)
        yield html.encode("ascii", "xmlcharrefreplace").decode()
        yield "".join(each if each.isascii() else f"&#x{ord(each):x};" for each in html)
        yield "".join(
            f"&{name};" if (name := codepoint2name.get(ord(each))) and ord(each) > 127 else each
            for each in html
        )


def _for_script(text: str) -> str:
    """Write a text of JSON as it stands in a script, where no tag may be."""
    return re.sub("[<>&']", lambda found: f"\\u{ord(found[0]):04x}", text)


def slugs(name: str) -> frozenset[str]:
    """Return what addresses and ids make of a name or a path."""
    found = set[str]()
    for text in {
        unicodedata.normalize("NFC", name),
        unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode(),
    }:
        for each in {text, _NO_SLUG.sub("", text)}:
            found |= {_NO_WORD.sub("-", each).strip("-"), _NO_ADDRESS.sub("-", each).strip("-")}
    return frozenset(found)
