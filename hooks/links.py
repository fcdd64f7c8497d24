"""Count the links of the built site, and put the count where a page asks for it.

Whether each leads somewhere is the plugin `site_checker`'s to say, when the last file is written.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from site_checker.address import Base, Target, read
from site_checker.model import Reference, Role
from site_checker.page import read_page
from site_checker.site import names_of_pages
from slipbox.keep import Keep, at_once

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PLACEHOLDER = '<span data-figure="links"></span>'
"""What a page writes where it wants the count."""
keep: Keep = at_once
"""Gives a page's count, as it was found before; `incremental_build` puts its own way in before a build."""


def on_post_build(config: MkDocsConfig) -> None:
    """Write the count into the page that shows it."""
    root, base, total = Path(config.site_dir), Base.of(config.site_url or ""), 0
    asking: list[Path] = []
    for name in names_of_pages(root):
        data = (root / name).read_bytes()
        key = blake2b(data + str(base).encode(), digest_size=16).hexdigest()
        total += keep("links", name, key, lambda name=name, data=data: count(name, data, base))
        if PLACEHOLDER.encode() in data:
            asking.append(root / name)
    for file in asking:
        text = file.read_text(encoding="utf-8").replace(PLACEHOLDER, f"<span>{total:,}</span>")
        file.write_text(text, encoding="utf-8")


def count(name: str, data: bytes, base: Base) -> int:
    """Return how many addresses on a page lead into the site; the error page's don't count, as it is served anywhere."""
    above = name.split("/")[:-1]
    references = () if name == "404.html" else read_page(data).references
    return sum(isinstance(read(reference, above, base), Target) for reference in references)


def resolve(source: str, written: str) -> str:
    """Return the file that an address in the file `source` leads to; empty if it leaves the site."""
    meant = read(Reference(written, Role.LOAD, "address"), source.split("/")[:-1], Base())
    if not isinstance(meant, Target):
        return ""
    return meant.path + ("index.html" if not meant.path or meant.path.endswith("/") else "")
