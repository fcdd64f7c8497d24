"""Leave out of MkDocs' own navigation what makes every page longer: each page has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.structure.files import InclusionLevel

from slipbox.graph_page import GRAPH_PAGE

if TYPE_CHECKING:
    from mkdocs.structure.files import File, Files


def shorten(files: Files, most: int) -> None:
    """Keep the first entries of each folder, pages and folders together, in the navigation that MkDocs makes of the files.

    A folder that is cut short gets its own page into the navigation, which lists all; so does the vault, whose is that of all notes.
    """
    pages = [file for file in files.documentation_pages() if file.inclusion.is_in_nav()]  # type: ignore[no-untyped-call]
    entries: dict[str, dict[str, list[File]]] = {}
    for file in pages:
        parts = file.src_uri.split("/")
        for depth in range(len(parts)):
            folder, entry = "/".join(parts[:depth]), "/".join(parts[: depth + 1])
            entries.setdefault(folder, {}).setdefault(entry, []).append(file)
    left_out = {entry for within in entries.values() for entry in list(within)[most:]}
    for folder, within in entries.items():
        parts = folder.split("/")
        if any("/".join(parts[: depth + 1]) in left_out for depth in range(len(parts))):
            continue
        for entry in list(within)[most:]:
            for file in within[entry]:
                file.inclusion = InclusionLevel.NOT_IN_NAV
        listing = files.get_file_from_path(f"{folder}/index.md" if folder else GRAPH_PAGE)
        if len(within) > most and listing is not None:
            listing.inclusion = InclusionLevel.INCLUDED
