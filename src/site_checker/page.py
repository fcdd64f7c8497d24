"""Read one page: its ids, every address in it, what it says of itself, and what Markdown left unread in its text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from site_checker.attributes import (
    IDS,
    LINKS,
    LOADED_RELS,
    LOADS,
    METAS,
    SETS,
    TOLD,
    candidates,
    painted,
    role,
)
from site_checker.left import left_in
from site_checker.model import Reference, Role
from site_checker.styles import addresses_in

_REFRESH = re.compile(r"\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.I)
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]*\Z")


@dataclass(slots=True)
class Page:
    """What a page holds. It is filled while it is read, and not changed after."""

    ids: Counter[str] = field(default_factory=Counter)
    """How often each id is used."""
    names: set[str] = field(default_factory=set)
    """Names of anchors and maps."""
    references: list[Reference] = field(default_factory=list)
    """Every address on the page."""
    wanted: list[tuple[str, str]] = field(default_factory=list)
    """Ids that attributes refer to, each with its attribute."""
    languages: list[tuple[str, str]] = field(default_factory=list)
    """`hreflang` and address of the page's other languages."""
    silent: list[Reference] = field(default_factory=list)
    """Links that a reader can't see or hear."""
    left: list[str] = field(default_factory=list)
    """Markdown that stands in the text as it was written."""
    modules: list[str] = field(default_factory=list)
    """Texts of inline module scripts."""
    base: str = ""
    """The `href` of the `base` element."""
    canonical: list[str] = field(default_factory=list)
    """The canonical addresses."""
    redirect: str | None = None
    """Where the page leads at once."""
    hidden: bool = False
    """Whether search engines are told to pass it by."""
    titled: bool = False
    """Whether it is a page, with a title."""
    readable: bool = True
    """Whether its bytes are UTF-8."""


def read_page(data: bytes) -> Page:
    """Read a page's bytes, once."""
    page = Page()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, page.readable = data.decode("utf-8", errors="replace"), False
    tree = LexborHTMLParser(text)
    root = tree.root
    if root is None:
        return page
    for node in root.traverse():
        _element(page, node)
    body = tree.body
    if body is not None and ("[" in text or "--8" in text):
        page.left = left_in(tree)
    return page


def _element(page: Page, node: LexborNode) -> None:
    """Note what one element says."""
    tag, attributes = node.tag or "", node.attributes
    special = _SPECIAL.get(tag)
    if special:
        special(page, node, attributes)
    for name, value in attributes.items():
        if name == "id":
            page.ids[value or ""] += 1
        elif name in TOLD:
            _attribute(page, tag, name, value)


def _attribute(page: Page, tag: str, name: str, value: str | None) -> None:
    """Note what an attribute refers to."""
    if (tag, name) in LOADS or (tag, name) in LINKS:
        by_hand = tag == "a" and name != "ping"
        if not by_hand and (value or tag not in ("form", "button", "input")):
            page.references.append(Reference(value or "", role(tag, name), f"{tag} {name}"))
    elif not value:
        return
    elif name in IDS:
        page.wanted += [(each, f"{tag} {name}") for each in value.split()]
    elif name in SETS:
        page.references += [Reference(each, Role.LOAD, f"{tag} {name}") for each in candidates(value)]
    elif name == "usemap":
        page.wanted.append((value.removeprefix("#"), f"{tag} usemap"))
    elif "url(" in value:
        page.wanted += [(each, f"{tag} {name}") for each in painted(value)]
        if name == "style":
            page.references += [Reference(each, Role.LOAD, f"{tag} style") for each in addresses_in(value)]


def _role(tag: str, name: str) -> Role:
    return Role.LINK if (tag, name) in LINKS else Role.LOAD


Attributes = dict[str, str | None]


def _anchor(page: Page, node: LexborNode, attributes: Attributes) -> None:
    name = attributes.get("name")
    if name:
        page.names.add(name)
    address = attributes["href"] if "href" in attributes else attributes.get("xlink:href")
    if address is None and "href" not in attributes:
        return
    text = node.text(deep=True)
    reference = Reference(address or "", Role.LINK, "a href", text.strip()[:200])
    page.references.append(reference)
    if _BLANK.match(text) and not _is_named(node, attributes):
        page.silent.append(reference)


