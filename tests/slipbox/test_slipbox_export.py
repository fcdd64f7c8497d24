"""What `slipbox export` writes can be built by an engine that knows nothing of slipbox, and hides what is hidden."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

import pytest
from test_slipbox_cases import FOLDERS, options_of

from slipbox.anchors import Anchors
from slipbox.config import Options
from slipbox.drawings import PageUrls
from slipbox.errors import ExportError
from slipbox.export import MARKER, export
from slipbox.exporter import Exporter
from slipbox.model import NotePath
from slipbox.pipeline import read_edition
from slipbox.render import Renderer
from slipbox.testing import write_vault

VAULT = {
    "index.md": "# Home\n\n[[Sagas]], [[Sagas#Why not?|why]], [[Sagas#^quote|block]], [[Secret TOKEN|plan]], [[Missing]], "
    "[m](Secret%20TOKEN.md). %%TOKEN%%\n\n![[Sagas#Why not?]]\n\n![[pic.png|words|40]] ![[Secret TOKEN]]\n\n"
    "| a |\n|---|\n| [[Sagas|x]] |\n\nAn aside^[With [[Sagas]].]\n\n`[[Sagas]] ^code`\n",
    "🛠 Notes/Sagas.md": "---\ntitle: Sagaer\nrelated: '[[Secret TOKEN]]'\n---\n\n## Why not?\n\nBack to [[index]]. %%TOKEN%%\n\n"
    "> A quote\n\n^quote\n\n## Next\n\nEnd.\n",
    "Secret TOKEN.md": "---\nsynlighet: intern\n---\n\n![[TOKEN.png]]\n",
    "pic.png": b"seen",
    "TOKEN.png": b"TOKEN",
}


def exported(tmp_path: Path) -> Path:
    """Export the test vault for the public."""
    vault = write_vault(tmp_path / "vault", VAULT)
    export(read_edition(vault, tmp_path, Options()), vault, tmp_path / "out")
    return tmp_path / "out"


def test_the_export_is_plain_markdown(tmp_path: Path) -> None:
    text = (exported(tmp_path) / "index.md").read_text("utf-8")

    assert text == (
        "# Home\n\n[Sagas](<%F0%9F%9B%A0%20Notes/Sagas.md>), [why](<%F0%9F%9B%A0%20Notes/Sagas.md#why-not>), "
        "[block](<%F0%9F%9B%A0%20Notes/Sagas.md#quote>), plan, Missing, m. \n\n\n\n"
        "## Why not? { #e1-why-not }\n\nBack to [index](<index.md>). \n\n> A quote\n\n[Sagaer](<%F0%9F%9B%A0%20Notes/Sagas.md#why-not>)\n\n\n\n"
        "![words](<pic.png>){ width=40 } \n\n| a |\n|---|\n| [x](<%F0%9F%9B%A0%20Notes/Sagas.md>) |\n\nAn aside[^inline-1]\n\n"
        "`[[Sagas]] ^code`\n\n\n[^inline-1]: With [Sagas](<%F0%9F%9B%A0%20Notes/Sagas.md>).\n"
    )


def test_an_embedded_copy_has_no_ids_of_blocks(tmp_path: Path) -> None:
    """Neither raw nor as HTML: an id stands once, at the block itself, also where a page embeds its own part."""
    notes = {
        "A.md": "![[B]]\n\n![[B#^two]]\n\n![[#Part]]\n\n## Part\n\nOwn. ^own\n",
        "B.md": "One. ^one\n\n- Two ^two\n\n> Three\n\n^three\n",
    }
    vault = write_vault(tmp_path / "vault", notes)
    edition = read_edition(vault, tmp_path, Options())
    export(edition, vault, tmp_path / "out")

    text = (tmp_path / "out/A.md").read_text("utf-8")
    assert "^" not in text
    assert re.findall(r'id="([^"]*)"', text) == ["own"]
    assert re.findall(r'id="([^"]*)"', (tmp_path / "out/B.md").read_text("utf-8")) == ["one", "two", "three"]
    assert "^" not in Exporter(edition=edition, renderer=Renderer(edition=edition, anchors=Anchors())).body(
        edition.notes[NotePath("A.md")]
    )


def test_the_export_holds_nothing_that_is_hidden(tmp_path: Path) -> None:
    out = exported(tmp_path)

    assert sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file()) == [
        MARKER, "index.md", "pic.png", "🛠 Notes/Sagas.md",
    ]  # fmt: skip
    assert not [file for file in out.rglob("*") if file.is_file() and b"TOKEN" in file.read_bytes()]


def test_an_engine_without_slipbox_builds_the_export(tmp_path: Path) -> None:
    out = exported(tmp_path)
    config = (
        f"site_name: x\ndocs_dir: {out}\nstrict: true\ntheme: {{name: material, font: false}}\n"
        "markdown_extensions: [attr_list, footnotes, tables, toc]\nvalidation: {links: {anchors: warn}}\n"
    )
    write_vault(tmp_path, {"mkdocs.yml": config})
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_an_engine_without_slipbox_builds_every_case(tmp_path: Path) -> None:
    """Strictly: no link of an export leads nowhere, whatever the vault was."""
    left_out = (
        "a-name-with-a-dot-is-a-file-first-and-a-note-second",  # a plain MkDocs can't have `data.csv` beside `data.csv.md`
        "tags-are-words-with-a-hash",  # links to an anchor that its author never made,
        "an-embedded-copy-has-ids-of-its-own-and-links-from-its-page",  # and so does this
    )
    cases = [case for case in FOLDERS if case.name not in left_out]
    for case in cases:
        edition = read_edition(case / "vault", case, options_of(case))
        export(edition, case / "vault", tmp_path / "docs" / case.name)
    config = (
        "site_name: x\nstrict: true\nplugins: []\ntheme: {name: mkdocs, highlightjs: false}\n"
        "markdown_extensions: [attr_list, footnotes, tables, toc, pymdownx.superfences]\n"
        "validation: {links: {anchors: warn, not_found: warn, unrecognized_links: info}}\n"
    )
    write_vault(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Cases\n"})
    command = [sys.executable, "-m", "mkdocs", "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "site").iterdir())) > len(cases)


def test_a_canvas_is_exported_as_a_picture_and_a_list_of_its_links(tmp_path: Path) -> None:
    cards = [
        {"id": "a", "type": "text", "text": "To [[Sagas|the sagas]] and [[Secret TOKEN|plan]].", "x": 0, "y": 0, "width": 90, "height": 50},
        {"id": "b", "type": "file", "file": "Secret TOKEN.md", "x": 0, "y": 90, "width": 90, "height": 50},
        {"id": "c", "type": "file", "file": "🛠 Notes/Sagas.md", "x": 0, "y": 180, "width": 90, "height": 50},
    ]  # fmt: skip
    board = {"boards/a board.canvas": json.dumps({"nodes": cards}), "Shown.md": "![[a board.canvas]]\n"}
    vault = write_vault(tmp_path / "vault", {**VAULT, **board})
    export(read_edition(vault, tmp_path, Options()), vault, tmp_path / "out")

    assert (tmp_path / "out/Shown.md").read_text("utf-8").strip() == (
        '<div class="slipbox-canvas-frame" style="overflow-x: auto" tabindex="0"><object type="image/svg+xml" '
        'data="../boards/a%20board.canvas.svg" width="98" aria-label="a board.canvas">a board.canvas</object></div>\n\n'
        "- [the sagas](<%F0%9F%9B%A0%20Notes/Sagas.md>)\n- [Sagas](<%F0%9F%9B%A0%20Notes/Sagas.md>)"
    )
    picture = (tmp_path / "out/boards/a board.canvas.svg").read_text("utf-8")
    assert fromstring(picture).tag.endswith("svg")
    assert 'To <a href="../%F0%9F%9B%A0%20Notes/Sagas/" target="_top">the sagas</a> and plan.' in picture
    assert "TOKEN" not in picture
    assert not (tmp_path / "out/boards/a board.canvas").exists()


@pytest.mark.parametrize("urls", list(PageUrls), ids=lambda urls: urls.value)
def test_what_a_canvas_links_to_and_shows_is_there_when_an_engine_has_built_it(
    tmp_path: Path, urls: PageUrls
) -> None:
    """Each address in the picture, and the picture's own on its page, is that of a file of the site."""
    cards = [
        {"id": "g", "type": "group", "label": "All", "background": "files/pic.png", "x": -20, "y": -20, "width": 600, "height": 400, "color": "2"},
        {"id": "a", "type": "file", "file": "deep/Note.md", "subpath": "#Why not?", "x": 0, "y": 0, "width": 90, "height": 50},
        {"id": "b", "type": "file", "file": "files/pic.png", "x": 100, "y": 0, "width": 90, "height": 50},
        {"id": "c", "type": "file", "file": "boards/other.canvas", "x": 200, "y": 0, "width": 90, "height": 50},
        {"id": "d", "type": "text", "text": "[[index]] ![[paper.pdf]] [[README]]", "x": 0, "y": 90, "width": 90, "height": 50},
        {"id": "e", "type": "link", "url": "https://example.org/", "x": 90, "y": 90, "width": 90, "height": 50},
    ]  # fmt: skip
    files = {
        "boards/first.canvas": json.dumps({"nodes": cards}), "boards/other.canvas": json.dumps({"nodes": cards[1:2]}),
        "deep/Note.md": "# Note\n\n## Why not?\n\n![[first.canvas]]\n", "index.md": "![[first.canvas]]\n", "deep/README.md": "Home of a folder.\n",
        "files/pic.png": b"seen", "paper.pdf": b"read",
    }  # fmt: skip
    vault = write_vault(tmp_path / "vault", files)
    export(read_edition(vault, tmp_path, Options()), vault, tmp_path / "out", urls)
    config = f"site_name: x\ndocs_dir: out\nuse_directory_urls: {urls is PageUrls.DIRECTORY}\nplugins: []\ntheme: {{name: mkdocs}}\n"
    write_vault(tmp_path, {"mkdocs.yml": config.lower()})
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"], check=True, capture_output=True, cwd=tmp_path
    )

    site = tmp_path / "site"
    picture = site / "boards/first.canvas.svg"
    addresses = re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', picture.read_text("utf-8"))
    inside = {first or second for first, second in addresses} - {"https://example.org/"}
    assert len(inside) == 6
    for url in inside:
        there = (picture.parent / unquote(url.partition("#")[0])).resolve()
        assert (there / "index.html" if url.partition("#")[0].endswith("/") else there).is_file(), url
    assert any(url.endswith("#why-not") for url in inside)
    for page in [file for file in site.rglob("*.html") if "<object" in file.read_text("utf-8")]:
        shown = re.search(r'<object [^>]*data="([^"]*)"', page.read_text("utf-8"))
        assert shown
        assert (page.parent / unquote(shown[1])).resolve() == picture.resolve()


def test_an_export_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    out = exported(tmp_path)
    (out / "stale.md").write_text("old", "utf-8")
    exported(tmp_path)
    assert not (out / "stale.md").exists()

    other = write_vault(tmp_path / "other", {"mine.txt": "keep"})
    with pytest.raises(ExportError, match="holds files that slipbox didn't write"):
        export(read_edition(tmp_path / "vault", tmp_path, Options()), tmp_path / "vault", other)
    assert (other / "mine.txt").read_text("utf-8") == "keep"
    assert not list(tmp_path.glob(".other-*"))
