"""The command line, as a user runs it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slipbox.testing import write_vault


def slipbox(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder."""
    command = [sys.executable, "-c", "from slipbox.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_lint_ends_with_0_when_all_holds(tmp_path: Path) -> None:
    write_vault(tmp_path, {"docs/A.md": "[[B]]\n", "docs/B.md": "Text.\n"})
    done = slipbox(tmp_path, "lint")
    assert (done.returncode, done.stdout) == (0, "All links and properties hold.\n")


def test_lint_ends_with_1_and_names_each_place(tmp_path: Path) -> None:
    write_vault(tmp_path, {"notes/A.md": "See [[Bee]].\n\n[[Ce]]\n", "notes/Beee.md": "Text.\n"})
    done = slipbox(tmp_path, "lint", "notes")
    assert done.returncode == 1
    assert done.stdout == (
        'notes/A.md:1:5: unresolved-link: no note or file is called "Bee"\n    did you mean "[[Beee]]"?\n'
        'notes/A.md:3:1: unresolved-link: no note or file is called "Ce"\n    write the note, or make one: slipbox new "Ce"\n'
        "2 findings: 2 unresolved-link.\n"
    )


@pytest.mark.parametrize(
    "arguments", [("lint", "--nonsense"), ("lnit",)], ids=["an-unknown-option", "an-unknown-command"]
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert slipbox(tmp_path, *arguments).returncode == 2


def test_wrong_settings_end_with_2(tmp_path: Path) -> None:
    write_vault(tmp_path, {"docs/A.md": "", "pyproject.toml": "[tool.slipbox]\naudience = 'publc'\n"})
    done = slipbox(tmp_path, "lint")
    assert done.returncode == 2
    assert "option audience is 'publc'" in done.stderr
    assert "public | internal | serve" in done.stderr


def test_a_missing_vault_ends_with_3(tmp_path: Path) -> None:
    done = slipbox(tmp_path, "lint", "nowhere")
    assert done.returncode == 3
    assert "no such folder" in done.stderr


def test_a_folder_without_a_note_ends_with_3(tmp_path: Path) -> None:
    """Nothing was checked, so nothing is said to hold."""
    write_vault(tmp_path, {"docs/picture.png": b"", "mkdocs.yml": "site_name: x\n"})
    done = slipbox(tmp_path, "lint")
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no note in it" in done.stderr


def test_settings_come_from_mkdocs_yml_and_nothing_in_it_is_executed(tmp_path: Path) -> None:
    config = (
        "docs_dir: notes\n"
        "plugins:\n  - search\n  - slipbox:\n      audience: !ENV [NO_SUCH_VARIABLE, internal]\n      planned_notes: planned.txt\n"
        "markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:os.system [touch executed]\n"
    )
    write_vault(tmp_path, {"mkdocs.yml": config, "notes/A.md": "[[Later]]\n", "planned.txt": "Later\n"})
    done = slipbox(tmp_path, "lint")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "executed").exists()


def test_new_makes_a_draft_and_never_a_second_note_of_a_name(tmp_path: Path) -> None:
    write_vault(tmp_path, {"docs/Old.md": "---\naliases: [Elder]\n---\n"})
    done = slipbox(tmp_path, "new", "Blåbær: en påstand?", "--folder", "🛠 Ressurser", "--lang", "nb")
    assert done.returncode == 2
    assert "it has ':' in it" in done.stderr
    done = slipbox(tmp_path, "new", "Blåbær - en påstand", "--folder", "🛠 Ressurser", "--lang", "nb")
    assert done.returncode == 0, done.stderr
    made = tmp_path / "docs/🛠 Ressurser/Blåbær - en påstand.md"
    assert (
        made.read_text("utf-8") == "---\ntitle: Blåbær - en påstand\nlang: nb\ndraft: true\ntags: []\n---\n\n"
    )
    for name in ("blåbær - en påstand", "OLD", "elder"):
        done = slipbox(tmp_path, "new", name)
        assert done.returncode == 2
        assert "is there already" in done.stderr


def test_graph_prints_who_links_to_whom(tmp_path: Path) -> None:
    files = {
        "docs/A.md": "[[B]] [[B]] [[Secret]]\n",
        "docs/B.md": "#tag\n",
        "docs/Secret.md": "---\npublish: false\n---\n[[A]]\n",
    }
    write_vault(tmp_path, files)
    data = json.loads(slipbox(tmp_path, "graph").stdout)
    for note in data["notes"]:
        assert isinstance(note.pop("x") + note.pop("y"), int)
    assert data == {
        "notes": [
            {"title": "A", "url": "A/", "folder": "", "in": 0, "tags": []},
            {"title": "B", "url": "B/", "folder": "", "in": 1, "tags": ["tag"]},
        ],
        "links": [[0, 1]],
    }
    assert slipbox(tmp_path, "graph", "--format", "dot", "--audience", "internal").stdout == (
        'digraph slipbox {\n  "A.md" [label="A"];\n  "B.md" [label="B"];\n  "Secret.md" [label="Secret"];\n'
        '  "A.md" -> "B.md";\n  "A.md" -> "Secret.md";\n  "Secret.md" -> "A.md";\n}\n'
    )


def test_export_writes_for_an_audience(tmp_path: Path) -> None:
    write_vault(tmp_path, {"docs/A.md": "[[B]]\n", "docs/B.md": "---\npublish: false\n---\n"})
    done = slipbox(tmp_path, "export", "out", "--audience", "public")
    assert (done.returncode, done.stdout) == (0, "1 file for the audience public in out\n")
    assert (tmp_path / "out/A.md").read_text("utf-8") == "private note\n"
