"""What is written in an unusual way is hidden all the same: suffixes, byte order marks, spellings of folders and names."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from markdown import Markdown

from slipbox.audience import Visibility
from slipbox.config import Options, nearest, parse_options
from slipbox.export import export
from slipbox.lint import lint
from slipbox.names import NOTE_SUFFIXES
from slipbox.pipeline import read_edition
from slipbox.testing import render_vault, write_vault

SUFFIXES = [*NOTE_SUFFIXES, ".MD", ".Markdown"]
HIDDEN = "---\npublish: false\naliases: TOKEN\n---\n\n# TOKEN\n\nTOKEN [[Home]]\n"
CONFIG = (
    "site_name: x\nstrict: true\ntheme: {name: material, font: false}\nplugins: {search: {}, slipbox: {}}\n"
)


def vault_of_suffixes() -> dict[str, str]:
    """Return a visible and a hidden note of each suffix, and a home page that links to all."""
    names = [f"{kind}{number}{suffix}" for number, suffix in enumerate(SUFFIXES) for kind in ("Shown", "Secret")]  # fmt: skip
    links = "".join(f"- [[{name.partition('.')[0]}|to {name.partition('.')[0]}]]\n" for name in names)
    shown = {
        name: "# Seen\n\nseen %%TOKEN%%\n" if name.startswith("Shown") else f"{HIDDEN}TOKEN\n"
        for name in names
    }
    return {"Home.md": f"# Home\n\n{links}", **shown}


def files_with(folder: Path, token: bytes) -> list[str]:
    """Return the files below a folder that hold a token, in their bytes or their names."""
    return [
        str(file)
        for file in folder.rglob("*")
        if file.is_file() and (token in file.read_bytes() or "Secret" in file.name)
    ]


@pytest.mark.parametrize("engine", ["mkdocs", "properdocs"])
def test_a_note_of_any_suffix_is_a_note(tmp_path: Path, engine: str) -> None:
    write_vault(tmp_path / "docs", {**vault_of_suffixes(), "index.md": "# Start\n"})
    write_vault(tmp_path, {"mkdocs.yml": CONFIG})
    done = subprocess.run(
        [sys.executable, "-m", engine, "build", "-f", "mkdocs.yml", "-d", str(tmp_path / "site")],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert files_with(tmp_path / "site", b"TOKEN") == []
    home = (tmp_path / "site/Home/index.html").read_text("utf-8")
    for number in range(len(SUFFIXES)):
        page = (tmp_path / f"site/Shown{number}/index.html").read_text("utf-8")
        assert "<p>seen </p>" in page
        assert 'href="../Home/"' in page  # the backlink
        assert f'href="../Shown{number}/">to Shown{number}</a>' in home
        assert f"<li>to Secret{number}</li>" in home


def test_an_export_hides_notes_of_any_suffix(tmp_path: Path) -> None:
    vault = write_vault(tmp_path / "vault", vault_of_suffixes())
    export(read_edition(vault, tmp_path, Options()), vault, tmp_path / "out")

    assert files_with(tmp_path / "out", b"TOKEN") == []
    assert len(list((tmp_path / "out").glob("Shown*"))) == len(SUFFIXES)


@pytest.mark.parametrize("marks", ["\ufeff", "\ufeff\ufeff"], ids=["one", "two"])
def test_a_byte_order_mark_opens_no_hidden_note(tmp_path: Path, marks: str) -> None:
    assert Markdown(extensions=["slipbox"]).convert(f"{marks}{HIDDEN}") == ""

    vault = write_vault(tmp_path, {"Secret.md": f"{marks}{HIDDEN}", "Home.md": f"{marks}---\ntitle: H\n---\n\nseen\n"})  # fmt: skip
    settings = {"slipbox": {"vault": str(vault)}}
    assert Markdown(extensions=["slipbox"], extension_configs=settings).convert(f"\ufeff{HIDDEN}") == ""
    assert list(render_vault(vault, Options())) == ["Home.md"]
    assert "title" not in render_vault(vault, Options())["Home.md"]  # type: ignore[index]


def test_a_folder_in_the_settings_is_known_by_any_spelling(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Å-mappe")
    files = {f"{decomposed}/A.md": "Hidden.\n", "Privat/below/B.md": "Hidden.\n", "Home.md": "Seen.\n"}
    vault = write_vault(tmp_path, files)
    given = {"default_visibility": {"Å-mappe": "internal", "privat/": "internal"}, "languages": {"PRIVAT": "nb"}}  # fmt: skip
    options = parse_options(given)

    edition = read_edition(vault, tmp_path, options)
    assert list(edition.notes) == ["Home.md"]
    assert edition.whole.notes["Privat/below/B.md"].language == "nb"  # type: ignore[index]
    assert lint(vault, tmp_path, options) == []


def test_of_two_spellings_of_a_folder_the_stricter_holds() -> None:
    options = parse_options({"default_visibility": {"privat": "internal", "Privat": "public"}})

    assert nearest(dict(options.default_visibility), "PRIVAT/a") is Visibility.INTERNAL


def test_a_folder_in_the_settings_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    vault = write_vault(tmp_path / "docs", {"private/A.md": "Text.\n"})
    write_vault(tmp_path, {"mkdocs.yml": "site_name: x\n# default_visibility\n  privat: internal\n"})
    options = parse_options(
        {"default_visibility": {"privat": "internal"}, "languages": {"tags": "nb", "gone": "nb"}}
    )

    assert [str(finding).split("\n")[0] for finding in lint(vault, tmp_path, options)] == [
        'mkdocs.yml:1:1: no-such-folder: languages names the folder "gone", which the vault does not have',
        'mkdocs.yml:3:3: no-such-folder: default_visibility names the folder "privat", which the vault does not have',
    ]


COMMENTED = (
    "---\ntitle: Seen %%TOKEN%%\ndescription: Told %%TOKEN\ntags: [a%%TOKEN%%]\naliases: ['Other%%TOKEN%%']\n"
    "extra: {deep: ['x %%TOKEN%%']}\nauthor: Me %%TOKEN%%\nrelated: '[[index]] %%TOKEN [[index|TOKEN]] [[TOKEN]]%%'\n---\n\nText [[index]].\n"
)


def test_a_comment_in_a_property_reaches_no_output(tmp_path: Path) -> None:
    write_vault(tmp_path, {"docs/index.md": "# Start\n\n[[Note]]\n", "docs/Note.md": COMMENTED, "mkdocs.yml": CONFIG})  # fmt: skip
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    export(read_edition(tmp_path / "docs", tmp_path, Options()), tmp_path / "docs", tmp_path / "out")

    assert done.returncode == 0, done.stderr
    assert files_with(tmp_path / "site", b"TOKEN") == files_with(tmp_path / "out", b"TOKEN") == []
    assert "[Seen](" in (tmp_path / "site/llms.txt").read_text("utf-8")
    assert ": Told" in (tmp_path / "site/llms.txt").read_text("utf-8")
    assert "<title>Seen - x</title>" in (tmp_path / "site/Note/index.html").read_text("utf-8")
    assert '"title": "Seen"' in (tmp_path / "out/Note.md").read_text("utf-8")


def test_a_link_in_a_comment_in_a_property_is_no_link(tmp_path: Path) -> None:
    note = "---\ncover: '[[seen.png]] %%[[secret.png]]%% [[also.png]]'\n---\n\nText.\n"
    files = {"A.md": note, "Secret.md": HIDDEN, **dict.fromkeys(("seen.png", "also.png", "secret.png"), "")}
    vault = write_vault(tmp_path, files)

    assert read_edition(vault, tmp_path, Options()).files == ("also.png", "seen.png")
