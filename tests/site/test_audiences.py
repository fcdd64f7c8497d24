"""What is internal leaves no trace in the public site: no word that only it has, no name, no address, in no file."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path
from urllib.parse import unquote

import material
import pytest

from slipbox.audience import Audience
from slipbox.project import find_project
from slipbox.vault import read_vault

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
KNOWN = DOCS / "be03/be03-0-1-ekstra-temaer.md"
"""A page whose properties say that it is internal."""
WORD = re.compile(r"[^\W\d_][\w-]{3,}")


def words(text: str) -> set[str]:
    """Return the words of a text, folded; a hyphenated one also by its parts."""
    found = {match.casefold() for match in WORD.findall(text)}
    return found | {part for word in found for part in WORD.findall(word.replace("-", " "))}


def text_of(file: Path) -> str:
    """Return what a file says: unpacked, and with its escapes of JSON, HTML and addresses undone as well."""
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode("utf-8", errors="replace")
    undone = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return "\n".join((text, undone, html.unescape(text), unquote(text)))


@pytest.fixture(scope="module")
def hidden() -> set[Path]:
    """Return the pages that the public may not see."""
    vault = read_vault(DOCS, find_project(ROOT).options)
    found = {DOCS / note.path for note in vault.notes if not Audience.PUBLIC.sees(note.visibility)}
    assert KNOWN in found
    return found


@pytest.fixture(scope="module")
def probes(hidden: set[Path]) -> set[str]:
    """Return the words that stand on hidden pages and nowhere else that the public site is made from."""
    theme = Path(material.__file__).parent / "templates/partials/languages"
    others = [
        *(file for file in DOCS.rglob("*.md") if file not in hidden),
        *(file for file in (ROOT / "snippets").rglob("*.*") if file.suffix in {".py", ".out", ".err"}),
        *(ROOT / "src").rglob("*.py"),
        *(file for file in (DOCS / "assets").glob("[!v]*/**/*") if file.is_file()),
        ROOT / "mkdocs.yml",
        theme / "en.html",
        theme / "nb.html",
    ]
    common = set().union(*(words(file.read_text(encoding="utf-8", errors="replace")) for file in others))
    common |= set().union(*(words(file.relative_to(ROOT).as_posix()) for file in others))
    told = set().union(*(words(file.read_text(encoding="utf-8")) for file in hidden))
    return told - common


@pytest.fixture(scope="module")
def made_here(public_site: Path) -> list[Path]:
    """Return the files of the public site that were written for it: all but copies of the theme's and our own assets.

    Nor the search's tables, which hold stems and differences of the words that stand whole in its fragments.
    """
    copied = {
        file.relative_to(folder)
        for folder in (Path(material.__file__).parent / "templates", ROOT / "docs")
        for file in (folder / "assets").rglob("*")
    }
    return [
        file
        for file in sorted(public_site.rglob("*"))
        if file.is_file() and file.relative_to(public_site) not in copied and "lunr" not in file.parts
        if file.suffix != ".pf_index"
    ]


def test_no_file_of_the_public_site_has_a_word_that_only_a_hidden_page_has(
    made_here: list[Path], probes: set[str]
) -> None:
    assert len(probes) >= 20, "too few words to look for: the test would prove nothing"

    assert {str(file): hits for file in made_here if (hits := words(text_of(file)) & probes)} == {}


def test_no_name_in_the_public_site_tells_of_a_hidden_page(
    public_site: Path, probes: set[str], hidden: set[Path]
) -> None:
    stems = {file.stem for file in hidden if file.stem != "index"}
    names = [file.relative_to(public_site).as_posix() for file in public_site.rglob("*")]

    assert [name for name in names if words(unquote(name)) & probes or stems & set(Path(name).parts)] == []


def test_the_internal_site_has_the_pages(build_site: object, probes: set[str]) -> None:
    folder = build_site(audience="internal")  # type: ignore[operator]
    told = words(" ".join(text_of(file) for file in (folder / "search/fragment").iterdir()))

    assert len(told & probes) >= 20
