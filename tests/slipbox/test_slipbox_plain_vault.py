"""A vault as it is, with nothing in mkdocs.yml but the plugin: what Obsidian shows is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from slipbox.testing import write_vault

VAULT = {
    "mkdocs.yml": "site_name: The garden\nplugins: {slipbox: {}}\n",
    "docs/Notes/List.md": "1. First:\n\n   ```bash\n   # a comment\n   ls | <head>\n   ```\n\n   After.\n\n"
    "> ```\n> # quoted\n> ```\n",
    "docs/Notes/Dates.md": "---\ntags: [x]\ndate: 2023-20-12\nsum: =\n---\n\nThe text.\n",
    "docs/Notes/Open.md": "<details>\n<summary>More</summary>\n\n**Bold** [[List]].\n\n</details>\n",
    "docs/Æra.md": "Last, and [[Dates]].\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    write_vault(folder, VAULT)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_a_fence_in_a_list_and_in_a_quote_is_code(site: Path) -> None:
    page = (site / "Notes/List/index.html").read_text("utf-8")

    assert "```" not in page
    assert len(re.findall(r"<li>.*?# a comment.*?After\..*?</li>", page, re.DOTALL)) == 1
    assert re.search(r"<blockquote>.*?# quoted.*?</blockquote>", page, re.DOTALL)
    assert "&lt;head&gt;" in page


def test_properties_that_the_engine_cannot_read_are_not_printed(site: Path) -> None:
    page = (site / "Notes/Dates/index.html").read_text("utf-8")

    assert "The text." in page
    assert "2023-20-12" not in page


def test_markdown_within_html_is_markdown(site: Path) -> None:
    page = (site / "Notes/Open/index.html").read_text("utf-8")

    assert re.search(r'<strong>Bold</strong> <a class="slipbox-link" href="\.\./List/">List</a>', page)


def test_a_vault_without_a_first_note_has_a_first_page(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")

    assert "<title>The garden</title>" in page
    assert re.findall(r'<li><a href="([^"]+)">(Notes|Æra)</a></li>', page) == [
        ("Notes/", "Notes"),
        ("%C3%86ra/", "Æra"),
    ]
