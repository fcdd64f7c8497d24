"""Count the links of the built site, and put the count where a page asks for it.

Whether each leads somewhere is the plugin `site_checker`'s to say, when the last file is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from site_checker.address import Base, Target, read
from site_checker.model import Reference, Role
from site_checker.site import Site, read_site

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PLACEHOLDER = '<span data-figure="links"></span>'
"""What a page writes where it wants the count."""


def on_post_build(config: MkDocsConfig) -> None:
    """Write the count into the page that shows it."""
    site = read_site(Path(config.site_dir))
    shown = f"<span>{count(site, Base.of(config.site_url or '')):,}</span>"
    for name in site.pages:
        file = site.root / name
        text = file.read_text(encoding="utf-8")
        if PLACEHOLDER in text:
            file.write_text(text.replace(PLACEHOLDER, shown), encoding="utf-8")


def count(site: Site, base: Base) -> int:
    """Return how many addresses on the pages lead into the site; the error page's don't count, as it is served anywhere."""
    return sum(
        isinstance(read(reference, name.split("/")[:-1], base), Target)
        for name, page in site.pages.items()
        if name != "404.html"
        for reference in page.references
    )


def resolve(source: str, written: str) -> str:
    """Return the file that an address in the file `source` leads to; empty if it leaves the site."""
    meant = read(Reference(written, Role.LOAD, "address"), source.split("/")[:-1], Base())
    if not isinstance(meant, Target):
        return ""
    return meant.path + ("index.html" if not meant.path or meant.path.endswith("/") else "")
