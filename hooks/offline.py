"""List what the site consists of, so that a browser can keep it: what was read, and everything if the reader asks for it.

The list names each file with a part of its hash. `core` is what every page needs, and is kept from the first visit; `pages` are
all that is needed to read everything without a network; the rest is kept when it is used. The pieces of the search's index are not listed one by
one: they are the most, their names are hashes, and all are of one version. `assets/javascripts/workers/offline.js` does it, and takes a
listed file only if it is what the list says. A preview, and a site with `extra.offline: false`, gets a worker that takes itself away instead.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from links import resolve
from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

WORKER = "service-worker.js"
SCRIPT = "assets/javascripts/workers/offline.js"
GONE = "assets/javascripts/workers/offline-gone.js"
LARGE = 250_000
"""Bytes from which a file that is no page is kept only when it is used."""
PACKED = (".woff2", ".png", ".pagefind", ".gz")
"""What is compressed already."""
DIGITS = 10
"""How much of a hash is listed: enough to tell two versions of one file apart."""
WHOLES = {"search/fragment": "search/pagefind-entry.json", "search/index": "search/pagefind-entry.json"}
"""Folders whose files are of one version, each with the file that tells it."""
NEVER = re.compile(r"(?:^|/)\.|\.map$|\.gz$|^sitemap\.xml$|^robots\.txt$|^assets/social/")
"""What no page asks for."""
_NAMED = re.compile(
    r'<(?:link(?! rel="alternate")|script|img)\b[^>]*?\s(?:href|src)="([^"]+)"|\sdata-answers="([^"]+)"'
)
_IMPORT = re.compile(r'\b(?:from|import)\s*\(?\s*"(\.[^"]+)"')
_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)")
_run = {"command": "build"}


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this is a preview."""
    _run["command"] = command


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let the template know whether the pages ask for the worker."""
    config.extra["offline"] = bool(config.extra.get("offline")) and _run["command"] != "serve"
    return config


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """Write the worker, when every file of the site is what it will be."""
    site = Path(config.site_dir)
    if config.extra["offline"]:
        write_worker(site)
    else:
        (site / WORKER).write_text(f'importScripts("{GONE}");\n', encoding="utf-8")


def write_worker(site: Path) -> None:
    """Write the worker of a built site, with the list of its files."""
    revisions = {
        name: sha256(file.read_bytes()).hexdigest()[:DIGITS]
        for file in sorted(site.rglob("*"))
        if file.is_file() and (name := file.relative_to(site).as_posix()) != WORKER and not NEVER.search(name)
    }
    first = set(needed(site, revisions))
    core = set(needed(site, revisions, pages=("index.html", "404.html")))
    listed = {
        "version": sha256(json.dumps(revisions).encode()).hexdigest()[:16],
        "pages": {address(name): revision for name, revision in revisions.items() if name in first},
        "core": sorted(address(name) for name in core),
        "megabytes": megabytes(site, first),
        "extras": {
            address(name): revision
            for name, revision in revisions.items()
            if name not in first and not name.startswith(tuple(f"{folder}/" for folder in WHOLES))
        },
        "wholes": {folder: revisions[file] for folder, file in WHOLES.items() if file in revisions},
    }
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    script = f"{SCRIPT}?{revisions[SCRIPT]}"
    (site / WORKER).write_text(f'self.SITE = {text};\nimportScripts("{script}");\n', encoding="utf-8")


def needed(site: Path, revisions: Mapping[str, str], *, pages: Iterable[str] = ()) -> Iterator[str]:
    """Yield some pages, by default all, and the files that they, their style sheets and their modules name and that are not large."""
    chosen = set(pages) or {name for name in revisions if name.endswith(".html")}
    named = {
        file
        for page in sorted(chosen & set(revisions))
        for file in _targets(
            page, [a or b for a, b in _NAMED.findall((site / page).read_text(encoding="utf-8"))]
        )
    }
    waiting = [name for name in sorted(named) if name.endswith(".js") and name in revisions]
    for script in waiting:  # which grows: a module imports modules
        imported = _targets(script, _IMPORT.findall((site / script).read_text(encoding="utf-8"))) - named
        named |= imported
        waiting += sorted(imported & revisions.keys())
    for sheet in sorted(name for name in named if name.endswith(".css") and name in revisions):
        named.update(_targets(sheet, _URL.findall((site / sheet).read_text(encoding="utf-8"))))
    for name in revisions:
        small = (site / name).stat().st_size < LARGE
        if name in chosen or (name in named and not name.endswith(".html") and small):
            yield name


def megabytes(site: Path, names: Iterable[str]) -> float:
    """Return what files weigh when a server sends them, text compressed."""
    total = 0
    for name in names:
        body = (site / name).read_bytes()
        total += len(body) if name.endswith(PACKED) else len(gzip.compress(body, 6))
    return round(total / 1e6, 1)


def address(name: str) -> str:
    """Return where a file is found below the site's root: a folder's page at the folder."""
    return name.removesuffix("index.html") if name.split("/")[-1] == "index.html" else name


def _targets(source: str, written: list[str]) -> set[str]:
    return {file for each in written if (file := resolve(source, each))}