def _is_named(node: LexborNode, attributes: Attributes) -> bool:
    """Return whether a link without text has a name by other means, or is hidden from all readers."""
    if attributes.get("aria-hidden") == "true" or "hidden" in attributes:
        return True
    if any((attributes.get(each) or "").strip() for each in ("aria-label", "aria-labelledby", "title")):
        return True
    inner = node.css("img[alt], [aria-label], [title], title, input[value], object, video, audio, iframe")
    return any(
        each.tag in ("title", "object", "video", "audio", "iframe")
        or any((each.attributes.get(name) or "").strip() for name in ("alt", "aria-label", "title", "value"))
        for each in inner
    )


def _link(page: Page, _: LexborNode, attributes: Attributes) -> None:
    rels = (attributes.get("rel") or "").lower().split()
    address = attributes.get("href")
    if address is None:
        return
    if "canonical" in rels:
        page.canonical.append(address)
    if "alternate" in rels and attributes.get("hreflang"):
        page.languages.append((attributes["hreflang"] or "", address))
    if not {"preconnect", "dns-prefetch"} & set(rels):
        role = Role.LOAD if LOADED_RELS & set(rels) else Role.NAME
        page.references.append(Reference(address, role, f"link rel={' '.join(rels)}"))


def _meta(page: Page, _: LexborNode, attributes: Attributes) -> None:
    content = attributes.get("content") or ""
    name = (attributes.get("name") or attributes.get("property") or "").lower()
    if (attributes.get("http-equiv") or "").lower() == "refresh":
        found = _REFRESH.match(content)
        if found:
            page.redirect = found[1].strip()
            page.references.append(Reference(page.redirect, Role.REDIRECT, "meta refresh"))
    elif name == "robots" and "noindex" in content.lower():
        page.hidden = True
    elif name in METAS:
        page.references.append(Reference(content, Role.NAME, f"meta {name}"))


def _base(page: Page, _: LexborNode, attributes: Attributes) -> None:
    page.base = page.base or attributes.get("href") or ""


def _map(page: Page, _: LexborNode, attributes: Attributes) -> None:
    page.names.add(attributes.get("name") or "")


def _style(page: Page, node: LexborNode, _: Attributes) -> None:
    page.references += [Reference(each, Role.LOAD, "style") for each in addresses_in(node.text(deep=True))]


def _title(page: Page, node: LexborNode, _: Attributes) -> None:
    page.titled = page.titled or node.parent is None or node.parent.tag == "head"


def _script(page: Page, node: LexborNode, attributes: Attributes) -> None:
    kind = attributes.get("type")
    if kind == "application/ld+json":
        page.references += [
            Reference(each, Role.NAME, "linked data") for each in _linked_data(node.text(deep=True))
        ]
    if kind != "module":
        return
    if attributes.get("src"):
        page.references.append(Reference(attributes["src"] or "", Role.LOAD, "module"))
    else:
        page.modules.append(node.text(deep=True))


def _iframe(page: Page, _: LexborNode, attributes: Attributes) -> None:
    """Note the addresses of a page that is written into an attribute; they are relative to the page around it."""
    inner = read_page((attributes.get("srcdoc") or "").encode(errors="replace"))
    page.references += [each for each in inner.references if not each.written.startswith("#")]


def _linked_data(text: str) -> Iterator[str]:
    """Yield the absolute addresses in JSON-LD, but for names: `@id`, `@type` and `@context` needn't be places."""
    try:
        waiting: list[object] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += [
                value for key, value in each.items() if not str(key).startswith("@") or key == "@graph"
            ]
        elif isinstance(each, str) and each.startswith(("https://", "http://")):
            yield each


_SPECIAL = {
    "a": _anchor, "iframe": _iframe, "link": _link, "meta": _meta, "base": _base, "map": _map, "style": _style, "title": _title, "script": _script,
}  # fmt: skip
