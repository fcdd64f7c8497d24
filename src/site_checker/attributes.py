"""Say which attributes of a page refer to something, and how."""

from __future__ import annotations

import re

from site_checker.model import Role

LOADS = {
    ("img", "src"), ("script", "src"), ("source", "src"), ("video", "src"), ("video", "poster"), ("audio", "src"),
    ("track", "src"), ("embed", "src"), ("object", "data"), ("input", "src"), ("iframe", "src"), ("frame", "src"), ("body", "background"),
    ("image", "href"), ("image", "xlink:href"), ("use", "href"), ("use", "xlink:href"), ("img", "data-src"), ("script", "href"),
    ("feimage", "href"), ("feImage", "href"), ("img", "longdesc"),
}  # fmt: skip
LINKS = {
    ("a", "href"), ("a", "xlink:href"), ("area", "href"), ("form", "action"), ("button", "formaction"), ("input", "formaction"),
    ("blockquote", "cite"), ("q", "cite"), ("ins", "cite"), ("del", "cite"), ("a", "ping"),
}  # fmt: skip
IDS = {
    "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "aria-flowto",
    "aria-activedescendant", "aria-errormessage", "for", "list", "form", "headers", "popovertarget", "commandfor", "itemref",
}  # fmt: skip
PAINT = {"fill", "stroke", "filter", "clip-path", "mask", "marker-start", "marker-mid", "marker-end"}
SETS = {"srcset", "imagesrcset", "data-srcset"}
TOLD = {name for _, name in LOADS | LINKS} | IDS | SETS | PAINT | {"style", "usemap"}
"""Every attribute that refers to something."""
LOADED_RELS = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "manifest",
    "mask-icon",
    "apple-touch-icon",
    "shortcut",
}
METAS = {
    "og:image",
    "og:url",
    "og:image:url",
    "og:image:secure_url",
    "og:video",
    "og:audio",
    "twitter:image",
    "twitter:player",
}
_PAINTED = re.compile(r"url\(\s*[\"']?#([^\"')]+)")
_NOT_BLANK = re.compile(r"(\S+)")


def role(tag: str, name: str) -> Role:
    """Return what the address in an attribute of an element is for."""
    return Role.LINK if (tag, name) in LINKS else Role.LOAD


def painted(value: str) -> list[str]:
    """Return the ids that a paint or a style asks for in the page itself."""
    return _PAINTED.findall(value)


def candidates(srcset: str) -> list[str]:
    """Return the addresses in a `srcset`, which may hold commas themselves (HTML, 4.8.4.2.1)."""
    found: list[str] = []
    rest = srcset
    while rest := rest.lstrip(" \t\n\r\f,"):
        address, _, rest = _NOT_BLANK.sub(r"\1\0", rest, count=1).partition("\0")
        if address.endswith(","):
            found.append(address.rstrip(","))
        else:
            found.append(address)
            rest = rest.partition(",")[2]
    return found
