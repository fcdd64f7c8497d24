"""Vaults as people have them: thousands of callouts, broken properties, names of every kind, notes of megabytes.

Nothing stops the others, every page is made, and lint names each fault with its place.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from slipbox.audience import Visibility
from slipbox.config import Options
from slipbox.lint import lint
from slipbox.pipeline import read_edition
from slipbox.testing import render_note, write_vault

TITLES = (
    "日本語のノート", "メモ：会議", "Blåbærsyltetøy på Ås", "Ærlig talt", "Þingvellir", "Smörgåsbord", "東京 タワー", "한국어", "Ελληνικά",
    "naïve café", "🚀 Launch", "a & b", "50% off", "C++", "What? Why!", "It's", "v2.0.1", "2024-01-01", "00 Index", "Untitled",
)  # fmt: skip
PROPERTIES = (
    "", "---\ntags: [a, b/c]\n---\n", "---\ntitle: a: b\n---\n", "---\ntags:\n\t- x\n---\n", '---\n{"a": 1}\n---\n', "---\naliases: [x\n---\n",
    "---\n- list\n---\n", "---\n\n---\n", "---\npublish: maybe\n---\n", "---\ncssclasses:\n  - wide\n---\n", "----\ntitle: x\n----\n",
)  # fmt: skip
BROKEN = (2, 3, 5, 6, 8)
"""Which of the properties can't be read, or mean nothing."""
BLOCKS = (
    "See [[{o}]] and [[{o}|words]] and [[nowhere]].", "> [!note]- Title [[{o}]]\n> text **b** [[{o}#H]]\n> > [!tip] nested\n> > deep", "![[{o}]]",
    "![[{o}#Heading]]", "```\n[[x]]\n```", "- [ ] task [[{o}]]\n\t- sub #tag\n\t\t- subsub ^id", "| a | b |\n|---|---|\n| [[{o}|x]] | ![[img.png|100]] |",
    "$$\\frac{{1}}{{2}}$$ $x$", "%%hidden\n\nmore%%", "# Heading\n\n## Sub", "Heading\n---", "![[img.png]] ![[missing.pdf#page=2]]", "<div>[[x]]</div>\n",
    "[^1] foot\n\n[^1]: note [[x]]", "```dataview\nLIST\n```", "text ^[inline [[x]]]", "{{{{template}}}} <% tp.date %>", "[a](b c.md) [d](<e f.md>) [g](h.md#i)",
)  # fmt: skip


def rough_vault(folder: Path, count: int = 300) -> Path:
    """Write a vault of `count` rough notes and the oddities that stand alone."""
    chance = random.Random(3)
    names = [f"{chance.choice(TITLES)} {number}" for number in range(count)]
    files: dict[str, str | bytes] = {
        "img.png": b"PNG",
        "empty.md": "",
        "bin.md": bytes(range(256)),
        "nul.md": "a\0b",
        "cr.md": "a\rb\r",
    }
    for number, name in enumerate(names):
        shown = unicodedata.normalize("NFD", name) if number % 7 == 0 else name
        blocks = (chance.choice(BLOCKS).format(o=chance.choice(names)) for _ in range(chance.randint(1, 9)))
        where = chance.choice(("", "📥 Inbox/", "Área/Ømål/", "日記/2024/"))
        files[f"{where}{shown}.md"] = PROPERTIES[number % len(PROPERTIES)] + "\n\n".join(blocks) + "\n"
    files |= {
        f"{'å' * 126}.md": "A name of 255 bytes. [[x]]\n",
        "utf16.md": "# Hei".encode("utf-16"),
        "callouts.md": "\n\n".join(f"> [!note]- C {n}\n> Body [[img.png]] {n}\n> - a\n> - b" for n in range(2000)),
        "nested.md": "\n".join(">" * depth + " x" for depth in range(1, 60)),
        "links.md": f"[[{names[50]}]] word " * 5000,
        "board.canvas": json.dumps({"nodes": [{"id": str(n), "type": "text", "text": "[[x]]", "x": n, "y": 0, "width": 9, "height": 9} for n in range(800)]}),
        "odd.canvas": '{"nodes":[{"id":1,"x":NaN,"y":1e400,"width":"a"}],"edges":[null]}',
        "canvases.md": "![[board.canvas]] ![[odd.canvas]]\n",
        "dup.md": "x", "a/Dup.md": "y", "b/DUP.md": "z", "to dup.md": "[[Dup]]\n",
        "one.md": "![[two]]\n", "two.md": "![[one]]\n",
    }  # fmt: skip
    return write_vault(folder, files)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rough_vault(tmp_path_factory.mktemp("rough"))


def test_a_rough_vault_is_read_to_its_end(vault: Path) -> None:
    edition = read_edition(vault, vault, Options())
    assert len(edition.notes) > 150
    for note in edition.notes.values():
        html = render_note(edition, note)
        assert "\x02" not in html, f"{note.path}: a placeholder is left"
        assert "hidden" not in html or "hidden" in note.shown, note.path


def test_each_fault_is_named_with_its_place(vault: Path) -> None:
    findings = lint(vault, vault, Options())
    codes = Counter(finding.code.value for finding in findings)

    bad = sum(number % len(PROPERTIES) in BROKEN for number in range(300))
    assert codes["bad-properties"] == bad
    assert codes["not-utf8"] == 2
    assert {"unresolved-link", "embed-cycle", "internal-link", "unsupported"} <= set(codes)
    assert {finding.path for finding in findings if finding.code.value == "embed-cycle"} >= {
        "one.md",
        "two.md",
    }
    for finding in findings:
        lines = (
            (vault / finding.path)
            .read_bytes()
            .decode("utf-8", errors="replace")
            .replace("\r", "\n")
            .split("\n")
        )
        assert 1 <= finding.line <= len(lines) + 1, finding


def test_a_note_whose_properties_are_broken_is_hidden(vault: Path) -> None:
    broken = [PROPERTIES[number] for number in BROKEN]
    for note in read_edition(vault, vault, Options(audience=Options().audience)).whole.notes.values():
        if any(note.text.startswith(block) for block in broken):
            assert note.visibility is Visibility.INTERNAL, note.path


def test_a_note_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    paragraph = "Paragraph with [[Nowhere]] and **bold** text that goes on and on, #tag.\n\n"
    write_vault(tmp_path, {"Huge.md": "# H\n\n" + paragraph * (10 * 2**20 // len(paragraph))})
    findings = lint(tmp_path, tmp_path, Options())

    assert len(findings) > 100_000
    assert (findings[-1].line - findings[0].line) // 2 == len(findings) - 1
