"""Have Pagefind index copies of pages, one language at a time, and put together of what it writes what our dialog uses.

Pagefind indexes a language whole. So an index is kept by a hash of all its copies, and one with a copy that has changed is made anew.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import metadata
from pathlib import Path

log = logging.getLogger("mkdocs.hooks.search")

CHARACTERS = "_-@#+"
"""What belongs to a word besides letters and digits."""
ENTRY = "pagefind-entry.json"
KEY = "of.txt"
"""The file in a kept index that says what it was made of."""
_HEAD = b"pagefind_dcd"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is indexed of a page or a snippet."""

    name: str
    """Its file, which says its address."""
    html: str
    area: str
    tags: tuple[str, ...]


def write(copies: Mapping[str, list[Copy]], target: Path, kept: Path | None, *, code: str) -> bool:
    """Index the copies of each language into one folder; tell of what prevents it, and return whether nothing did."""
    try:
        from pagefind_bin import get_executable
    except ImportError:
        log.warning("the search has no index: Pagefind is missing; hint: make setup")
        return False
    theirs = metadata("pagefind_bin")
    entries = []
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        for language, mine in sorted(copies.items()):
            made = (kept or Path(folder)) / language
            key = _key(mine, theirs["Version"])
            if not _is_of(made, key):
                source = Path(folder, "pages", language)
                if not _run(str(get_executable()), mine, source, made):
                    return False
                (made / KEY).write_text(key, encoding="utf-8")
            shutil.copytree(made, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
            entries.append(json.loads((made / ENTRY).read_text(encoding="utf-8")))
    (target / KEY).unlink(missing_ok=True)
    _json(target / ENTRY, _together(entries))
    notice = f"The worker and the WebAssembly here are of Pagefind {theirs['Version']}, licence {theirs['License']}.\n"
    (target / "NOTICE.txt").write_text(notice, encoding="utf-8")
    _filters(copies, target, code)
    return True


def _key(copies: list[Copy], version: str) -> str:
    """Return a hash of all that an index is made of."""
    made = blake2b(f"{version}\n{CHARACTERS}\n".encode(), digest_size=16)
    for copy in copies:
        text = f"{copy.name}\n{len(copy.html)}\n{copy.html}"
        made.update(text.encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def _is_of(made: Path, key: str) -> bool:
    """Return whether an index is there that was made of this."""
    try:
        return (made / KEY).read_text(encoding="utf-8") == key
    except OSError:
        return False


def _run(program: str, copies: list[Copy], source: Path, made: Path) -> bool:
    """Run Pagefind on the copies of one language; tell of what prevents it."""
    for copy in copies:
        file = source / copy.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(copy.html, encoding="utf-8")
    shutil.rmtree(made, ignore_errors=True)
    command = [
        program,
        "--site",
        str(source),
        "--output-path",
        str(made),
        "--include-characters",
        CHARACTERS,
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        log.warning("the search has no index: Pagefind ended with %d\n%s", done.returncode, done.stderr)
        return False
    for file in sorted(made.glob("pagefind*")):
        if file.suffix in (".js", ".css") and file.name != "pagefind-worker.js":
            file.unlink()
    return True


def _together(entries: list[dict[str, object]]) -> dict[str, object]:
    """Return the entries of several indexes as one."""
    languages: dict[str, object] = {}
    for entry in entries:
        told = entry["languages"]
        assert isinstance(told, dict)
        languages |= told
    return {**entries[0], "languages": languages}


def _filters(copies: Mapping[str, list[Copy]], target: Path, code: str) -> None:
    """Write what our dialog filters by.

    The filters are ours and not Pagefind's: those files would differ from build to build. Which areas and tags there are is a small
    file, which each reader gets; which page has them is another, for those who choose one.
    """
    every = {f"/{copy.name.removesuffix('index.html')}": copy for mine in copies.values() for copy in mine}
    areas = list(dict.fromkeys(each.area for each in every.values()))
    tags = sorted({tag for each in every.values() for tag in each.tags})
    pages: dict[str, list[int]] = {}
    snippets: dict[str, list[int]] = {}
    number = {tag: at for at, tag in enumerate(tags)}
    for file in sorted((target / "fragment").glob("*.pf_fragment")):
        url = json.loads(gzip.decompress(file.read_bytes()).removeprefix(_HEAD))["url"]
        mine = snippets if file.name.startswith(code) else pages
        copy = every[url]
        mine[file.name.partition(".")[0]] = [areas.index(copy.area), *(number[tag] for tag in copy.tags)]
    _json(target / "filters.json", {"areas": areas, "tags": tags})
    _json(target / "pages.json", pages)
    _json(target / "snippets.json", snippets)


def _json(file: Path, told: object) -> None:
    file.write_text(
        json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True), encoding="utf-8"
    )
