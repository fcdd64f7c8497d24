"""Decide about MkDocs' own list of files: which stay, and which address each gets."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_relative_url

from slipbox.audience import Visibility
from slipbox.backlinks import Address
from slipbox.config import UrlCase
from slipbox.keep import Keep
from slipbox.model import Note, NotePath
from slipbox.pages import Surroundings, data_files, feed_files, listing_pages
from slipbox.urls import Addresses, segment, spelled
from slipbox.vault import Vault

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def without_excluded(vault: Vault, files: Files) -> Vault:
    """Leave out what MkDocs itself excludes (`exclude_docs`)."""
    return only({file.src_uri for file in files if not file.inclusion.is_excluded()}, vault)  # type: ignore[no-untyped-call]


def only(included: Container[str], vault: Vault) -> Vault:
    """Return a vault with these files alone."""
    return replace(
        vault,
        notes=tuple(note for note in vault.notes if note.path in included),
        files=tuple(path for path in vault.files if path in included),
    )


def take_away(files: Files, docs_dir: str, visible: set[str]) -> set[str]:
    """Remove every file of the vault that isn't visible; return their paths."""
    own = [file for file in files if file.src_dir == docs_dir and file.src_uri not in visible]
    for file in own:
        files.remove(file)
    return {file.src_uri for file in own}


def publish(file: File, note: Note, address: str, *, directories: bool) -> None:
    """Give a file the note's address, and have it rendered even where its suffix (`.MD`) would have it copied as it is."""
    if not file.is_documentation_page():
        file.__dict__["is_documentation_page"] = partial(bool, True)
    place(file, address, directories=directories or file.name == "index")
    if note.visibility is Visibility.UNLISTED:
        file.inclusion = InclusionLevel.NOT_IN_NAV


def place(file: File, address: str, *, directories: bool = True) -> None:
    """Give a file an address below the site's root."""
    home = f"{address}/index.html" if address else "index.html"
    file.dest_uri = home if directories or not address else f"{address}.html"
    for cached in ("url", "abs_dest_path"):
        file.__dict__.pop(cached, None)


def addresses_from(files: Files, page_url: str) -> tuple[Address, Callable[[NotePath], str]]:
    """Return what gives the URL of a note with an id in it, and of a file, as seen from a page."""

    def at(path: NotePath) -> str:
        file = files.src_uris.get(path)
        return get_relative_url(file.url if file else "", page_url)

    def url(source: Note, anchor: str) -> str:
        return at(source.path) + (f"#{anchor}" if anchor else "")

    return url, at


def generate(
    files: Files,
    config: MkDocsConfig,
    surroundings: Surroundings,
    addresses: Addresses,
    *,
    script: str,
    keep: Keep,
) -> None:
    """Add the files that are made from the vault as a whole; one that is there already stays."""

    def url(note: Note) -> str:
        file = files.src_uris.get(note.path)
        return file.url.removeprefix("./") if file else ""

    edition, taken = surroundings.renderer.edition, {file.dest_uri for file in files}
    for page, content in listing_pages(surroundings, url, script, str(config.site_name)).items():
        first = page == "index.md" and config.nav is None
        inclusion = InclusionLevel.UNDEFINED if first else InclusionLevel.NOT_IN_NAV
        file = File.generated(config, page, content=content, inclusion=inclusion)
        folder = "/".join(segment(part) or spelled(part) for part in page.split("/")[:-1])
        place(file, folder.lower() if edition.options.url_case is UrlCase.LOWER else folder)
        if files.get_file_from_path(page) is None and file.dest_uri not in taken:
            files.append(file)
    made = data_files(edition, addresses, url, keep)
    if edition.options.feeds:
        made |= feed_files(surroundings, str(config.site_url or ""), str(config.site_name), url)
    for path, content in made.items():
        if path not in taken:
            file = File.generated(config, f"{path}.txt", content=content)
            file.dest_uri = path
            files.append(file)
