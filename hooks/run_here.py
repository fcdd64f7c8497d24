"""Offer to run a snippet on the page where it is proven that it prints there what was recorded of it.

`browser/proofs.json` says which, each by a hash of all that decides it: `make proofs` writes it, and a build only reads. A snippet that
has changed since is not offered. Python for browsers is put beside the pages if `make pyodide` has fetched it; a site without it
is whole but for the button, and says so in one line. No page loads any of it before a reader asks.
"""

from __future__ import annotations

import json
import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.run_here")

ROOT = Path(__file__).parents[1]
PROOFS = ROOT / "browser/proofs.json"
WORKERS = ROOT / "docs/assets/javascripts/workers"
PROGRAM = WORKERS / "run_here.py"
PINS = ROOT / "browser/pyodide.toml"
_ROW = re.compile(r'<ul class="snippet-actions" data-snippet="([^"]+)"')
_offered: set[str] = set()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Begin a build: nothing is offered yet."""
    _offered.clear()
    if not folder().is_dir():
        log.info("no page runs Python itself: make pyodide")
    return config


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mark the rows of the snippets that can be run on the page."""
    del page, config, files
    proven = offered() if folder().is_dir() else {}

    def marked(found: re.Match[str]) -> str:
        beside = proven.get(found[1])
        if beside is None:
            return found[0]
        _offered.add(found[1])
        more = f' data-files="{" ".join(beside)}"' if beside else ""
        return f'{found[0]} data-run-here="{version()}"{more}'

    return _ROW.sub(marked, html)


def on_env(env: Any, *, config: MkDocsConfig, files: Files) -> Any:
    """Put beside the pages what they offer to run, its recordings, and the Python that runs it."""
    proofs = read_proofs()
    for name in sorted({name for snippet in _offered for name in proofs[snippet]["files"]}):
        _add(files, config, name, ROOT / name)
    if _offered:
        pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
        for name in pins["sha256"]:
            _add(files, config, f"assets/pyodide/{version()}/{name}", folder() / name)
    return env


def _add(files: Files, config: MkDocsConfig, name: str, source: Path) -> None:
    if files.get_file_from_path(name) is None:
        files.append(File.generated(config, name, abs_src_path=str(source)))


def offered() -> dict[str, list[str]]:
    """Return the proven snippets that are as they were when that was proven, each with the modules beside it."""
    return {
        name: proof["files"][2:]
        for name, proof in read_proofs().items()
        if "why" not in proof and proof["key"] == key([ROOT / each for each in proof["files"]])
    }


def read_proofs() -> Mapping[str, Any]:
    """Return what is known of each candidate, by its path."""
    if not PROOFS.is_file():
        return {}
    table: Mapping[str, Any] = json.loads(PROOFS.read_text(encoding="utf-8"))
    return table["snippets"] if table["pyodide"] == version() else {}


def key(files: Iterable[Path]) -> str:
    """Return 16 hexadecimal digits of a hash of all that decides what a snippet prints in a browser."""
    hasher = sha256(_runner().encode())
    for file in files:
        hasher.update(sha256(file.read_bytes() if file.is_file() else b"").digest())
    return hasher.hexdigest()[:16]


@cache
def _runner() -> str:
    """Return a hash of the Python for browsers, and of our own code around a snippet."""
    hasher = sha256(json.dumps(tomllib.loads(PINS.read_text(encoding="utf-8"))["sha256"]).encode())
    for file in (PROGRAM, WORKERS / "run-here.mjs"):
        hasher.update(file.read_bytes())
    return hasher.hexdigest()


@cache
def version() -> str:
    """Return which Pyodide it is."""
    return str(tomllib.loads(PINS.read_text(encoding="utf-8"))["version"])


def folder() -> Path:
    """Return where `make pyodide` puts it."""
    return ROOT / ".cache/pyodide" / version()
