"""The files of a built site, read once, and the question whether a place in it is there."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from site_checker.errors import SiteError
from site_checker.page import Page, read_page

_ID = re.compile(r"\b(?:id|xml:id)\s*=\s*[\"']([^\"']+)[\"']")


def fold(path: str) -> str:
    """Return a path as it is compared where neither case nor the form of accents counts."""
    return unicodedata.normalize("NFC", path).casefold()


@dataclass(frozen=True, kw_only=True)
class Site:
    """A folder that a generator wrote."""

    root: Path
    """The folder."""
    files: frozenset[str]
    """Every file below it, `/` between folders."""
    pages: Mapping[str, Page]
    """Every HTML file, read."""

    @cached_property
    def folded(self) -> dict[str, str]:
        """For each path as it is compared loosely, the one on disk; folders too, with a slash at the end."""
        found = {fold(path): path for path in sorted(self.files)}
        found.update({fold(folder): folder for folder in self.folders})
        return found

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder, with a slash at the end."""
        return frozenset(
            path[: cut + 1] for path in self.files for cut in range(len(path)) if path[cut] == "/"
        )

    def file(self, path: str) -> str:
        """Return the file that a server sends for a path below the root; empty if there is none."""
        if path in self.files:
            return path
        index = f"{path}index.html" if not path or path.endswith("/") else f"{path}/index.html"
        return index if index in self.files else ""

    def has_anchor(self, file: str, anchor: str) -> bool:
        """Return whether a file has a place of this name; what isn't HTML or SVG is taken at its word."""
        if file in self.pages:
            page = self.pages[file]
            return anchor in page.ids or anchor in page.names or anchor.lower() == "top"
        return (
            not file.endswith(".svg") or "=" in anchor or "(" in anchor or anchor in self.ids_of_drawing(file)
        )

    def ids_of_drawing(self, file: str) -> frozenset[str]:
        """Return the ids in an SVG file."""
        return frozenset(_ID.findall(self.text(file)))

    def text(self, file: str) -> str:
        """Return a file's text, whatever its bytes are."""
        return (self.root / file).read_bytes().decode("utf-8-sig", errors="replace")


def read_site(root: Path) -> Site:
    """Read every page of a built site."""
    if not root.is_dir():
        raise SiteError(path=str(root), why="no such folder")
    files = names_of_files(root)
    pages = {path: read_page((root / path).read_bytes()) for path in _pages_of(files)}
    if not pages:
        raise SiteError(path=str(root), why="there is no page in it")
    return Site(root=root, files=files, pages=pages)


def names_of_files(root: Path) -> frozenset[str]:
    """Return the path of every file below a folder, `/` between folders."""
    return frozenset(
        (Path(folder) / name).relative_to(root).as_posix()
        for folder, _, names in os.walk(root)
        for name in names
        if (Path(folder) / name).is_file()
    )


def names_of_pages(root: Path) -> list[str]:
    """Return the path of every page of a built site, in order."""
    return _pages_of(names_of_files(root))


def _pages_of(files: frozenset[str]) -> list[str]:
    return sorted(path for path in files if path.lower().endswith((".html", ".htm", ".xhtml")))
