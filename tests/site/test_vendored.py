"""Every file of somebody else's is listed with its licence and its sum, and nothing else lies beside them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "docs/assets/vendor"
FOLDERS = (VENDOR, ROOT / "tests/browser/axe")
MANIFESTS = {
    folder: tomllib.loads((folder / "MANIFEST.toml").read_text(encoding="utf-8"))["library"]
    for folder in FOLDERS
}
LIBRARIES = [library for libraries in MANIFESTS.values() for library in libraries]
SUMS = {
    folder / name: digest
    for folder, libraries in MANIFESTS.items()
    for library in libraries
    for name, digest in library["sha256"].items()
}


def test_the_manifests_list_every_file_and_no_other() -> None:
    lying_there = {
        file
        for folder in FOLDERS
        for file in folder.rglob("*")
        if file.is_file() and file.name != "MANIFEST.toml"
    }

    assert lying_there == set(SUMS)
    assert lying_there


@pytest.mark.parametrize("file", sorted(SUMS), ids=lambda file: file.name)
def test_a_vendored_file_is_what_its_manifest_says(file: Path) -> None:
    assert hashlib.sha256(file.read_bytes()).hexdigest() == SUMS[file]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library["name"])
def test_a_library_says_what_it_is_and_brings_its_licence(library: dict[str, object]) -> None:
    assert {"name", "version", "licence", "source", "use", "sha256"} <= set(library)
    assert any("LICENSE" in name for name in library["sha256"])  # type: ignore[attr-defined]


def test_what_a_vendored_style_sheet_asks_for_is_here() -> None:
    for sheet in VENDOR.rglob("*.css"):
        for target in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / target).is_file(), f"{sheet}: {target}"


def test_a_character_is_asked_of_one_file_of_a_face() -> None:
    """Where two files of a face claim a character, a browser fetches both or the wrong one."""
    text = (ROOT / "docs/assets/stylesheets/fonts.css").read_text(encoding="utf-8")
    faces: dict[tuple[str, str], list[int]] = {}
    for rule in re.findall(r"@font-face \{(.*?)\}", text, re.DOTALL):
        if "unicode-range" in rule:
            told = dict(re.findall(r"([\w-]+): ([^;]+);", rule))
            claimed = faces.setdefault((told["font-family"], told["font-style"]), [])
            for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", told["unicode-range"]):
                claimed += range(int(first, 16), int(last or first, 16) + 1)

    assert len(faces) == 3
    for claimed in faces.values():
        assert len(claimed) == len(set(claimed))
        assert set(map(ord, "abcæøåÆØÅé–’…č²")) <= set(claimed)
